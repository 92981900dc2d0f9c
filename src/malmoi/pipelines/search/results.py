"""results.json of a search run: every figure of its report, gathered from the stages."""

from __future__ import annotations

from collections import Counter
from typing import Any

from malmoi.core.files import Record
from malmoi.core.version import installed_version
from malmoi.corpora.corpus import passages
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.learning import Curve
from malmoi.pipelines.search.students import TrainingData
from malmoi.recipe import dump
from malmoi.reports.search_results import (
    CorpusFigures,
    FilterFigures,
    GlossaryFigures,
    Judged,
    KeptExample,
    QueryFigures,
    SearchResults,
    TeacherFigures,
    TermExample,
)
from malmoi.runs.run import Stage, StageSummary, status

KEPT_SHOWN = 16
TERMS_SHOWN = 24


def assemble(
    context: SearchContext,
    data: TrainingData,
    candidates: Stage,
    curves: dict[str, Curve],
    judged: Judged | None = None,
) -> SearchResults:
    """What results.json says of the corpus, of what the teacher wrote, and of training.

    Args:
        context: the run's.
        data: the glossary, and the queries that were kept.
        candidates: the queries before any filter.
        curves: a student's name → the records of its training.
        judged: how the queries compare with people's.
    """
    recipe, stages = context.recipe, status(context.run.folder)
    name, corpus = recipe.name, context.corpus.name
    writers = [s for s in stages if s.name in {data.glossary.name, candidates.name}]
    return {
        "name": name,
        "title": name if name == corpus else f"{name}: {corpus}",
        "malmoi": installed_version(),
        "recipe": dump(recipe),
        "seconds": {s.name: s.seconds for s in stages},
        "memory": {s.name: s.memory for s in stages},
        "corpus": _corpus(context),
        "teacher": _teacher(context, data, candidates, writers, judged),
        "training": curves,
    }


def _corpus(context: SearchContext) -> CorpusFigures:
    corpus, words = context.whole, context.recipe.corpus.passage_words
    return {
        "documents": len(corpus.documents),
        "passages": sum(len(passages(document, words)) for document in corpus.documents),
        "queries": dict(Counter(query.language for query in corpus.queries)),
        "licence": corpus.licence,
        "split": {"dev": len(context.dev), "test": len(context.test)},
        "pool": dict(context.pool_stage.figures) if context.pool_stage else {},
    }


def _teacher(
    context: SearchContext,
    data: TrainingData,
    candidates: Stage,
    writers: list[StageSummary],
    judged: Judged | None,
) -> TeacherFigures:
    """What the teacher wrote, and what it cost.

    Args:
        context: the run's.
        data: the glossary, and the queries that were kept.
        candidates: the queries before any filter.
        writers: the stages in which it wrote.
        judged: how the queries compare with people's.
    """
    section = context.recipe.teacher
    return {
        "identity": section.model or section.preset,
        "tokens_in": sum(s.tokens_in for s in writers),
        "tokens_out": sum(s.tokens_out for s in writers),
        "cost": sum(s.cost for s in writers),
        "seconds": round(sum(s.seconds for s in writers), 1),
        "queries": _queries(candidates, data.queries, judged),
        "glossary": _glossary(data.glossary),
    }


def _queries(candidates: Stage, queries: Stage, judged: Judged | None) -> QueryFigures:
    written = Counter(record["kind"] for record in candidates.records())
    survived = Counter(record["kind"] for record in queries.records())
    figures = queries.figures
    return {
        "written": figures["written"],
        "kept": figures["kept"],
        "kinds": {kind: {"written": n, "kept": survived[kind]} for kind, n in written.items()},
        "filters": [_filter(name, counts) for name, counts in figures["filters"].items()],
        "kept_examples": [
            KeptExample(kind=r["kind"], document=r["document"], text=r["text"])
            for r in _spread(queries.records(), KEPT_SHOWN)
        ],
        "judged": judged,
    }


def _filter(name: str, counts: dict[str, Any]) -> FilterFigures:
    return {
        "name": name,
        "seen": counts["seen"],
        "dropped": counts.get("dropped", counts.get("relabelled", 0)),
        "examples": [{"text": text, "reason": reason} for text, reason in counts["examples"]],
    }


def _glossary(terms: Stage) -> GlossaryFigures:
    records = terms.records()
    return {
        "terms": terms.figures["terms"],
        "translated": len(records),
        "examples": [
            TermExample(term=r["term"], english=sorted(r["english"].items(), key=_by_share)[:4])
            for r in _spread(records, TERMS_SHOWN)
        ],
    }


def _by_share(pair: tuple[str, float]) -> float:
    return -pair[1]


def _spread(records: list[Record], count: int) -> list[Record]:
    """About `count` records from all over the list."""
    return records[:: max(1, len(records) // count)][:count]
