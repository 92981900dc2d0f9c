"""Training of the student: pairs of queries and documents in, the best healthy encoder out.

    pair = {"query": text, "document": id,
            "negatives": [id, …],           mined (see `negatives.py`), may be missing
            "without": text}                words of the positive's text that are the query itself

With a frozen body the states of the documents' windows are computed once and kept (and shared
through a file), so that a step trains the head and the queries' weights in milliseconds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malmoi.core import processes
from malmoi.core.errors import StudentError
from malmoi.core.files import read_lines
from malmoi.core.progress import track
from malmoi.models import resume
from malmoi.recipe import TrainingSection

if TYPE_CHECKING:
    from sentence_transformers import SparseEncoder

SAMPLE = 200
"""Documents whose active dimensions are watched."""
DAY = 24 * 3600
"""Seconds that processes wait for each other at most."""


def train(
    encoder: SparseEncoder,
    pairs: Sequence[Mapping[str, Any]],
    documents: Mapping[str, str],
    section: TrainingSection,
    seed: int,
    folder: Path,
    evaluate: Callable[[SparseEncoder], Mapping[str, float]] | None = None,
    *,
    targets: Callable[[Sequence[int], Sequence[str]], Any] | None = None,
    states: Path | None = None,
    label: str = "training",
) -> dict[str, Any]:
    """Train `encoder` in place; it ends as the best healthy state by `section.best_by`.

    It is over after `section.steps`, or earlier where development queries find no better state any
    more (`section.patience`).

    A killed training goes on from its last checkpoint in `folder`, with the same result. With
    `section.processes` > 1 that many processes train together, a GPU each (docs/cluster.md); what
    is given must then be picklable.

    Args:
        encoder: as `build_encoder` made it.
        pairs: training pairs, see above.
        documents: text of every document that a pair names, by id.
        section: the recipe's settings.
        seed: of the batches' order.
        folder: gets metrics.jsonl, the best state and checkpoints.
        evaluate: development figures of an encoder (None: the last healthy state is kept).
        targets: scores [pairs, documents] that pairs (by number) and documents (by id) should have.
        states: .npz file that keeps the windows' states between students.
        label: names the progress bar.

    Returns:
        {"steps", "seconds", "best": {"step", "value", "figures", …}, "metrics": [records]}

    Raises:
        StudentError: no pairs, a pair that names an unknown document, a configured part of the loss
            without a gradient, or a student that collapsed or stayed dense.
    """
    import torch

    from malmoi.encoder.building import document_encoder, query_parameter
    from malmoi.encoder.losses import StudentLoss
    from malmoi.encoder.trainer import (
        Batches,
        StudentTrainer,
        Watch,
        check_same_weights,
        positive_text,
        restore,
    )

    _check(pairs, documents, section)
    world = processes.world_size()
    folder.mkdir(parents=True, exist_ok=True)
    module = document_encoder(encoder)
    weight = query_parameter(encoder)
    weight.requires_grad_(section.query_learning_rate > 0)
    if section.distillation_weight and targets is None:
        raise StudentError(
            "training.distillation_weight > 0, but no target scores came; "
            "set training.distillation_weight = 0"
        )
    if states is not None:
        module.load_states(states)
    sample = {i: documents[i] for i in sorted(documents)[:: max(1, len(documents) // SAMPLE)]}
    used = [*sample.values()] + [positive_text(pair, documents) for pair in pairs]
    used += [
        documents[n] for pair in pairs for n in pair.get("negatives", ())[: section.num_negatives]
    ]
    module.remember(used, lambda steps: track(steps, f"{label}: states", len(steps)))
    if states is not None:
        module.save_states(states)

    started = time.monotonic()
    if section.processes > world:
        given = (encoder, pairs, documents, section, seed, folder, evaluate, targets, label)
        history = processes.launch(_one_of_several, given, folder / "processes", section.processes)
        loss = StudentLoss(encoder, section, weight)
        restore(loss, folder / "best.pt")
        encoder.eval()
        weight.requires_grad_(True)
        return {**history, "seconds": round(time.monotonic() - started, 1)}
    loss = StudentLoss(encoder, section, weight)
    if not module.neural:  # then only the queries' weights are trained
        loss.unseen -= {"flops", "idf_penalty"}
    watch = Watch(encoder, loss, sample, folder, evaluate, label)
    trainer = StudentTrainer(
        model=encoder,
        args=_arguments(section, seed, folder, len(pairs), module),
        train_dataset=_rows(len(pairs)),
        loss=loss,
        data_collator=Batches(  # type: ignore[arg-type]
            encoder, pairs, documents, section.num_negatives, targets, together=world > 1
        ),
        callbacks=[watch],
    )
    if processes.is_first():
        watch.best = _best_until(resume.step_of(resume.last_checkpoint(folder)), folder)
    try:
        resume.train(trainer, folder)
    finally:
        watch.on_train_end(None, None, None)
    if loss.unseen:
        names = ", ".join(sorted(loss.unseen))
        raise StudentError(f"parts of the loss were configured but never computed: {names}")
    if watch.best is None and processes.is_first():
        raise StudentError(f"no state of the student was fit to be kept: {watch.problem}")
    check_same_weights(loss)
    restore(loss, folder / "best.pt")
    encoder.eval()
    with torch.no_grad():
        weight.requires_grad_(True)
    processes.wait_for_others()
    if processes.is_first():
        resume.remove_checkpoints(folder)
    return {
        "steps": int(trainer.state.global_step),
        "seconds": round(time.monotonic() - started, 1),
        "best": watch.best,
        "metrics": list(read_lines(folder / "metrics.jsonl")),
    }


def _one_of_several(
    encoder: SparseEncoder,
    pairs: Sequence[Mapping[str, Any]],
    documents: Mapping[str, str],
    section: TrainingSection,
    seed: int,
    folder: Path,
    evaluate: Callable[[SparseEncoder], Mapping[str, float]] | None,
    targets: Callable[[Sequence[int], Sequence[str]], Any] | None,
    label: str,
) -> dict[str, Any]:
    """What each process of `processes.launch` does."""
    return train(
        encoder, pairs, documents, section, seed, folder, evaluate, targets=targets, label=label
    )


def _check(
    pairs: Sequence[Mapping[str, Any]], documents: Mapping[str, str], section: TrainingSection
) -> None:
    if not pairs:
        raise StudentError(
            "there are no training pairs: no document has a title, a heading, or text with a "
            "content word that no query of a person is; look at corpus.text_field"
        )
    together = section.batch_size * section.processes
    if section.processes > 1 and len(pairs) < together:
        raise StudentError(
            f"{len(pairs)} training pairs are fewer than training.batch_size × training.processes "
            f"({together}), so that some processes would get none: lower one of them"
        )
    for pair in pairs:
        for document in (pair["document"], *pair.get("negatives", ())):
            if document not in documents:
                raise StudentError(f"pair {pair['query']!r} names an unknown document {document!r}")
    if section.num_negatives and not any(pair.get("negatives") for pair in pairs):
        raise StudentError(
            "training.num_negatives > 0, but no pair has any; mine them, "
            "or set training.num_negatives = 0"
        )


def _rows(count: int) -> Any:
    from datasets import Dataset

    return Dataset.from_dict({"pair": list(range(count))})


def _arguments(section: TrainingSection, seed: int, folder: Path, pairs: int, module: Any) -> Any:
    import torch
    from sentence_transformers import SparseEncoderTrainingArguments

    rates = {}
    if section.query_learning_rate > 0:
        rates[r"sub_modules\.query\.0\.weight|query_weight"] = section.query_learning_rate
    if module.unfreeze_layers and module.body is not None:
        rates[r"\.body\."] = section.body_learning_rate
    arguments = SparseEncoderTrainingArguments(
        output_dir=str(folder),
        max_steps=section.steps,
        per_device_train_batch_size=section.batch_size,
        learning_rate=section.head_learning_rate,
        learning_rate_mapping=rates,
        router_mapping={"query": "query", "document": "document"},
        warmup_steps=int(section.warmup_ratio * section.steps),
        weight_decay=0.0,
        seed=seed,
        data_seed=seed,
        bf16=bool(module.unfreeze_layers) and torch.cuda.is_available(),
        use_cpu=processes.world_size() > 1 and not torch.cuda.is_available(),  # gloo, no NCCL
        dataloader_drop_last=pairs >= section.batch_size,
        # The model is called twice a step, and its first call's buffers must stay as they are; the
        # first process evaluates while the others wait.
        ddp_find_unused_parameters=False,
        ddp_broadcast_buffers=False,
        ddp_timeout=DAY,
        dataloader_pin_memory=False,
        remove_unused_columns=False,
        logging_steps=section.log_every,
        logging_nan_inf_filter=False,
        save_strategy="steps",
        save_steps=section.evaluate_every,
        save_total_limit=2,
        report_to=section.report_to,
        disable_tqdm=True,
    )
    arguments._n_gpu = min(1, arguments.n_gpu)  # several GPUs: a process each, by accelerate
    return arguments


def _best_until(step: int, folder: Path) -> dict[str, Any] | None:
    """The best state up to a step, if one was kept; a later one will come again."""
    best = folder / "best.json"
    if not best.is_file():
        return None
    kept: dict[str, Any] = json.loads(best.read_text(encoding="utf-8"))
    return kept if kept["step"] <= step else None
