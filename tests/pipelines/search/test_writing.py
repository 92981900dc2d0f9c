from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import TeacherError
from malmoi.corpora.corpus import Corpus, Document, Query, Section, Segment
from malmoi.pipelines.lazy_teacher import LazyTeacher
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.writing import write_glossary, write_queries
from malmoi.recipe import SearchRecipe
from malmoi.runs.run import Run, Stage
from malmoi.synthesis import glossary
from malmoi.teachers import Reply, Request, Teacher
from malmoi.teachers.budget import Spending
from tests.helpers.scripted_teacher import ScriptedTeacher

TEXT = "글꼴 색상을 바꾸고 문서를 저장합니다. 인쇄할 용지의 크기를 정하고 프린터를 고릅니다."
CORPUS = Corpus(
    "toy",
    tuple(Document(str(n), f"글꼴 {n}", (Section("", TEXT),)) for n in range(5)),
    (Query("q", "글꼴 색", "ko"),),
    {"q": {"1": 1}},
    (Segment("1", "글꼴", "font"),),
    licence="CC0",
)
TABLES: dict[str, Any] = {
    "name": "toy",
    "teacher": {"preset": "", "kind": "embedded", "model": "fake", "chat": False},
    "glossary": {"samples": 2, "max_terms": 6},
    "queries": {"kinds": {"english": 2, "keywords": 1}},
}
RECIPE = SearchRecipe.model_validate(TABLES)


def writer_of(dies_after: int | None = None) -> ScriptedTeacher:
    """Answers by rule: three requests in four well, the fourth in Korean; may die on the way."""

    def answer(request: Request) -> Reply:
        text = "글꼴" if hash_of(request) % 4 == 0 else "font"
        return Reply(text, f"raw {text}", prompt_tokens=3, completion_tokens=2, cost=0.5)

    return ScriptedTeacher(answer, identity="fake", chat=False, dies_after=dies_after)


def hash_of(request: Request) -> int:
    return sum(map(ord, request.prompt)) + request.sample


class Lazy(LazyTeacher):
    """A `LazyTeacher` whose teacher is given; counts how often it was opened."""

    def __init__(self, writer: ScriptedTeacher) -> None:
        super().__init__(RECIPE.teacher, Path(), Spending())
        self.writer, self.opened = writer, 0

    def open(self) -> Teacher:
        self.opened += 1
        return self.writer


def corpus_stage(run: Run) -> Stage:
    stage = run.stage("corpus", {})
    if not stage.done:
        stage.finish()
    return stage


def toy_context(run: Run, teacher: LazyTeacher, recipe: SearchRecipe = RECIPE) -> SearchContext:
    """The context of a run whose corpus was read and whose teacher is given."""
    context = SearchContext(run, recipe)
    context.corpus_stage, context.whole, context.teacher = corpus_stage(run), CORPUS, teacher
    return context


def glossary_run(
    folder: Path, writer: ScriptedTeacher, batch_size: int = glossary.BATCH_SIZE
) -> tuple[Stage, Lazy]:
    lazy = Lazy(writer)
    with Run.open(folder, RECIPE) as run:
        return write_glossary(toy_context(run, lazy), batch_size), lazy


def test_terms_are_asked_for_and_what_was_refused_is_in_the_ledger(tmp_path: Path) -> None:
    writer = writer_of()
    stage, _ = glossary_run(tmp_path, writer)
    assert len(writer.asked) == 6 * 2
    assert stage.figures == {"terms": 6}
    assert {record["term"] for record in stage.records()} <= {
        request.prompt.rsplit("\n\n", 1)[1].removesuffix(" =") for request in writer.asked
    }
    bad = [r for r in writer.asked if hash_of(r) % 4 == 0]
    rejects = stage.records("rejects")
    assert [r["reason"] for r in rejects] == ["not English"] * len(bad)
    assert all(r["raw"] == "raw 글꼴" for r in rejects)
    shares = [share for record in stage.records() for share in record["english"].values()]
    assert sum(shares) * 2 == len(writer.asked) - len(bad)


def test_a_finished_stage_asks_no_teacher(tmp_path: Path) -> None:
    first, _ = glossary_run(tmp_path, writer_of())
    again, lazy = glossary_run(tmp_path, writer_of(dies_after=0))
    assert lazy.opened == 0
    assert again.records() == first.records()


def test_a_group_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    whole, _ = glossary_run(tmp_path / "whole", writer_of(), 4)
    with pytest.raises(TeacherError, match="gone"):
        glossary_run(tmp_path / "killed", writer_of(dies_after=7), 4)
    writer = writer_of()
    resumed, _ = glossary_run(tmp_path / "killed", writer, 4)
    assert len(writer.asked) == 12 - 4, "the first group of two terms was kept, the second was not"
    assert resumed.records() == whole.records()
    assert resumed.records("rejects") == whole.records("rejects")


def test_queries_are_candidates_with_their_spending(tmp_path: Path) -> None:
    writer = writer_of()
    with Run.open(tmp_path, RECIPE) as run:
        stage = write_queries(toy_context(run, Lazy(writer)))
    assert stage.figures == {"asked": len(writer.asked)}
    assert {record["document"] for record in stage.records()} <= {"0", "1", "2", "3", "4"}
    assert {record["kind"] for record in stage.records()} <= {"english", "keywords"}
    assert len(stage.records()) + len(stage.records("rejects")) >= len(writer.asked)
    state = (tmp_path / "candidates" / "stage.json").read_text(encoding="utf-8")
    assert f'"tokens_in": {3 * len(writer.asked)}' in state


def test_what_is_turned_off_is_not_asked(tmp_path: Path) -> None:
    off = {"glossary": {"enabled": False}, "queries": {"enabled": False}}
    recipe = SearchRecipe.model_validate(TABLES | off)
    lazy = Lazy(writer_of())
    with Run.open(tmp_path, recipe) as run:
        context = toy_context(run, lazy, recipe)
        assert write_glossary(context).records() == []
        assert write_queries(context).records() == []
    assert lazy.opened == 0
    assert lazy.writer.asked == []
