from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from malmoi.reports.mnemonics import curves, write_report
from tests.helpers.html_page import Page
from tests.helpers.small_run import Made

HOSTILE = "</pre><script>alert(1)</script>\"'><img src=x onerror=y>{{ 7*7 }}\x1b[31m\u202e\x00"


@pytest.fixture
def results(made: Made) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((made.folder / "results.json").read_text(encoding="utf-8"))
    return found


def rendered(results: dict[str, Any], folder: Path) -> Page:
    write_report(results, folder / "report.html")
    page = Page((folder / "report.html").read_text(encoding="utf-8"))
    assert page.open == [], "every tag is closed"
    return page


def poisoned(value: Any, bad: str, key: str = "") -> Any:
    """`value` with `bad` in every text that a model, a list or a recipe can hold."""
    if isinstance(value, dict):
        return {name: poisoned(inner, bad, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [poisoned(inner, bad, key) for inner in value]
    return value + bad if isinstance(value, str) and key != "verdict" else value


def test_the_page_is_whole(results: dict[str, Any], tmp_path: Path) -> None:
    page = rendered(results, tmp_path)
    assert page.tags[0] == "html"
    assert {"title", "h1", "table", "style"} <= set(page.tags)
    assert "fallacy" in page.text
    for forbidden in ("script", "iframe", "img", "link", "object", "form"):
        assert forbidden not in page.tags


def test_hostile_text_stays_text(results: dict[str, Any], tmp_path: Path) -> None:
    plain = rendered(copy.deepcopy(results), tmp_path)
    page = rendered(poisoned(results, HOSTILE), tmp_path)
    assert page.tags == plain.tags, "no tag more or less"
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7*7 }}" in page.text
    assert not {"\x1b", "\u202e", "\x00"} & set(page.text)


def test_what_is_unknown_is_left_out(results: dict[str, Any], tmp_path: Path) -> None:
    bare = {"name": "small", "words": {}, "cards": {"cards": 0, "features": {}, "examples": []}}
    page = rendered(bare, tmp_path)
    assert "None" not in page.text
    assert "nan" not in page.text
    assert "Student and base" not in page.text
    gone = copy.deepcopy(results)
    for system in gone["proof"]["systems"].values():
        for figure in system.values():
            figure.update(mean=float("nan"), low=None, high=None)
    rendered(gone, tmp_path)


def test_a_choice_among_answers_is_said(results: dict[str, Any], tmp_path: Path) -> None:
    said = "the reward chooses one"
    write_report(results, tmp_path / "one.html")
    assert said not in (tmp_path / "one.html").read_text("utf-8")
    results["recipe"]["evaluation"]["candidates"] = 4
    write_report(results, tmp_path / "four.html")
    assert f"Of 4 answers a word {said}" in (tmp_path / "four.html").read_text("utf-8")


def test_curves_take_two_points() -> None:
    log = [{"step": 1, "loss": 2.0}, {"step": 2, "loss": 1.0}, {"step": 2, "dev_loss": 1.5}]
    assert curves({"sft": log[:1], "grpo": []}) == []
    (chart,) = curves({"sft": log, "grpo": [{"step": 1, "reward": 0.5}]})
    assert chart.startswith("<")
    assert "SFT: loss" in chart
