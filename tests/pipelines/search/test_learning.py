from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from malmoi.corpora.corpus import Corpus, Document, Section
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.evaluation import Student
from malmoi.pipelines.search.learning import (
    _chosen,
    _flags,
    learn,
    remarks,
)
from malmoi.pipelines.search.students import (
    V1,
    V2,
    TrainingData,
    Variant,
    Verified,
    make_vocabulary,
)
from malmoi.recipe import SearchRecipe
from malmoi.runs.run import Run, Stage
from malmoi.synonyms.verification.verify import Verdict

RECIPE = SearchRecipe(name="toy")


def test_only_a_variant_with_queries_learns_from_them() -> None:
    records = [{"kind": kind} for kind in ("title", "heading", "english", "paraphrase")]
    assert [r["kind"] for r in _chosen(records, V1)] == ["title", "heading"]
    assert _chosen(records, V2) == records


def test_a_student_without_synonyms_keeps_its_key(tmp_path: Path) -> None:
    """Those of finished runs are found again, with synonyms in the run or without."""
    assert _flags(V2) == {"glossary": True, "queries": True, "parallel": False, "neural": True}
    assert _flags(replace(V2, synonyms=True)) == _flags(V2) | {"synonyms": True}

    without = replace(V2, neural=False)
    with Run.open(tmp_path / "before", RECIPE) as run:
        ((before, _),) = lexically(run, [without], False)
    with Run.open(tmp_path / "now", RECIPE) as run:
        learns = replace(without, synonyms=True, name="v2 + synonyms")
        (now, plain), (added, taught) = lexically(run, [without, learns], True)
    assert now.fingerprint == before.fingerprint
    state = json.loads((added.folder / "stage.json").read_text(encoding="utf-8"))
    assert {"vocabulary-synonyms", "synonyms"} <= set(state["after"])
    assert plain.vocabulary.tokens("font") == []
    (font,) = taught.vocabulary.encode(["font"])[0]
    assert taught.documents[0, font] > 0, "an English token active in a Korean document"


def test_what_is_said_of_a_student_without_training_or_gain() -> None:
    gain = {"difference": 0.001, "low": -0.01, "high": 0.012, "queries": 40}
    assert remarks({"best": {"step": 5, "figures": {}}}) == []
    assert remarks({"best": {"step": 0, "figures": {}}}) == ["as it began: no development queries"]
    chosen = remarks(
        {"best": {"step": 0, "figures": {"ko": 0.7}}, "neural_gain": gain | {"left_out": True}}
    )
    assert chosen == [
        "as it began: no step of its training was better on development queries",
        "its neural part showed no gain (+0.001 [-0.010, +0.012] in nDCG@10 of 40 development "
        "queries) and is left out",
    ]
    assert remarks({"neural_gain": gain | {"left_out": False}}) == []


def lexically(run: Run, found: list[Variant], verified: bool) -> list[tuple[Stage, Student]]:
    """Students without a neural part of one document, in a run with a verified pair or without."""
    of = Corpus("toy", (Document("1", "글꼴", (Section("", "글꼴 색상"),)),))
    context = SearchContext(run, RECIPE)
    context.corpus_stage, context.whole = finished(run, "corpus"), of
    verdict = Verdict("글꼴", "font", 0.9, "both", True, (), "by hand")
    known = Verified(finished(run, "synonyms"), [verdict]) if verified else None
    data = TrainingData(*(finished(run, n) for n in ("glossary", "queries", "pairs")), known)
    students = []
    for variant in found:
        made = make_vocabulary(context, data, variant)
        stage, student, _ = learn(context, data, variant, made)
        students.append((stage, student))
    return students


def finished(run: Run, name: str) -> Stage:
    stage = run.stage(name, {})
    stage.fill([])
    stage.finish()
    return stage
