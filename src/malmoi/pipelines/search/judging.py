"""The stage in which the teacher's queries are judged, beside those that people wrote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from malmoi.core.files import stable_share
from malmoi.corpora.corpus import Query
from malmoi.evaluation.overlap import is_installed
from malmoi.pipelines.search.context import SearchContext
from malmoi.reports.search_results import Judged, RankRow
from malmoi.runs.run import Stage
from malmoi.synthesis.quality import measure
from malmoi.synthesis.queries import Candidate
from malmoi.synthesis.roundtrip import rank_all, rank_figures

MAX_RANKED = 300
"""Queries by people whose round trip is made, in each language."""


def judge_queries(context: SearchContext, kept: Stage) -> Judged | None:
    """Stage `quality`: overlap with people's queries, variety, new words, round-trip ranks.

    None where nothing was kept, and of queries that were kept before ranks were: what an earlier
    version has finished stays finished.

    Args:
        context: the run's.
        kept: the queries that survived.
    """
    ranks = kept.figures["filters"].get("round_trip", {}).get("ranks")
    written = kept.records()
    if ranks is None or not written:
        return None
    depends = {"installed": is_installed(), "dense": context.passages.identity}
    sources = context.named("evaluation.dense_model")
    stage = context.run.stage("quality", depends, [kept, *context.corpus_stages], sources)
    if not stage.done:
        judged = measure(written, context.corpus, context.analysed)
        rows: list[Any] = [{"name": kind, **figures} for kind, figures in ranks.items() if figures]
        rows += _people(context) if rows else []
        stage.fill([{**judged, "ranks": rows}])
        stage.finish()
    record: Judged = stage.records()[0]
    return record


def _people(context: SearchContext) -> list[RankRow]:
    """The same round trip of queries that people wrote, in each language."""
    languages = sorted({query.language for query in context.corpus.queries}, reverse=True)
    rows: list[Any] = []
    for language in languages:
        asked = [query for query in context.corpus.queries if query.language == language]
        asked.sort(key=lambda query: stable_share(query.id))
        candidates = _candidates(context, asked[:MAX_RANKED])
        k, of = context.recipe.queries.round_trip_k, context.recipe.corpus.language
        ranks = rank_all(candidates, context.passages.search, context.search_words, k, of)
        if figures := rank_figures(ranks, lexical=language == of):
            rows.append({"name": f"people ({language})", **figures})
    return rows


def _candidates(context: SearchContext, asked: Sequence[Query]) -> list[Candidate]:
    """People's queries as if they had been written for the first document that answers them."""
    found = []
    for query in asked:
        judged = context.corpus.qrels.get(query.id, {})
        document = next((name for name, grade in judged.items() if grade > 0), "")
        if document:
            found.append(Candidate(query.id, document, "", "human", query.language, query.text))
    return found
