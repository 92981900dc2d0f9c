"""sentence-transformers' trainer, with our batches, small checkpoints and a watch over health.

Imported only where training happens: it needs torch.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SparseEncoder, SparseEncoderTrainer
from transformers import TrainerCallback

from malmoi.core import processes
from malmoi.core.errors import StudentError
from malmoi.core.files import append_line, write_atomically
from malmoi.core.progress import Progress
from malmoi.encoder.building import document_encoder, query_parameter
from malmoi.encoder.losses import StudentLoss
from malmoi.encoder.modeling import hide

Figures = Mapping[str, float]
Targets = Callable[[Sequence[int], Sequence[str]], Any]
"""Numbers of pairs and ids of documents to an array [pairs, documents] of scores to be learned."""
TRAINED = "trained.pt"
MIN_ACTIVE, MAX_ACTIVE = 5, 1000
"""Mean active dimensions of a healthy document vector, where documents are of usual length."""
MIN_SHARE, MAX_SHARE = 0.5, 2.0
"""The same as shares of the lexical part's dimensions, for shorter and for longer documents."""
NAMED = 5
"""Documents that a message names."""


def positive_text(pair: Mapping[str, Any], documents: Mapping[str, str]) -> str:
    """The text of a pair's positive, without the words that are the query itself."""
    return hide(documents[pair["document"]], pair.get("without") or "")


class Batches:
    """Collates rows {"pair": number} into features of queries and of documents, each once."""

    valid_label_columns: tuple[str, ...] = ()

    def __init__(
        self,
        encoder: SparseEncoder,
        pairs: Sequence[Mapping[str, Any]],
        documents: Mapping[str, str],
        negatives: int,
        targets: Targets | None = None,
        together: bool = False,
    ) -> None:
        """`together`: other processes' documents are negatives too."""
        self.encoder, self.pairs, self.documents, self.most = encoder, pairs, documents, negatives
        self.targets = targets
        self.numbers = {name: n for n, name in enumerate(sorted(documents))} if together else {}
        self.relevant: dict[str, set[str]] = {}
        for pair in pairs:
            self.relevant.setdefault(pair["query"], set()).add(pair["document"])

    def __call__(self, rows: Sequence[Mapping[str, int]]) -> dict[str, Any]:
        """`query` and `document` features; see `losses.py` for what stands beside them."""
        pairs = [self.pairs[row["pair"]] for row in rows]
        columns: dict[tuple[str, str], int] = {}
        candidates = torch.full((len(pairs), 1 + self.most), -1)
        for number, pair in enumerate(pairs):
            chosen = [(pair["document"], positive_text(pair, self.documents))]
            chosen += [(n, self.documents[n]) for n in pair.get("negatives", ())[: self.most]]
            at = [columns.setdefault(each, len(columns)) for each in chosen]
            candidates[number, : len(at)] = torch.tensor(at)
        ids = [document for document, _ in columns]
        allowed = [[i not in self.relevant[pair["query"]] for i in ids] for pair in pairs]
        mask = torch.tensor(allowed)
        mask[torch.arange(len(pairs)), candidates[:, 0]] = True
        query = self.encoder.preprocess([pair["query"] for pair in pairs], task="query")
        document = self.encoder.preprocess([text for _, text in columns], task="document")
        document |= {"candidates": candidates, "allowed": mask}
        if self.numbers:
            document |= {"numbers": torch.tensor([self.numbers[i] for i in ids])}
            document |= {"relevant": self._relevant([pair["query"] for pair in pairs])}
        if self.targets is not None:
            targets = self.targets([row["pair"] for row in rows], ids)
            document["targets"] = torch.from_numpy(targets)
        return {"query": query, "document": document}

    def _relevant(self, queries: Sequence[str]) -> torch.Tensor:
        """Numbers of each query's documents [queries, most of them], −1 where there are fewer."""
        found = [sorted(self.numbers[name] for name in self.relevant[query]) for query in queries]
        most = max(map(len, found))
        return torch.tensor([row + [-1] * (most - len(row)) for row in found])


class StudentTrainer(SparseEncoderTrainer):
    """Trains with `Batches` and `StudentLoss`; a checkpoint holds what is trained, nothing else."""

    @property
    def student_loss(self) -> StudentLoss:
        """The loss, by its type."""
        loss: Any = self.loss
        return loss  # type: ignore[no-any-return]

    def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
        """The card is written from the run's figures, not from the trainer's."""

    def collect_features(self, inputs: dict[str, Any]) -> tuple[list[dict[str, Any]], None]:
        """Queries' and documents' features, as `Batches` made them."""
        self.student_loss.step = self.state.global_step
        return [inputs["query"], inputs["document"]], None

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        folder = Path(str(output_dir or self.args.output_dir))
        folder.mkdir(parents=True, exist_ok=True)
        torch.save(trained(self.student_loss), folder / TRAINED)

    def _load_from_checkpoint(self, checkpoint_path: str, *args: Any) -> None:
        restore(self.student_loss, Path(checkpoint_path) / TRAINED)
        # Its parts were seen to teach when it began; by now FLOPS may have silenced a small one.
        self.student_loss.unseen.clear()


