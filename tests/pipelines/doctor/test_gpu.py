from __future__ import annotations

import json
from pathlib import Path

import pytest

from malmoi.pipelines.doctor import gpu
from malmoi.pipelines.doctor.check import Check
from malmoi.pipelines.doctor.gpu import cards, check_gpu, check_gpu_needs, quantisation
from malmoi.recipe import MnemonicsRecipe, SearchRecipe


def with_cards(root: Path, *names: str) -> Path:
    """A system whose driver knows these cards."""
    for number, name in enumerate(names):
        folder = root / f"proc/driver/nvidia/gpus/0000:0{number}:00.0"
        folder.mkdir(parents=True)
        (folder / "information").write_text(f"Model: \t\t {name}\nIRQ:   16\n")
    return root


def needs(recipe: SearchRecipe | MnemonicsRecipe, root: Path) -> dict[str, Check]:
    return {check.name: check for check in check_gpu_needs(recipe, root)}


def test_without_a_driver_there_is_none(tmp_path: Path) -> None:
    assert cards(tmp_path) == []
    assert check_gpu(tmp_path).ok
    assert check_gpu(tmp_path).seen.startswith("none")


@pytest.mark.parametrize(("version", "usable"), [("2.13.0+cpu", False), ("2.13.0", True)])
def test_a_card_needs_a_torch_that_can_use_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, usable: bool
) -> None:
    monkeypatch.setattr(gpu.metadata, "version", lambda name: version)
    check = check_gpu(with_cards(tmp_path, "NVIDIA L4", "NVIDIA L4"))
    assert check.ok is usable
    assert "2 × NVIDIA L4" in check.seen
    assert ("for CPUs" in check.seen) is not usable


@pytest.mark.parametrize(
    ("model", "method"),
    [
        ("Qwen/Qwen3-14B-AWQ", "awq"),
        ("someone/Model_7B_GPTQ-Int4", "gptq"),
        ("google/gemma-3-1b-it", ""),
        ("someone/hawqs-1b", ""),
    ],
)
def test_a_name_says_how_a_checkpoint_is_quantised(model: str, method: str) -> None:
    assert quantisation(model) == method


def test_a_folder_says_it_itself(tmp_path: Path) -> None:
    folder = tmp_path / "model-awq"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    assert quantisation(str(folder)) == ""
    (folder / "config.json").write_text(
        json.dumps({"quantization_config": {"quant_method": "gptq"}})
    )
    assert quantisation(str(folder)) == "gptq"


def test_a_quantised_teacher_needs_its_kernels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = SearchRecipe.model_validate({"name": "a", "teacher": {"preset": "qwen3-14b-awq"}})
    monkeypatch.setattr(gpu, "find_spec", lambda name: None)
    found = needs(recipe, tmp_path)
    assert found["teacher: gptqmodel"].stops
    assert not found["teacher on a GPU"].ok
    assert not found["teacher on a GPU"].stops  # slow, but it can be done
    monkeypatch.setattr(gpu, "find_spec", lambda name: object())
    assert all(check.ok for check in needs(recipe, with_cards(tmp_path, "NVIDIA L4")).values())


def test_training_in_four_bits_needs_a_card(tmp_path: Path) -> None:
    plain = MnemonicsRecipe(job="mnemonics", name="a")
    assert needs(plain, tmp_path) == {}
    four = MnemonicsRecipe.model_validate(
        {"job": "mnemonics", "name": "a", "student": {"load_in_4bit": True}}
    )
    assert needs(four, tmp_path)["student.load_in_4bit on a GPU"].stops


def test_a_teacher_that_nobody_knows_is_said_elsewhere(tmp_path: Path) -> None:
    recipe = SearchRecipe.model_validate({"name": "a", "teacher": {"preset": "nobody"}})
    assert needs(recipe, tmp_path) == {}
