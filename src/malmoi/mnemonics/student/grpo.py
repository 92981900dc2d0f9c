"""Reinforcement after SFT: answers to one prompt are compared with each other (GRPO, Shao 2024).

One reward for an answer, from 0 (no card, or another word's) to 1; the divergence from the SFT
student is measured by switching LoRA off. A group whose answers have the same reward teaches
nothing: that share is "groups_alike" in metrics.jsonl.
"""

from __future__ import annotations

import logging
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from malmoi.core.errors import StudentError
from malmoi.core.files import read_lines
from malmoi.mnemonics.student import weights
from malmoi.mnemonics.student.sft import claim, clean, common_arguments, run, settings
from malmoi.mnemonics.student.weights import Prompt
from malmoi.recipe.mnemonics import StudentSection

logger = logging.getLogger(__name__)

ANSWER = 160
"""Most tokens of an answer, unless said otherwise."""
TEMPERATURE = 1.0
ROWS = 8
"""Answers that are learned from at once, at most; more of a step are gone through in turn."""


def train_grpo(
    prompts: Sequence[Prompt],
    reward: Callable[[Prompt, str], float],
    section: StudentSection,
    base: Path,
    folder: Path,
    seed: int,
    max_tokens: int = ANSWER,
) -> Path:
    """Train the student in `base` further; a killed training goes on from its last checkpoint.

    Args:
        prompts: `section.grpo_prompts` of them make a step.
        reward: of a prompt and an answer to it, 0 to 1; must depend on these two alone.
        section: grpo_steps, grpo_prompts, grpo_group, grpo_rate, grpo_beta, rank, length.
        base: the folder of the SFT student.
        folder: of this training alone; the files are those of `train_sft`.
        seed: of LoRA's beginning, the order and the sampling.
        max_tokens: of an answer.

    Returns:
        The folder of the merged model (`base` itself where there are no steps).

    Raises:
        StudentError: no prompt fits, or the training diverged.
    """
    if not section.grpo_steps:
        return base
    target = folder / "model"
    inputs = [[astuple(p) for p in prompts], settings(section), str(base), seed, max_tokens]
    claim(folder, ["grpo", *inputs])
    if (target / "config.json").is_file():
        return target
    tokenizer = weights.load_tokenizer(str(base))
    fitting = _fitting(tokenizer, prompts, section.max_length - max_tokens)
    order = prompt_order(len(fitting), section.grpo_steps * section.grpo_prompts, seed)
    asked = [fitting[number] for number in order]

    def score(completions: list[Any], number: list[int], **_: Any) -> list[float | None]:
        texts = [completion[0]["content"] for completion in completions]
        return [float(reward(asked[n], text)) for n, text in zip(number, texts, strict=True)]

    from malmoi.mnemonics.student.trainer import RewardTrainer, Watch

    remedy = "lower student.grpo_learning_rate, or raise student.grpo_beta"
    watch = Watch(folder, "student: GRPO", remedy)
    trainer = RewardTrainer(
        model=weights.load_base(str(base), four_bit=section.load_in_4bit),
        reward_funcs=score,
        args=_arguments(section, seed, folder, max_tokens),
        train_dataset=_dataset(asked),
        processing_class=tokenizer,
        peft_config=weights.lora(section),
        callbacks=[watch],
    )
    run(trainer, watch, folder)
    trainer.save_model(str(folder / "adapter"))
    weights.merge(str(base), folder / "adapter", target)
    if all(line.get("groups_alike") == 1 for line in read_lines(folder / "metrics.jsonl")):
        logger.info(
            "GRPO taught nothing: in no group did two answers get different rewards (look at the "
            "SFT student's answers, or raise student.grpo_group_size)"
        )
    clean(folder)
    return target


def prompt_order(count: int, length: int, seed: int) -> list[int]:
    """`length` numbers under `count`: all once in random order, then all again, and so on."""
    chance = random.Random(seed)
    numbers = list(range(count))
    order: list[int] = []
    while len(order) < length:
        chance.shuffle(numbers)
        order += numbers
    return order[:length]


def _fitting(tokenizer: Any, prompts: Sequence[Prompt], room: int) -> list[Prompt]:
    def length(prompt: Prompt) -> int:
        turns = [{"role": m.role, "content": m.content} for m in prompt.messages]
        text = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        return len(tokenizer(text, add_special_tokens=False)["input_ids"])

    kept = [prompt for prompt in prompts if length(prompt) <= room]
    if not kept:
        raise StudentError(
            f"none of {len(prompts)} prompts leaves room for an answer (at most {room} tokens): "
            "raise student.max_length"
        )
    if len(kept) < len(prompts):
        logger.info(f"{len(prompts) - len(kept)} prompts are over {room} tokens and are left out")
    return kept


def _dataset(prompts: Sequence[Prompt]) -> Any:
    from datasets import Dataset

    turns = [[{"role": m.role, "content": m.content} for m in p.messages] for p in prompts]
    return Dataset.from_dict({"prompt": turns, "number": list(range(len(prompts)))})


def _arguments(section: StudentSection, seed: int, folder: Path, max_tokens: int) -> Any:
    from trl.trainer.grpo_config import GRPOConfig

    answers = section.grpo_prompts * section.grpo_group_size
    rows = math.gcd(answers, ROWS)
    return GRPOConfig(
        **common_arguments(section, seed, folder),
        max_steps=section.grpo_steps,
        per_device_train_batch_size=rows,
        gradient_accumulation_steps=answers // rows,
        steps_per_generation=answers // rows,
        num_generations=section.grpo_group_size,
        max_completion_length=max_tokens,
        temperature=TEMPERATURE,
        shuffle_dataset=False,
        learning_rate=section.grpo_learning_rate,
        warmup_steps=max(1, section.grpo_steps // 10),
        beta=section.grpo_beta,
    )
