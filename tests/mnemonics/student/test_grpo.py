from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import StudentError
from malmoi.core.files import read_lines
from malmoi.mnemonics.student.grpo import prompt_order, train_grpo
from malmoi.mnemonics.student.weights import Prompt
from malmoi.models.resume import last_checkpoint
from malmoi.recipe.mnemonics import StudentSection
from tests.helpers.tiny_llama import WORDS, make_tiny_llama

PROMPTS = [Prompt(word, "Answer.", f"{word}?") for word in WORDS]
SETTINGS = {
    "grpo_steps": 12, "grpo_prompts": 4, "grpo_group_size": 8, "grpo_learning_rate": 3e-2,
    "grpo_beta": 0.0, "max_length": 64, "save_every": 4,
}  # fmt: skip


def section(**fields: object) -> StudentSection:
    return StudentSection.model_validate({**SETTINGS, **fields})


def vowels(prompt: Prompt, text: str) -> float:
    """A toy reward: the share of an answer's characters that are an e."""
    return text.count("e") / max(1, len(text))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llama(tmp_path_factory.mktemp("base") / "tiny")


@pytest.fixture(scope="module")
def trained(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("grpo") / "whole"
    train_grpo(PROMPTS, vowels, section(), base, folder, seed=2, max_tokens=12)
    return folder


def metrics(folder: Path, name: str) -> list[float]:
    return [line[name] for line in read_lines(folder / "metrics.jsonl") if name in line]


def weights(folder: Path) -> bytes:
    return (folder / "model" / "model.safetensors").read_bytes()


def test_it_raises_a_toy_reward(trained: Path) -> None:
    rewards = metrics(trained, "reward")
    assert len(rewards) == 12
    assert sum(rewards[-3:]) > 2 * sum(rewards[:3])
    assert {p.name for p in trained.iterdir()} == {"model", "metrics.jsonl", "training.txt"}


def test_stopped_in_the_middle_it_ends_the_same(base: Path, trained: Path, tmp_path: Path) -> None:
    calls = 0

    def stopping(prompt: Prompt, text: str) -> float:
        nonlocal calls
        calls += 1
        if calls == 6 * 4 * 8:
            raise KeyboardInterrupt
        return vowels(prompt, text)

    with pytest.raises(KeyboardInterrupt):
        train_grpo(PROMPTS, stopping, section(), base, tmp_path, seed=2, max_tokens=12)
    found = last_checkpoint(tmp_path)
    assert found is not None
    assert found.name == "checkpoint-4"
    train_grpo(PROMPTS, vowels, section(), base, tmp_path, seed=2, max_tokens=12)
    assert metrics(tmp_path, "reward") == metrics(trained, "reward")
    assert weights(tmp_path) == weights(trained)


def test_each_answer_is_scored_with_its_own_prompt(base: Path, tmp_path: Path) -> None:
    seen: list[str] = []

    def reward(prompt: Prompt, text: str) -> float:
        assert prompt in PROMPTS
        seen.append(prompt.id)
        return 0.0

    train_grpo(PROMPTS, reward, section(grpo_steps=2), base, tmp_path, seed=2, max_tokens=4)
    assert Counter(seen) == dict.fromkeys(WORDS, 8)


def test_a_reward_that_tells_nothing_apart_is_said(
    base: Path, tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    train_grpo(
        PROMPTS, lambda prompt, text: 0.5, section(grpo_steps=2), base, tmp_path, 2, max_tokens=4
    )
    assert "GRPO taught nothing" in logged.text


def test_beta_holds_it_near_the_sft_student(base: Path, tmp_path: Path, trained: Path) -> None:
    for beta in (0.04, 5.0):
        folder = tmp_path / f"{beta}"
        train_grpo(PROMPTS, vowels, section(grpo_beta=beta), base, folder, 2, max_tokens=12)
    loose, near = metrics(tmp_path / "0.04", "kl"), metrics(tmp_path / "5.0", "kl")
    assert near[0] == pytest.approx(0, abs=1e-3)
    assert 0 < near[-1] < loose[-1]
    assert metrics(tmp_path / "5.0", "reward")[-1] < metrics(trained, "reward")[-1]


def test_no_steps_give_the_sft_student(base: Path, tmp_path: Path) -> None:
    assert train_grpo(PROMPTS, vowels, section(grpo_steps=0), base, tmp_path / "x", 2) == base
    assert not (tmp_path / "x").exists()


def test_a_prompt_without_room_for_its_answer_is_left_out(
    base: Path, tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    long = Prompt("long", "Answer.", "river " * 80)
    with pytest.raises(StudentError, match="none of 1 prompts leaves room"):
        train_grpo([long], vowels, section(), base, tmp_path / "a", 2, max_tokens=12)
    few = section(grpo_steps=1)
    train_grpo([*PROMPTS, long], vowels, few, base, tmp_path / "b", 2, max_tokens=4)
    assert "1 prompts are over 60 tokens" in logged.text


@given(st.integers(1, 50), st.integers(0, 200), st.integers(0, 5))
def test_prompts_come_equally_often(count: int, wanted: int, seed: int) -> None:
    order = prompt_order(count, wanted, seed)
    assert len(order) == wanted
    times = Counter(order)
    assert all(abs(times[n] - wanted / count) < 1 for n in range(count))
