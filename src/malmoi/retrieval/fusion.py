"""Two systems' scores as one ranking: standardised and added, or fused by reciprocal rank.

    scores = standardised_sum(sparse, dense)             # [queries, documents]

One standard deviation of a query's dense similarities over the corpus counts `DENSE_WEIGHT`. What
sparse scores mean is kept: they are sums of tokens, and stay explained by them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from malmoi.evaluation.metrics import Run, ranked

Array = np.ndarray[Any, Any]

DENSE_WEIGHT = 3.0
"""The best on development queries (docs/experiments.md); 2 to 6 lie within .01 of it."""
FLOOR = 0.001
"""What OpenSearch makes of a standardised score that is not above it."""
EPSILON = 1e-6
"""Deviations below this share of the largest score are rounding."""


def standardised(scores: Array) -> Array:
    """Scores less their mean in standard deviations, over the last axis; 0 where all are equal.

    Args:
        scores: float [..., documents], all documents of a corpus; a document's best passage.

    Returns:
        float32 of the same shape.
    """
    values = np.asarray(scores, np.float64)
    if not values.shape[-1]:
        return values.astype(np.float32)
    centred = values - values.mean(-1, keepdims=True)
    deviation = np.sqrt((centred**2).mean(-1, keepdims=True))
    # Equal similarities differ by their last digit, which is no signal.
    noise = EPSILON * np.abs(values).max(-1, keepdims=True)
    scaled: Array = centred / np.where(deviation > noise, deviation, np.inf)
    return scaled.astype(np.float32)


def standardised_sum(sparse: Array, dense: Array, weight: float | Array = DENSE_WEIGHT) -> Array:
    """Sparse scores plus `weight` times the standardised dense ones, float32 [..., documents].

    Args:
        sparse: dot products, 0 where query and document share nothing.
        dense: similarities of the same queries with the same documents.
        weight: what one standard deviation counts, or [queries, 1] of each query; 0 leaves the
            sparse scores as they are.
    """
    added: Array = np.asarray(weight, np.float32) * standardised(dense)
    return np.asarray(sparse, np.float32) + added


def standardised_mean(runs: Sequence[Run], weights: Sequence[float], depth: int = 100) -> Run:
    """Fuse runs as OpenSearch's normalization processor does by z_score and arithmetic_mean.

    Unlike `standardised_sum` it knows nothing but the best `depth` of each run: their mean and
    (sample) deviation standardise them, what is not above the mean gets `FLOOR`, what a run lacks
    gets 0. A score that is the mean (as all are that are equal) becomes the run's best, which is
    the server's doing.

    Args:
        runs: of the same queries.
        weights: of the runs.
        depth: documents of each that are standardised.
    """
    fused: Run = {}
    for query in dict.fromkeys(query for run in runs for query in run):
        scores: dict[str, float] = defaultdict(float)
        for run, weight in zip(runs, weights, strict=True):
            hits = sorted(run.get(query, ()), key=lambda hit: -hit[1])[:depth]
            values = np.array([score for _, score in hits], np.float64)
            for (document, _), score in zip(hits, _as_server(values), strict=True):
                scores[document] += weight * float(score) / sum(weights)
        hits = sorted(scores.items(), key=lambda hit: (hit[1], hit[0].encode()), reverse=True)
        fused[query] = hits[:depth]
    return fused


def _as_server(values: Array) -> Array:
    if len(values) < 2 or np.ptp(values) == 0:
        return values
    standard: Array = np.maximum((values - values.mean()) / values.std(ddof=1), FLOOR)
    is_mean = values.astype(np.float32) == np.float32(values.mean())
    return np.where(is_mean, values.max(), standard)


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