def trained(loss: StudentLoss) -> dict[str, torch.Tensor]:
    """Copies of the parameters that are trained, by name, whatever the model is wrapped in."""
    state = {
        name.replace("model.module.", "model."): p.detach().cpu().clone()
        for name, p in loss.named_parameters()
        if p.requires_grad
    }
    return state


def check_same_weights(loss: StudentLoss) -> None:
    """Make sure that processes which trained together ended with the same weights.

    Raises:
        StudentError: they did not.
    """
    if processes.world_size() == 1:
        return
    digest = hashlib.sha256()
    for name, values in sorted(trained(loss).items()):
        digest.update(name.encode() + values.reshape(-1).view(torch.uint8).numpy().tobytes())
    found: list[Any] = [None] * processes.world_size()
    torch.distributed.all_gather_object(found, digest.hexdigest())
    if len(set(found)) > 1:
        raise StudentError(
            f"the {len(found)} processes ended with different weights ({', '.join(found)}): "
            "train with training.processes = 1, and report this"
        )


def restore(loss: StudentLoss, path: Path) -> None:
    """Set the trained parameters to what a file of `trained` holds."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    with torch.no_grad():
        for name, parameter in loss.named_parameters():
            if parameter.requires_grad:
                parameter.copy_(state[name.replace("model.module.", "model.")])


class Watch(TrainerCallback):
    """Logs, evaluates, keeps the best healthy state, and keeps query weights where they belong."""

    def __init__(
        self,
        encoder: SparseEncoder,
        loss: StudentLoss,
        sample: Mapping[str, str],
        folder: Path,
        evaluate: Callable[[Any], Figures] | None,
        label: str,
    ) -> None:
        """`sample`: id → text of the documents that are watched."""
        self.encoder, self.loss, self.sample = encoder, loss, sample
        self.limits = Limits.of(encoder, sample)
        self.folder, self.evaluate, self.label = folder, evaluate, label
        self.section = loss.section
        self.best: dict[str, Any] | None = None
        self.progress: Progress | None = None
        self.problem = ""
        self.writes = True

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Evaluate the untrained student, unless training goes on from a checkpoint."""
        self.writes = state.is_world_process_zero
        done = int(state.global_step)
        self.progress = Progress(self.label, state.max_steps, done).__enter__()
        if not done:
            self._judge(0)
        elif self._stops(done):  # it was killed between its last step and its end
            control.should_training_stop = True

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Keep weights of queries at 0 or above, and at 0 outside the content pieces; evaluate."""
        weight = query_parameter(self.encoder)
        mask = document_encoder(self.encoder).content_mask
        with torch.no_grad():
            weight.clamp_(min=0)[: len(mask)].mul_(mask.to(weight.device))
            weight[len(mask) :] = 0
        if self.progress is not None:
            self.progress.advance()
        step = int(state.global_step)
        if step % self.section.evaluate_every == 0 or step == state.max_steps:
            self._judge(step)
            control.should_training_stop |= self._stops(step)

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """The loss's own scale is no part of the model whose gradients accelerate averages."""
        gradient = self.loss.log_scale.grad
        if processes.world_size() > 1 and gradient is not None:
            torch.distributed.all_reduce(gradient)
            gradient /= processes.world_size()

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        """One line of metrics.jsonl.

        Args:
            args, control, kwargs: of transformers' callbacks, not used.
            state: its `global_step` counts the optimizer's steps.
            logs: figures by transformers' names; those without a loss are not kept.
        """
        if self.writes and logs and "loss" in logs:
            kept = {k: v for k, v in logs.items() if k != "epoch"}
            self._write({"step": int(state.global_step)} | kept | self.loss.watched)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Close the progress."""
        if self.progress is not None:
            self.progress.__exit__(None, None, None)
            self.progress = None

    def _write(self, record: dict[str, Any]) -> None:
        rounded = {k: round(v, 5) if isinstance(v, float) else v for k, v in record.items()}
        append_line(self.folder / "metrics.jsonl", rounded)

    def _judge(self, step: int) -> None:
        """Evaluate, and keep this state if it is the best so far and healthy.

        Of several processes the first alone does so; the others wait for it at the next step.
        """
        if not self.writes:
            return
        was_training = self.encoder.training
        self.encoder.eval()
        counts = active_counts(self.encoder, [*self.sample.values()])
        health = active_dimensions(counts)
        figures = dict(self.evaluate(self.encoder)) if self.evaluate else {}
        self.encoder.train(was_training)
        dev = {f"dev_{name}": value for name, value in figures.items()}
        self._write({"step": step} | dev | health)
        self.problem = unhealthy(dict(zip(self.sample, counts, strict=True)), self.limits)
        dimensions = health["document_dimensions"]
        if self.problem and (not dimensions or dimensions < self.limits.least):
            raise StudentError(f"step {step}: {self.problem}")
        if self.evaluate and self.section.best_by not in figures:
            raise StudentError(
                f"training.best_by = {self.section.best_by!r} is none of the development figures: "
                f"{', '.join(figures)}"
            )
        value = figures[self.section.best_by] if self.evaluate else float(step)
        # Without development queries nothing says that the untrained student is better.
        usable = not self.problem and (step or self.evaluate)
        if usable and (self.best is None or value > self.best["value"]):
            self.best = {"step": step, "value": value, "figures": figures} | health
            self._keep()

    def _stops(self, step: int) -> bool:
        """Whether the last `patience` evaluations were all no better than the best before them.

        The first process has evaluated, and tells the others.
        """
        waited = step - self.best["step"] if self.best else 0
        patience = self.section.patience * self.section.evaluate_every
        told = [bool(self.evaluate) and 0 < patience <= waited]
        if processes.world_size() > 1:
            torch.distributed.broadcast_object_list(told)
        return told[0]

    def _keep(self) -> None:
        temporary = self.folder / "best.pt.tmp"
        torch.save(trained(self.loss), temporary)
        temporary.replace(self.folder / "best.pt")
        write_atomically(self.folder / "best.json", json.dumps(self.best))


@dataclass(frozen=True)
class Limits:
    """Mean active dimensions that are healthy for these documents, by their lexical vectors.

    `wordless` are documents without any content word: nothing is expected of them.
    """

    least: float = MIN_ACTIVE
    most: float = MAX_ACTIVE
    wordless: frozenset[str] = frozenset()

    @classmethod
    def of(cls, encoder: SparseEncoder, sample: Mapping[str, str]) -> Limits:
        """Limits for an encoder of the documents in `sample`, id → text."""
        lexical = document_encoder(encoder).lexical.vectors([*sample.values()])
        counts = {name: len(vector) for name, vector in zip(sample, lexical, strict=True)}
        mean = sum(counts.values()) / max(1, len(counts))
        return cls(
            least=min(MIN_ACTIVE, MIN_SHARE * mean),
            most=max(MAX_ACTIVE, MAX_SHARE * mean),
            wordless=frozenset(name for name, count in counts.items() if not count),
        )


def named(documents: Iterable[str]) -> str:
    """The first few ids, and how many more there are."""
    ids = sorted(documents)
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return ", ".join(map(repr, ids[:NAMED])) + more


def active_counts(encoder: SparseEncoder, texts: Sequence[str]) -> list[int]:
    """Active dimensions of each document; 0 for all where a weight isn't a finite number."""
    with torch.no_grad():
        vectors = encoder.encode_document(
            list(texts), convert_to_sparse_tensor=False, show_progress_bar=False, save_to_cpu=True
        )
    finite = bool(torch.isfinite(vectors).all())
    return [int(count) * finite for count in (vectors > 0).sum(1)]


