from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer import BadParameter

from malmoi.cli.run import print_mnemonics, print_next, print_plan, print_search, run
from malmoi.pipelines.mnemonics import pipeline as mnemonics
from malmoi.pipelines.search import pipeline as search
from tests.helpers.toy_results import made_up

TABLE = {
    "title": "Open book",
    "systems": ["student", "base"],
    "tested": True,
    "rows": [{"name": "claims", "cells": ["1.000", "0.500"], "difference": "+0.500", "p": "0.01"}],
}


def test_only_search_encoders_run_on_a_cluster() -> None:
    with pytest.raises(BadParameter, match="--on ray is for search encoders"):
        run("mnemonics", on="ray")


def test_a_dry_run_prints_the_plan_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for pipeline, recipe in ((search, "korean-search"), (mnemonics, "mnemonics")):
        rows = [["queries", "30 documents", "60 calls"]]
        monkeypatch.setattr(pipeline, "plan_rows", lambda recipe, *_, rows=rows: rows)
        run(recipe, runs=tmp_path / "runs", dry_run=True)
        out, err = capsys.readouterr()
        assert err == ""
        assert f"{recipe}: what would be done" in out
        assert ["queries", "30", "documents", "60", "calls"] in map(str.split, out.splitlines())
    assert not list(tmp_path.iterdir())


def test_a_run_goes_into_the_folder_of_its_name_and_ends_with_its_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    begun: list[Path] = []

    def made(recipe: Any, folder: Path, *_: Any) -> dict[str, Any]:
        begun.append(folder)
        return {"verdicts": ["v2 is better"]}

    monkeypatch.setattr(search, "run_recipe", made)
    monkeypatch.setattr(mnemonics, "run_mnemonics", made)
    for recipe in ("korean-search", "mnemonics"):
        run(recipe, runs=tmp_path)
        assert begun.pop() == tmp_path / recipe
        report = tmp_path.resolve() / recipe / "report.html"
        assert capsys.readouterr().out == f"• v2 is better\n\nReport: {report}\n"


def test_the_summary_is_tables_then_sentences_then_the_path(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_search(made_up(), Path("runs/x/report.html"))
    out = capsys.readouterr().out
    order = ["Korean queries →", "0.724 [0.703, 0.743]", "English queries →", "• With", "Report:"]
    assert [out.index(text) for text in order] == sorted(out.index(text) for text in order)
    assert "pairs accepted. No teacher was asked for verdicts." in out
    assert re.search(r"v2 +Malmoi ◀ best +0\.724", out)
    talk = made_up()
    for part in ("queries", "scores"):
        talk["comparison"][part]["conversational"] = talk["comparison"][part]["ko"]
    print_search(talk)
    out = capsys.readouterr().out
    assert out.index("English queries →") < out.index("Conversational questions →")
    print_search({})
    assert capsys.readouterr().out == ""


def test_a_run_ends_with_how_its_encoder_is_searched_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my run"
    (folder / "student-v1" / "model").mkdir(parents=True)
    print_next(folder)
    assert capsys.readouterr().out == ""
    (folder / "beir").mkdir()
    print_next(folder)
    assert f"malmoi index '{folder}/student-v1/model' '{folder}/beir'" in capsys.readouterr().out
    (folder / "student-v2" / "model").mkdir(parents=True)
    print_next(folder)
    assert "student-v2/model" in capsys.readouterr().out


def test_the_summary_of_mnemonics_is_tables_and_verdicts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    results = {"proof": {"tables": [TABLE]}, "verdicts": ["No card has a slur.", "bad \x1b[31m"]}
    print_mnemonics(results, Path("runs/small/report.html"))
    said = capsys.readouterr().out
    for text in ("Open book", "student − base", "+0.500", "• No card has a slur."):
        assert text in said
    assert said.endswith("Report: runs/small/report.html\n")
    assert "\x1b[31m" not in said


def test_a_plan_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    print_plan([["student", "SFT 1 epochs", ""]], "small")
    assert "SFT 1 epochs" in capsys.readouterr().out
