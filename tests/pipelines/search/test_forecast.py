from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from malmoi.core.errors import StudentError
from malmoi.corpora.corpus import Corpus, Document, Query, Section
from malmoi.corpora.splits import split_of
from malmoi.pipelines.search import context as contexts
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.forecast import NOTHING_HELD_OUT, notes, nothing_held_out, say
from malmoi.recipe import SearchRecipe
from malmoi.runs.run import Run

RECIPE = SearchRecipe.model_validate({"name": "toy", "corpus": {"test_share": 0.5}})
DOCUMENTS = tuple(
    Document(f"d{n}", f"제목 {n}", (Section("", f"내용 {n}입니다."),)) for n in range(12)
)
DEV = next(d.id for d in DOCUMENTS if split_of(d.id, 0.5) == "dev")
TEST = next(d.id for d in DOCUMENTS if split_of(d.id, 0.5) == "test")
QUERIES = (Query("1", "하나", "ko"), Query("2", "둘", "ko"))
CORPUS = Corpus("toy", DOCUMENTS, QUERIES, {"1": {DEV: 1}, "2": {TEST: 1}})


def test_nothing_is_said_where_nothing_lacks() -> None:
    assert notes(RECIPE, CORPUS) == []


def test_a_corpus_of_which_a_pool_is_taken_is_announced() -> None:
    many = tuple(Document(f"d{n}", f"제목 {n}", (Section("", "내용"),)) for n in range(6000))
    (said,) = notes(RECIPE, replace(CORPUS, documents=many))
    assert said.startswith("6,000 documents are more than evaluation.max_documents (5,000)")
    section = RECIPE.evaluation.model_copy(update={"max_documents": 0})
    assert notes(RECIPE.model_copy(update={"evaluation": section}), CORPUS) == []


def test_documents_without_titles_give_queries_of_their_text() -> None:
    bare = tuple(replace(d, title="") for d in DOCUMENTS)
    (said,) = notes(RECIPE, replace(CORPUS, documents=bare))
    assert said.startswith("12 of 12 documents have no title or heading")


def test_nothing_to_train_on_stops_before_anything_is_paid() -> None:
    marks = tuple(Document(d.id, "", (Section("", "!!!"),)) for d in DOCUMENTS)
    with pytest.raises(StudentError, match=r"none of the 12 documents .* look at corpus\.text_fi"):
        notes(RECIPE, replace(CORPUS, documents=marks))
    with pytest.raises(StudentError, match="at least two"):
        notes(RECIPE, replace(CORPUS, documents=DOCUMENTS[:1]))


def test_a_student_that_learns_nothing_new_is_announced() -> None:
    off = {"enabled": False}
    quiet = RECIPE.model_copy(update={"glossary": RECIPE.glossary.model_copy(update=off)})
    assert notes(quiet, CORPUS) == [], "it has a dictionary"
    quiet = quiet.model_copy(update={"dictionary": RECIPE.dictionary.model_copy(update=off)})
    (said,) = notes(quiet, CORPUS)
    assert said.endswith("v2 learns what v1 does")


def test_without_development_queries_the_neural_part_stays_as_it_begins() -> None:
    (said,) = notes(RECIPE, replace(CORPUS, qrels={"2": {TEST: 1}}))
    assert said.startswith("all queries are held out")
    assert "the neural part stays as it begins" in said
    first, second = notes(RECIPE, replace(CORPUS, queries=(), qrels={}))
    assert first.startswith("there are no queries that people wrote")
    assert second.startswith(NOTHING_HELD_OUT)


@pytest.mark.parametrize(
    ("corpus", "expected"),
    [
        (replace(CORPUS, qrels={"1": {DEV: 1}}), "All 1 queries .* raise corpus.test_share"),
        (replace(CORPUS, qrels={"1": {DEV: 0}}), "relevant to any of the 2 queries: .* qrels"),
        (replace(CORPUS, queries=(), qrels={}), "has no queries: give them .* BEIR folder"),
    ],
)
def test_what_is_missing_for_a_proof(corpus: Corpus, expected: str) -> None:
    import re

    said = nothing_held_out(corpus, 0.5)
    assert said.startswith(NOTHING_HELD_OUT)
    assert re.search(expected, said)


def test_a_run_says_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bare = replace(CORPUS, queries=(), qrels={})
    monkeypatch.setattr(contexts.readers, "read", lambda _: bare)
    with Run.open(tmp_path, RECIPE) as run, caplog.at_level(logging.WARNING):
        context = SearchContext(run, RECIPE)
        say(context)
        assert NOTHING_HELD_OUT in caplog.text
        caplog.clear()
        run.stage("pairs", {}, [context.corpus_stage]).fill([])
        (run.folder / "pairs" / "records.jsonl").touch()
        say(context)
        assert not caplog.text
