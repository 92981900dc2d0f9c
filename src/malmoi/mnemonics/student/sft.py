"""Supervised fine-tuning: cards in, a student that writes the like out.

    folder/checkpoint-100/     where a killed training goes on (removed at the end)
    folder/metrics.jsonl       {"step", "loss", "grad_norm", "learning_rate", "accuracy"} each step
    folder/model/              the student: base and LoRA in one, safetensors

The order of all batches is laid down beforehand from the seed, so that a training that goes on from
a checkpoint sees what it would have seen, and ends with the same weights.
"""

from __future__ import annotations

import logging
import random
import shutil
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from malmoi.core import processes
from malmoi.core.errors import StudentError
from malmoi.core.files import stable_hash, write_atomically
from malmoi.mnemonics.student import weights
from malmoi.mnemonics.student.weights import Example
from malmoi.models import resume
from malmoi.recipe import StudentSection, fingerprint_part

logger = logging.getLogger(__name__)

Row = dict[str, list[int]]
WARMUP = 0.05
"""Share of the steps in which the learning rate rises; then it falls as a cosine."""
CHUNK = 16
"""Batches whose examples are sorted by length together, so that little is padding."""


def train_sft(
    examples: Sequence[Example],
    section: StudentSection,
    folder: Path,
    seed: int,
    dev: Sequence[Example] = (),
) -> Path:
    """Train a student on `examples`; a killed training goes on from its last checkpoint.

    With `section.processes` > 1 that many processes train together, a GPU each.

    Args:
        examples: what is learned; the loss is on the answers alone.
        section: base, epochs, batch, rate, rank, length, four_bit, save_every, report_to.
        folder: of this training alone.
        seed: of LoRA's beginning and of the order.
        dev: examples whose loss is measured once an epoch ("dev_loss" in metrics.jsonl).

    Returns:
        The folder of the merged model.

    Raises:
        StudentError: nothing to learn from, a base that can't be loaded, or a diverged training.
    """
    target = folder / "model"
    world = processes.world_size()
    if world == 1:
        claim(folder, ["sft", [astuple(e) for e in examples], settings(section), seed])
    if (target / "config.json").is_file():
        return target
    if section.processes > world and section.epochs:
        given = (list(examples), section, folder, seed, list(dev))
        processes.launch(train_sft, given, folder / "processes", section.processes)
        return target
    base = weights.base_of(section.base)
    tokenizer = weights.load_tokenizer(base)
    rows = encode_all(tokenizer, examples, section.max_length)
    order = batch_order(
        [len(row["input_ids"]) for row in rows], section.epochs, section.batch_size, seed
    )
    model = weights.load_base(base, four_bit=section.load_in_4bit)
    if not order:  # no epochs: the base itself
        weights.save(model, tokenizer, target)
        return target
    most = max(len(row["input_ids"]) for row in rows)
    if model.device.type == "cpu":
        size = sum(p.numel() for p in model.parameters())
        weights.check_memory(model.config, most * section.batch_size, most, size)

    from malmoi.mnemonics.student.prefix import can_share
    from malmoi.mnemonics.student.trainer import AnswerTrainer, Watch

    alone = model.device.type == "cpu" and world == 1
    if not section.prompt_gradient and not (alone and can_share(model)):
        raise StudentError(
            "student.prompt_gradient = false is for a CPU, one process and a base whose layers see "
            f"all that is before a token; here: {model.device.type}, student.processes = {world}, "
            f"{model.config.model_type}. Set it to true"
        )
    watch = Watch(folder, "student: SFT", "lower student.learning_rate")
    trainer = AnswerTrainer(
        model=model,
        args=_arguments(section, seed, folder, len(order), len(rows), bool(dev)),
        train_dataset=_dataset([rows[number] for number in order]),
        eval_dataset=_dataset(encode_all(tokenizer, dev, section.max_length)) if dev else None,
        processing_class=tokenizer,
        peft_config=weights.lora(section),
        callbacks=[watch],
    )
    trainer.through_prompts = section.prompt_gradient
    run(trainer, watch, folder)
    trainer.save_model(str(folder / "adapter"))
    if processes.is_first():
        weights.merge(base, folder / "adapter", target)
        clean(folder)
    return target


def settings(section: StudentSection) -> dict[str, Any]:
    """What of the section changes the student."""
    # One process is left out, as before there could be more.
    several = {"processes": section.processes} if section.processes != 1 else {}
    return fingerprint_part(section) | several


def claim(folder: Path, inputs: object) -> None:
    """Mark `folder` as that of the training with these `inputs`.

    Raises:
        StudentError: it holds another training.
    """
    mark, own = folder / "training.txt", stable_hash(inputs, 32)
    if mark.exists() and mark.read_text(encoding="utf-8").strip() != own:
        raise StudentError(
            f"{folder} holds another training (other cards, settings or seed): move it away, or "
            "train in another folder"
        )
    write_atomically(mark, own + "\n")


