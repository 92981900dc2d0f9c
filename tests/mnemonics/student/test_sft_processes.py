"""Two CPU processes (gloo) teach one student."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from malmoi.core.files import read_lines, stable_hash
from malmoi.mnemonics.student import weights
from malmoi.mnemonics.student.sft import settings, train_sft
from malmoi.recipe.mnemonics import StudentSection
from tests.helpers.tiny_llama import PATTERN, make_tiny_llama

SETTINGS = {
    "batch_size": 6,
    "learning_rate": 2e-2,
    "lora_rank": 16,
    "max_length": 64,
    "epochs": 12.0,
    "save_every": 4,
}


def test_one_process_is_what_it_was_before_there_could_be_more() -> None:
    assert "processes" not in settings(StudentSection())
    assert settings(StudentSection(processes=2))["processes"] == 2
    before = "ceb40dc742a4011d"  # as a training of before the fields were renamed was marked
    assert stable_hash(settings(StudentSection(processes=2, epochs=3))) == before


@pytest.mark.slow
def test_the_loss_falls_and_one_model_is_left(tmp_path: Path) -> None:
    base = make_tiny_llama(tmp_path / "tiny")
    section = StudentSection.model_validate({"base": str(base), "processes": 2, **SETTINGS})
    folder = tmp_path / "sft"
    model = train_sft(PATTERN, section, folder, seed=5, dev=PATTERN[:4])
    assert {p.name for p in folder.iterdir()} == {"model", "metrics.jsonl", "training.txt"}
    lines = list(read_lines(folder / "metrics.jsonl"))
    losses = [line["loss"] for line in lines if "loss" in line]
    steps = [line["step"] for line in lines if "loss" in line]
    assert steps == list(range(1, 25))  # 24 cards, 12 times, 12 a step; each written once
    assert losses[-1] < losses[0] / 2
    size = len(weights.load_tokenizer(str(base)))
    assert losses[0] == pytest.approx(math.log(size), rel=0.3)  # not twice or half as much
    before = (model / "model.safetensors").read_bytes()
    assert train_sft(PATTERN, section, folder, seed=5) == model
    again = train_sft(PATTERN, section, tmp_path / "again", seed=5)
    assert (again / "model.safetensors").read_bytes() == before