def active_dimensions(counts: Sequence[int]) -> dict[str, float]:
    """Mean active dimensions of documents, and the share of them with none at all."""
    values = torch.tensor(counts).float()
    return {
        "document_dimensions": float(values.mean()),
        "zero_vectors": float((values == 0).float().mean()),
    }


def unhealthy(counts: Mapping[str, int], limits: Limits) -> str:
    """What is wrong with a student's document vectors; empty where nothing is.

    `counts` are the active dimensions of each document, by its id.
    """
    dimensions = sum(counts.values()) / max(1, len(counts))
    empty = [name for name, count in counts.items() if not count and name not in limits.wordless]
    advice = "lower training.flops_weight and the learning rates"
    expected = f"expected {limits.least:.3g} to {limits.most:.0f}"
    if not dimensions and not empty:
        return (
            f"no document has a content word ({named(counts)}): look at corpus.text_field and "
            "corpus.language"
        )
    if dimensions < limits.least:
        lowest = sorted(counts, key=lambda name: (counts[name], name))[:NAMED]
        return (
            f"the student collapsed: documents have {dimensions:.1f} active dimensions on average, "
            f"{expected}; fewest in {', '.join(map(repr, lowest))}; {advice}"
        )
    if len(empty) > 0.01 * len(counts):
        return (
            f"{len(empty) / len(counts):.0%} of the documents have words and an empty vector, "
            f"expected none: {named(empty)}; {advice}"
        )
    if dimensions > limits.most:
        densest = sorted(counts, key=lambda name: (-counts[name], name))[:NAMED]
        return (
            f"the student is still dense: documents have {dimensions:.0f} active dimensions on "
            f"average, {expected}; most in {', '.join(map(repr, densest))}; raise "
            "training.flops_weight, or set encoder.top_k"
        )
    return ""
