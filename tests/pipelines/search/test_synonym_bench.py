"""A finished run is read to be measured on; an unfinished one is refused."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from scipy.sparse import save_npz

from malmoi.core.errors import RunError
from malmoi.corpora.corpus import Corpus
from malmoi.encoder.lexical_fit import document_text, fit_lexical
from malmoi.encoder.vocabulary import build
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.evaluation import Student
from malmoi.pipelines.search.students import V1, V2, Variant
from malmoi.pipelines.search.synonym_bench import Bench, read_bench
from malmoi.recipe import SearchRecipe, dump
from malmoi.retrieval.bm25 import analyse
from malmoi.runs.run import Run
from tests.helpers.small_corpus import corpus, small_recipe, write_small_corpus


def test_an_unfinished_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"recipe\.json"):
        read_bench(tmp_path)
    recipe = small_recipe(write_small_corpus(tmp_path / "data"))
    (tmp_path / "recipe.json").write_text(json.dumps(dump(recipe)), encoding="utf-8")
    with pytest.raises(RunError, match=r"student-v2/documents.*finish it with `malmoi run`"):
        read_bench(tmp_path)


@pytest.mark.parametrize("trains", [False, True])
def test_a_finished_run_is_read(tmp_path: Path, trains: bool) -> None:
    """Its student that learned without synonyms, and that one's vocabulary."""
    section = {"enabled": True, "train": trains}
    recipe = small_recipe(write_small_corpus(tmp_path / "data"), synonyms=section)
    folder = tmp_path / "run"
    with Run.open(folder, recipe) as run:
        assert SearchContext(run, recipe).corpus.documents
    texts = [document_text(document) for document in corpus().documents]
    vocabulary = build(texts, ["water"])
    vocabulary.save(folder / "vocabulary")
    build(texts, ["water", "photo"]).save(folder / "vocabulary-synonyms")
    vectors = fit_lexical(corpus().documents, vocabulary, {}, recipe.encoder).vectors
    student = folder / ("student-v2-without-synonyms" if trains else "student-v2")
    student.mkdir()
    save_npz(student / "documents.npz", vectors)
    np.save(student / "weights.npy", np.ones(len(vocabulary), np.float32))

    bench = read_bench(folder)
    assert len(bench.corpus.documents) == len(texts)
    assert {q.id for q in bench.dev}.isdisjoint(q.id for q in bench.test)
    assert len(bench.dev) + len(bench.test) == len(corpus().queries)
    assert bench.without.documents.shape == vectors.shape
    assert bench.without.variant.name == ("v2 without synonyms" if trains else "v2")
    assert bench.without.vocabulary.tokens("water photo") == ["water"]
    assert not bench.without.variant.synonyms
    assert bench.trained is None, "the run's pairs are not those that are measured"


def test_of_the_students_of_a_run_two_are_compared() -> None:
    context = SearchContext(cast("Run", None), SearchRecipe(name="toy"))
    context.whole, context.analysed = Corpus("toy", ()), analyse([("1", "표", "행")])

    def names(*found: Variant) -> tuple[str, str]:
        learned = [cast("Student", SimpleNamespace(variant=variant)) for variant in found]
        bench = Bench.of(context, learned)
        assert bench.trained is not None
        return bench.without.variant.name, bench.trained.variant.name

    added = replace(V2, name="v2 + synonyms", synonyms=True)
    assert names(V1, V2, added) == ("v2", "v2 + synonyms")
    without = replace(V2, name="v2 without synonyms")
    assert names(V1, replace(V2, synonyms=True), without) == ("v2 without synonyms", "v2")
