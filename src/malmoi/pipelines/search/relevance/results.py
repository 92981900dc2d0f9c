"""What a session's judgements add up to: agreement, and the systems with intervals; exports."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from itertools import combinations
from typing import Any

from malmoi.corpora.readers.beir import language_of
from malmoi.evaluation.agreement import alpha
from malmoi.evaluation.compare import Comparison, compare
from malmoi.evaluation.metrics import Run
from malmoi.pipelines.search.relevance.session import Session


def agreement(session: Session) -> dict[str, Any] | None:
    """Krippendorff's α of the grades (ordinal); None with fewer than two judges."""
    judges = session.judges()
    if len(judges) < 2:
        return None
    grades = session.grades()
    return asdict(alpha([[each.get(j) for j in judges] for each in grades.values()], "ordinal"))


def comparison(session: Session) -> Comparison | None:
    """The pooled rankings on the judged queries, every pair of systems tested.

    Queries of which no document is relevant tell nothing and are left out; None where all are.
    Documents that nobody judged count as not relevant.
    """
    qrels = session.qrels()
    languages = {
        query: language_of(session.queries[query])
        for query, judged in qrels.items()
        if any(grade > 0 for grade in judged.values())
    }
    if not languages:
        return None
    runs: dict[str, Run] = {name: {} for name in session.systems}
    for query in languages:
        for name, hits in session.pools[query]["rankings"].items():
            runs[name][query] = [(document, score) for document, score in hits]
    return compare(runs, qrels, languages, list(combinations(session.systems, 2)))


def quepid_csv(session: Session) -> str:
    """The judgements as Quepid imports ratings: query, docid, rating; unjudged queries are bare."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["query", "docid", "rating"])
    qrels = session.qrels()
    for query, text in session.queries.items():
        for document, grade in qrels.get(query, {"": ""}).items():
            writer.writerow([text, document, grade])
    return out.getvalue()
