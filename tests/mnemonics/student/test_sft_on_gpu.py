"""SFT and GRPO, whole and in four bits, with a tiny Llama."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from malmoi.core.files import read_lines
from malmoi.mnemonics.student.grpo import train_grpo
from malmoi.mnemonics.student.sft import train_sft
from malmoi.mnemonics.student.weights import Prompt, load_base
from malmoi.recipe.mnemonics import StudentSection
from tests.helpers.gpu import DEVICE
from tests.helpers.tiny_llama import PATTERN, WORDS, make_tiny_llama

pytestmark = pytest.mark.gpu
FOUR_BITS = pytest.mark.skipif(
    DEVICE == "cpu" or not find_spec("bitsandbytes"), reason="needs a GPU and bitsandbytes"
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llama(tmp_path_factory.mktemp("base") / "tiny")


def metrics(folder: Path, name: str) -> list[float]:
    return [line[name] for line in read_lines(folder / "metrics.jsonl") if name in line]


@pytest.mark.parametrize("four_bits", [False, pytest.param(True, marks=FOUR_BITS)])
def test_it_learns_a_pattern(base: Path, tmp_path: Path, four_bits: bool) -> None:
    section = StudentSection(
        base=str(base), batch_size=6, learning_rate=2e-2, lora_rank=16, max_length=64, epochs=12.0,
        load_in_4bit=four_bits,
    )  # fmt: skip
    train_sft(PATTERN, section, tmp_path, seed=5)
    losses = metrics(tmp_path, "loss")
    assert losses[-1] < losses[0] / 2
    assert load_base(str(tmp_path / "model")).config.num_hidden_layers == 2


def test_it_raises_a_toy_reward(base: Path, tmp_path: Path) -> None:
    def vowels(prompt: Prompt, text: str) -> float:
        return text.count("e") / max(1, len(text))

    section = StudentSection(
        grpo_steps=12, grpo_prompts=4, grpo_group_size=8, grpo_learning_rate=3e-2, grpo_beta=0.0,
        max_length=64,
    )  # fmt: skip
    prompts = [Prompt(word, "Answer.", f"{word}?") for word in WORDS]
    train_grpo(prompts, vowels, section, base, tmp_path, seed=2, max_tokens=12)
    rewards = metrics(tmp_path, "reward")
    assert sum(rewards[-3:]) > 1.5 * sum(rewards[:3])
