from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from malmoi.cli.results import print_comparison, print_systems, write_results
from malmoi.evaluation.compare import compare
from malmoi.recipe import EvaluationSection


@pytest.fixture
def results() -> dict[str, Any]:
    names = [f"q{n}" for n in range(12)]
    qrels = {name: {f"d{name}": 1} for name in names}
    runs = {
        "good": {name: [(f"d{name}", 1.0)] for name in names},
        "bad": {name: [("other", 2.0), (f"d{name}", 1.0)] for name in names},
    }
    settings = EvaluationSection(bootstrap_samples=200, permutations=2000)
    return compare(runs, qrels, dict.fromkeys(names, "ko"), [("good", "bad")], settings)


def test_tables_show_every_run_and_test(
    results: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    print_comparison(results)
    out, err = capsys.readouterr()
    assert err == ""
    for text in (
        "good",
        "12 queries (ko) to 12 pages",
        "Recall@100",
        "good − bad",
        "gain",
        "+0.369",
    ):
        assert text in out


def test_without_a_test_there_is_no_table_of_tests(
    results: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    print_comparison(results | {"comparisons": []})
    assert "Differences" not in capsys.readouterr().out


def test_figures_are_written_as_they_are(tmp_path: Path) -> None:
    write_results({"이름": 0.5}, tmp_path / "out.json")
    text = (tmp_path / "out.json").read_text(encoding="utf-8")
    assert "이름" in text
    assert json.loads(text) == {"이름": 0.5}


def test_systems_are_columns_with_the_test_of_one_pair(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"name": "claims", "cells": ["1.000", "0.500"], "difference": "+0.500", "p": "< .0001"}
    shown = {"title": "Open book", "systems": ["student", "base"], "rows": [row]}
    print_systems(shown | {"tested": True})
    assert "+0.500" in capsys.readouterr().out
    print_systems(shown | {"tested": False})
    out = capsys.readouterr().out
    assert "Open book" in out
    assert "0.500" in out
    assert "p (Holm)" not in out
