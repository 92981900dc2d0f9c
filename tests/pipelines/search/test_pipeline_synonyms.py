"""Whole runs in which students learn from verified pairs, with tiny models and pairs by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scipy.sparse import load_npz

from malmoi.encoder.vocabulary import Vocabulary
from malmoi.pipelines.search import synonym_stages
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.pipeline import run_recipe
from malmoi.pipelines.search.synonym_stages import NOBODY_ASKED
from malmoi.recipe import SearchRecipe, SynonymsSection
from malmoi.reports.search_results import SearchResults
from malmoi.retrieval.opensearch.source import RunSource
from malmoi.runs.run import Stage
from malmoi.synonyms.verification.calibration import Calibration, Figures
from malmoi.synonyms.verification.verify import Verdict
from tests.helpers.small_corpus import (
    WORDS,
    teacher_server,
    tiny_models,
    tiny_recipe,
    write_small_corpus,
)
from tests.helpers.typed_dicts import misfits

VERDICTS = [
    *(Verdict(ko, en, 0.9, "both", True, (), "by hand") for ko, en in WORDS.items()),
    Verdict("치실", "dentist", 0.8, "both", True, (), "by hand"),
    Verdict("목줄", "library", 0.2, "both", False, (), "by hand"),
]

SHARE = (0.9, 0.8, 1.0)
FIGURES = Figures(100, 25, SHARE, SHARE, SHARE, (0.0, 0.0, 0.1), 0.1)
CALIBRATION = Calibration((), (), (), (), 0.0, 0.5, FIGURES)


def make(context: SearchContext, *_: object) -> Stage:
    """The stage of the verdicts, as if `synonym_stages.make` had found and verified these."""
    stage = context.run.stage("synonyms", {})
    if not stage.done:
        stage.fill(verdict.record() for verdict in VERDICTS)
        CALIBRATION.save(stage.folder / synonym_stages.CALIBRATION)
        stage.finish(teacher=NOBODY_ASKED)
    return stage


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchRecipe]:
    """Of runs without synonyms; the teacher answers as long as it is used."""
    folder = tmp_path_factory.mktemp("models")
    data = write_small_corpus(folder / "small")
    with pytest.MonkeyPatch.context() as patch, teacher_server() as server:
        patch.setattr(synonym_stages, "make", make)
        yield tiny_recipe(data, server.url, tiny_models(folder))


@pytest.fixture(scope="module")
def folder(recipe: SearchRecipe, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was finished without synonyms."""
    folder = tmp_path_factory.mktemp("runs") / "small"
    run_recipe(recipe, folder)
    return folder


def ran(recipe: SearchRecipe, folder: Path, **section: bool) -> dict[str, Any]:
    """The results of a run that is resumed with synonyms."""
    section = {"enabled": True} | section
    run_recipe(recipe.model_copy(update={"synonyms": SynonymsSection(**section)}), folder)
    results: dict[str, Any] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert misfits(results, SearchResults) == []
    return results


def state(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / name / "stage.json").read_text(encoding="utf-8"))
    return found


def compared(results: dict[str, Any]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The pairs of systems that the proof compares, and those of the synonyms' effect."""
    proof, worth = results["comparison"], results["synonyms"]["effect"]["comparison"]
    first, second = ({(t["a"], t["b"]) for t in c["comparisons"]} for c in (proof, worth))
    return first, second


def test_a_finished_run_gains_a_student_that_learned_from_the_pairs(
    recipe: SearchRecipe, folder: Path
) -> None:
    """And every student of the run stays as it is."""
    before = {path.parent.name: path.stat().st_ino for path in folder.glob("student-*/model")}
    results = ran(recipe, folder)
    after = {path.parent.name: path.stat().st_ino for path in folder.glob("student-*/model")}
    assert after.items() > before.items()
    assert after.keys() - before.keys() == {"student-v2-synonyms"}
    assert not list(folder.glob("student-*~*"))
    needs = state(folder, "student-v2-synonyms")["after"]
    assert needs["synonyms"] == state(folder, "synonyms")["fingerprint"]
    proof, worth = compared(results)
    assert ("v2 + synonyms", "v2") in proof & worth
    assert ("v2 + query synonyms", "v2") in worth
    assert "v2 + synonyms" in results["training"]
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert "v2 + synonyms" in report


def test_the_student_has_english_tokens_in_korean_documents(folder: Path) -> None:
    """Any student of the run can be pushed, this one as well."""
    words = Vocabulary.load(folder / "vocabulary-synonyms")
    assert words.tokens("dentist") == ["dentist"]
    assert Vocabulary.load(folder / "vocabulary").tokens("dentist") == []
    (piece,) = words.encode(["dentist"])[0]
    vectors = load_npz(folder / "student-v2-synonyms" / "documents.npz").tocsc()
    assert vectors[:, piece].nnz >= 1
    source = RunSource(folder, "v2 + synonyms")
    assert source.dimensions == len(words)
    assert any(piece in document.weights for document in source.documents())
    card = (folder / "student-v2-synonyms" / "model" / "README.md").read_text(encoding="utf-8")
    assert "verified Korean–English synonyms" in card


def test_where_v2_learns_from_the_pairs_one_without_stands_beside_it(
    recipe: SearchRecipe, folder: Path
) -> None:
    results = ran(recipe, folder, train=True)
    proof, worth = compared(results)
    assert ("v2", "v2 without synonyms") in proof & worth
    assert ("v2 without synonyms + query synonyms", "v2 without synonyms") in worth
    assert "v2 + synonyms" not in results["systems"]
    assert "vocabulary-synonyms" in state(folder, "student-v2")["after"]
    assert "vocabulary" in state(folder, "student-v2-without-synonyms")["after"]
    plain = load_npz(folder / "student-v2-without-synonyms" / "documents.npz")
    (old,) = folder.glob("student-v2~*")
    assert (plain != load_npz(old / "documents.npz")).nnz == 0, "v2 as it was"
