from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.corpora.corpus import Corpus, Document, Query, Section, Segment
from malmoi.corpora.readers.beir import write_beir
from malmoi.corpora.splits import free_segments, held_out
from malmoi.encoder.pairs import distinct, own_pairs
from malmoi.pipelines.search import context as context_module
from malmoi.pipelines.search.context import SearchContext, aligned_text
from malmoi.recipe import SearchRecipe
from malmoi.runs.run import Run

TEXT = "글꼴 색상을 바꾸고 문서를 저장합니다. 인쇄할 용지의 크기를 정하고 프린터를 고릅니다."
CORPUS = Corpus(
    "toy",
    tuple(Document(str(n), f"글꼴 {n}", (Section("", TEXT),)) for n in range(5)),
    (Query("q", "글꼴 색", "ko"),),
    {"q": {"1": 1}},
    (Segment("1", "글꼴", "font"),),
    licence="CC0",
)


def recipe_of(source: Path) -> SearchRecipe:
    section = {"reader": "beir", "path": str(source)}
    return SearchRecipe.model_validate({"name": "toy", "corpus": section})


def test_the_corpus_of_a_run_needs_its_source_once(tmp_path: Path) -> None:
    source = tmp_path / "source"
    write_beir(CORPUS, source)
    recipe = recipe_of(source)
    with Run.open(tmp_path / "run", recipe) as run:
        first = SearchContext(run, recipe).corpus
    for path in sorted(source.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    with Run.open(tmp_path / "run", recipe) as run:
        again = SearchContext(run, recipe).corpus
    assert again.documents == first.documents
    assert (again.queries, again.qrels) == (first.queries, first.qrels)
    assert [d.id for d in again.documents] == [d.id for d in CORPUS.documents]


def test_parts_are_made_when_needed_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    write_beir(CORPUS, source)
    recipe = recipe_of(source)
    analysed: list[int] = []
    analyse = context_module.analyse
    monkeypatch.setattr(
        context_module, "analyse", lambda documents: analysed.append(1) or analyse(documents)
    )
    with Run.open(tmp_path / "run", recipe) as run:
        context = SearchContext(run, recipe)
        assert not (run.folder / "corpus").exists()
        assert context.split == held_out(context.corpus, recipe.corpus.test_share)
        assert (context.dev, context.test) == context.split
        assert len(context.dev) + len(context.test) == 1
        assert context.free_segments == free_segments(context.corpus, recipe.corpus.test_share)
        assert context.passages.identity == "e5-small 80 best"
        assert not analysed
        assert context.search_words(["글꼴 3"], 1)[0][0]
        assert context.search_words(["색상"], 2)[0][0]
        assert analysed == [1]
        assert context.bm25f.ids == sorted((d.id for d in CORPUS.documents), reverse=True)
        assert context.teacher is context.teacher


def test_conversational_questions_are_in_no_split_and_never_trained_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = (Query("c", "글꼴 3", "ko", "conversational"), Query("d", "색 바꿔 줘", "ko"))
    judged = {**CORPUS.qrels, "c": {"3": 2, "1": 1}, "d": {"2": 2}}
    asked = replace(CORPUS, conversational=questions, qrels=judged)
    recipe = recipe_of(tmp_path)
    monkeypatch.setattr(context_module.readers, "read", lambda section: asked)
    with Run.open(tmp_path / "run", recipe) as run:
        SearchContext(run, recipe).corpus_stage  # noqa: B018
    with Run.open(tmp_path / "run", recipe) as run:
        context = SearchContext(run, recipe)
        assert context.conversational == questions
        assert context.corpus.qrels == judged
        assert context.split == held_out(CORPUS, recipe.corpus.test_share)
        own = distinct(own_pairs(context.corpus.documents, hide=False), context.human)
        assert "글꼴 3" in {document.title for document in context.corpus.documents}
        assert "글꼴 3" not in {pair["query"] for pair in own}


def test_a_corpus_stage_without_conversational_questions_is_read_as_one(tmp_path: Path) -> None:
    source = tmp_path / "source"
    write_beir(CORPUS, source)
    recipe = recipe_of(source)
    with Run.open(tmp_path / "run", recipe) as run:
        assert SearchContext(run, recipe).conversational == ()
    assert not (tmp_path / "run" / "corpus" / "conversational.jsonl").exists()


def test_aligned_text_of_a_run_is_read_whatever_its_recipe(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"segments\.jsonl.*malmoi run"):
        aligned_text(tmp_path)
    with Run.open(tmp_path / "run", SearchRecipe(name="toy")) as run:
        stage = run.stage("corpus", {"of": "another version"})
        segments = [{"document": "1", "ko": "글꼴", "en": "font"}]
        stage.fill([], segments=segments)
        stage.finish()
    found = aligned_text(tmp_path / "run")
    assert (found.name, found.segments, found.documents) == ("run", CORPUS.segments, ())
