"""What the neural part adds to the lexical part, on development queries.

    gain = neural_gain(encoder, start, development)
    if not gain["shown"]: …                 # the encoder is ten times faster without it

Held-out queries have no say in it, so a student's figures on them stay honest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import numpy as np

from malmoi.encoder.development import Development
from malmoi.encoder.lexical_fit import LexicalFit
from malmoi.evaluation.metrics import per_query
from malmoi.evaluation.significance import bootstrap, page_of

if TYPE_CHECKING:
    from sentence_transformers import SparseEncoder


class NeuralGain(TypedDict):
    """nDCG@10 with the neural part less that without, with the ends of its 95 % interval."""

    difference: float
    low: float
    high: float
    queries: int
    shown: bool
    """Whether the interval is above 0."""


def neural_gain(encoder: SparseEncoder, start: LexicalFit, development: Development) -> NeuralGain:
    """The paired difference over all development queries, resampled by page.

    Args:
        encoder: with its neural part and the weights of queries that were learned with it.
        start: the lexical part, with queries weighed by IDF.
        development: the queries.
    """
    names = [query.id for query in development.queries]
    rankings = (
        development.ranking(*development.vectors(encoder)),
        development.ranking(start.vectors, start.weights),
    )
    ours, lexical = (per_query(r, development.qrels, names)["nDCG@10"] for r in rankings)
    interval = bootstrap(np.subtract(ours, lexical), page_of(development.qrels, names))
    return {
        "difference": interval.mean,
        "low": interval.low,
        "high": interval.high,
        "queries": len(names),
        "shown": interval.low > 0,
    }


def described(gain: NeuralGain) -> str:
    """The gain in words."""
    return (
        f"{gain['difference']:+.3f} [{gain['low']:+.3f}, {gain['high']:+.3f}] in nDCG@10 of "
        f"{gain['queries']} development queries"
    )