def encode(tokenizer: Any, example: Example) -> Row:
    """Tokens of prompt and answer, and labels: -100 on the prompt.

    Prompt and answer are tokenised apart, as they are when the student writes.

    Raises:
        StudentError: the chat template doesn't end an answer as it begins one.
    """
    asked: list[dict[str, str]] = [{"role": "user", "content": example.prompt}]
    if example.system:
        asked.insert(0, {"role": "system", "content": example.system})
    told = [*asked, {"role": "assistant", "content": example.answer}]
    prompt: str = tokenizer.apply_chat_template(asked, tokenize=False, add_generation_prompt=True)
    whole: str = tokenizer.apply_chat_template(told, tokenize=False)
    if not whole.startswith(prompt):
        raise StudentError(
            "the base's chat template renders a prompt alone otherwise than before an answer; set "
            "student.base to a model whose template doesn't"
        )
    answer = whole[len(prompt) :].rstrip()
    head = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    tail = tokenizer(answer, add_special_tokens=False)["input_ids"]
    return {"input_ids": [*head, *tail], "labels": [-100] * len(head) + list(tail)}


def encode_all(tokenizer: Any, examples: Sequence[Example], length: int) -> list[Row]:
    """Examples as tokens; those over `length` are left out, and their number is said.

    Raises:
        StudentError: none is left.
    """
    rows = [encode(tokenizer, example) for example in examples]
    kept = [row for row in rows if len(row["input_ids"]) <= length]
    longest = max((len(row["input_ids"]) for row in rows), default=0)
    if not kept:
        raise StudentError(
            f"none of {len(rows)} examples can be learned from (the longest has {longest} tokens, "
            f"student.max_length is {length}): look at what the earlier stages kept, or raise it"
        )
    if len(kept) < len(rows):
        logger.info(
            f"{len(rows) - len(kept)} of {len(rows)} examples are longer than student.max_length "
            f"({length} tokens; the longest {longest}) and are left out"
        )
    return kept


def batch_order(lengths: Sequence[int], epochs: float, batch: int, seed: int) -> list[int]:
    """Numbers of the examples in the order of all training, in batches of like lengths.

    Each example comes once an epoch; the last epoch may be a part. Batches come in random order.

    Args:
        lengths: of the examples, in tokens.
        epochs: times that each example comes, may be a fraction.
        batch: examples of a batch.
        seed: of the order.
    """
    numbers = list(range(len(lengths)))
    chance = random.Random(seed)
    flat: list[int] = []
    wanted = round(epochs * len(numbers))
    while len(flat) < wanted:
        chance.shuffle(numbers)
        flat += numbers[: wanted - len(flat)]
    batches: list[list[int]] = []
    for start in range(0, len(flat), CHUNK * batch):
        chunk = sorted(flat[start : start + CHUNK * batch], key=lambda n: lengths[n])
        parts = [chunk[place : place + batch] for place in range(0, len(chunk), batch)]
        # A short batch may only be the very last, for else all after it would be cut otherwise.
        short = [parts.pop()] if len(parts[-1]) < batch else []
        chance.shuffle(parts)
        batches += parts + short
    return [number for part in batches for number in part]


def _dataset(rows: Sequence[Row]) -> Any:
    from datasets import Dataset

    return Dataset.from_dict({key: [row[key] for row in rows] for key in ("input_ids", "labels")})


def common_arguments(section: StudentSection, seed: int, folder: Path) -> dict[str, Any]:
    """What both trainings ask of transformers' Trainer."""
    import torch

    gpu = torch.cuda.is_available()
    return {
        "output_dir": str(folder),
        "num_train_epochs": 1,
        "lr_scheduler_type": "cosine",
        "weight_decay": 0.0,
        "max_grad_norm": 1.0,
        "seed": seed,
        "data_seed": seed,
        "bf16": gpu and torch.cuda.is_bf16_supported(),
        "use_cpu": not gpu,
        "gradient_checkpointing": False,
        "dataloader_pin_memory": gpu,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "save_strategy": "steps",
        "save_steps": section.save_every,
        "save_total_limit": 2,
        "report_to": section.report_to,
        "disable_tqdm": True,
        "ddp_find_unused_parameters": False,
    }


def _arguments(
    section: StudentSection, seed: int, folder: Path, total: int, once: int, dev: bool
) -> Any:
    from trl.trainer.sft_config import SFTConfig

    together = section.batch_size * section.processes
    steps = -(-total // together)
    return SFTConfig(
        **common_arguments(section, seed, folder),
        max_steps=steps,
        per_device_train_batch_size=section.batch_size,
        per_device_eval_batch_size=section.batch_size,
        train_sampling_strategy="sequential",
        learning_rate=section.learning_rate,
        warmup_steps=max(1, round(WARMUP * steps)),
        eval_strategy="steps" if dev else "no",
        eval_steps=max(1, once // together),
        max_length=None,
        dataset_kwargs={"skip_prepare_dataset": True},
    )


def run(trainer: Any, watch: Any, folder: Path) -> None:
    """Train, from the last whole checkpoint where there is one; metrics.jsonl is cut back to it."""
    try:
        resume.train(trainer, folder)
    finally:
        watch.close()


def clean(folder: Path) -> None:
    """Remove what only a training that goes on would need."""
    resume.remove_checkpoints(folder)
    shutil.rmtree(folder / "adapter", ignore_errors=True)
