"""Reciprocal rank fusion of rankings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from malmoi.evaluation.metrics import Run, ranked


def reciprocal_rank_fusion(runs: Sequence[Run], k: int = 60, depth: int = 100) -> Run:
    """Fuse runs by Σ 1 / (k + rank), ranks from 1 over the best `depth` of each.

    Cormack, Clarke and Büttcher 2009, "Reciprocal rank fusion outperforms Condorcet and individual
    rank learning methods" (k = 60 is theirs). A query that only some runs hold is fused from those.
    """
    fused: Run = {}
    for query in dict.fromkeys(query for run in runs for query in run):
        scores: dict[str, float] = defaultdict(float)
        for run in runs:
            for rank, document in enumerate(ranked(run.get(query, ()), depth), 1):
                scores[document] += 1 / (k + rank)
        hits = sorted(scores.items(), key=lambda hit: (hit[1], hit[0].encode()), reverse=True)
        fused[query] = hits[:depth]
    return fused
