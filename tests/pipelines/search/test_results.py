from __future__ import annotations

from pathlib import Path

from malmoi.corpora.corpus import Corpus, Document, Query, Section
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.results import KEPT_SHOWN, assemble
from malmoi.pipelines.search.students import TrainingData
from malmoi.recipe import SearchRecipe
from malmoi.reports.search_results import SearchResults
from malmoi.runs.run import Run, Stage
from tests.helpers.typed_dicts import misfits

CORPUS = Corpus(
    "help",
    tuple(Document(str(n), f"글꼴 {n}", (Section("", "표를 삽입합니다"),)) for n in range(9)),
    (Query("q", "글꼴 색", "ko"), Query("r", "font colour", "en")),
    {"q": {"1": 1}, "r": {"1": 1}},
    licence="CC0",
)
TERMS = [{"term": "글꼴", "english": {"letter": 0.2, "font": 0.8}}]
WRITTEN = [{"kind": "english", "document": str(n), "text": f"font {n}"} for n in range(40)]
FILTERS = {
    "script": {"seen": 40, "dropped": 2, "examples": [["글꼴", "no English"]]},
    "relabelled": {"seen": 38, "relabelled": 3, "examples": []},
}


def finished(run: Run, name: str, records: list[dict[str, object]], **figures: object) -> Stage:
    stage = run.stage(name, {})
    stage.fill(records)
    stage.finish(**figures)
    return stage


def assembled(folder: Path) -> SearchResults:
    recipe = SearchRecipe(name="toy")
    with Run.open(folder, recipe) as run:
        context = SearchContext(run, recipe)
        context.whole = CORPUS
        data = TrainingData(
            finished(run, "glossary", TERMS, terms=7),
            finished(run, "queries", WRITTEN[:38], written=40, kept=38, filters=FILTERS),
            finished(run, "pairs", []),
        )
        candidates = finished(run, "candidates", WRITTEN)
        return assemble(context, data, candidates, {"v1": [{"step": 1, "loss": 0.5}]})


def test_figures_are_gathered_from_corpus_and_stages(tmp_path: Path) -> None:
    results = assembled(tmp_path)
    assert misfits(results, SearchResults) == []
    assert results["title"] == "toy: help"
    assert results["corpus"]["documents"] == results["corpus"]["passages"] == 9
    assert results["corpus"]["queries"] == {"ko": 1, "en": 1}
    assert sum(results["corpus"]["split"].values()) == 2
    assert set(results["seconds"]) == {"glossary", "queries", "pairs", "candidates"}
    assert results["training"] == {"v1": [{"step": 1, "loss": 0.5}]}
    glossary, queries = results["teacher"]["glossary"], results["teacher"]["queries"]
    assert (glossary["terms"], glossary["translated"]) == (7, 1)
    assert glossary["examples"][0]["english"] == [("font", 0.8), ("letter", 0.2)]
    assert queries["kinds"] == {"english": {"written": 40, "kept": 38}}
    assert [f["dropped"] for f in queries["filters"]] == [2, 3]
    assert len(queries["kept_examples"]) == KEPT_SHOWN
