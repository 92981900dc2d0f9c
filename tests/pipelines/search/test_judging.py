from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from malmoi.pipelines.search import judging
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.judging import judge_queries
from malmoi.reports.search_results import Judged
from malmoi.runs.run import Run, Stage
from malmoi.synthesis.roundtrip import Ranks, rank_figures
from tests.helpers.small_corpus import corpus, small_recipe
from tests.helpers.typed_dicts import misfits

RANKS = {"english": rank_figures([Ranks(1, 0, "", "")], lexical=False)}


class Dense:
    identity = "toy"

    def search(self, texts: list[str], k: int) -> list[tuple[list[str], list[float]]]:
        return [(["kimchi", "bread"], [1.0, 0.5]) for _ in texts]


def context_in(run: Run) -> SearchContext:
    context = SearchContext(run, small_recipe(run.folder))
    stage = run.stage("corpus", {})
    if not stage.done:
        stage.finish()
    parts = {"corpus_stage": stage, "whole": corpus(), "passages": Dense(), "sources": {}}
    context.__dict__.update(parts)
    return context


def kept(run: Run, ranks: Any = RANKS, texts: tuple[str, ...] = ("salt cabbage",)) -> Stage:
    stage = run.stage("queries", {})
    stage.fill(
        {"text": text, "document": "kimchi", "kind": "english", "language": "en"} for text in texts
    )
    trip = {"seen": 1} if ranks is None else {"seen": 1, "ranks": ranks}
    stage.finish(filters={"round_trip": trip})
    return stage


def test_rows_and_ranks_of_the_teacher_and_of_people(tmp_path: Path) -> None:
    recipe = small_recipe(tmp_path)
    with Run.open(tmp_path / "run", recipe) as run:
        judged = judge_queries(context_in(run), kept(run))
    assert judged is not None
    assert misfits(judged, Judged) == []
    assert judged["rows"][0]["name"] == "english"
    assert [row["name"] for row in judged["ranks"]] == ["english", "people (ko)", "people (en)"]
    korean, english = judged["ranks"][1:]
    assert korean["dense_first"] == pytest.approx(1 / 12)  # all rankings begin with kimchi
    assert korean["lexical_found"] is not None
    assert english["lexical_found"] is None


def test_it_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = small_recipe(tmp_path)
    with Run.open(tmp_path / "run", recipe) as run:
        first = judge_queries(context_in(run), kept(run))
    monkeypatch.setattr(judging, "measure", None)
    with Run.open(tmp_path / "run", recipe) as run:
        context = context_in(run)
        assert judge_queries(context, run.stage("queries", {})) == first


def test_what_an_earlier_version_kept_and_nothing_kept_are_left_alone(tmp_path: Path) -> None:
    recipe = small_recipe(tmp_path)
    for name, ranks, texts in (("old", None, ("salt",)), ("none", RANKS, ())):
        with Run.open(tmp_path / name, recipe) as run:
            assert judge_queries(context_in(run), kept(run, ranks, texts)) is None
        assert not (tmp_path / name / "quality").exists()


def test_without_a_round_trip_no_ranks_are_told(tmp_path: Path) -> None:
    with Run.open(tmp_path / "run", small_recipe(tmp_path)) as run:
        judged = judge_queries(context_in(run), kept(run, {}))
    assert judged is not None
    assert judged["ranks"] == []
