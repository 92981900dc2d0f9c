"""The best documents of posting lists, exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from malmoi.retrieval.index.arrays import Array
from malmoi.retrieval.index.postings import PostingList
from malmoi.retrieval.scores import best_rows

_ROUNDING = 2.0**-22
"""Sums of float32 differ by no more than this, relative, for each term, however they are made."""


def rank(
    lists: Sequence[PostingList], query: Sequence[float], k: int, sums: Array
) -> tuple[Array, Array, Array]:
    """The documents that the `k` best by dot product are among, those equal to the k-th included.

    All lists are added up, as far as that is quick (`PostingList.error`); the few documents that
    can be among the best by these sums are looked up for the rest.

    Args:
        lists: the postings of the query's dimensions.
        query: its weights.
        k: at least 0.
        sums: to compute in, float32 [documents]: 0, or −∞ for those that are not to be found.

    Returns:
        Their rows (ascending), scores (float32, above 0, summed in the order of `lists`), and
        weights, float32 [lists, rows].
    """
    slack = max((each.error for each in lists), default=0.0)
    # A difference of two sums may be much smaller than the error of either.
    exact = slack == np.inf or min(query, default=0.0) < 0
    for each, weight in zip(lists, query, strict=True):
        each.add_to(sums, weight, exact)
    slack = slack + (len(lists) + 1) * _ROUNDING if slack and not exact else 0.0
    rows = best_rows(sums, k, slack).astype(np.int32)
    weights = np.empty((len(lists), len(rows)), np.float32)
    for number, each in enumerate(lists):
        weights[number] = each.weights_of(rows)
    if not slack:
        return rows, sums[rows], weights
    scores = np.zeros(len(rows), np.float32)
    for its, weight in zip(weights, query, strict=True):
        scores += its * np.float32(weight)
    best = best_rows(scores, k)
    return rows[best], scores[best], weights[:, best]


def matches_of(
    terms: Sequence[tuple[int, float]], lists: Sequence[PostingList], row: int
) -> dict[int, tuple[float, float]]:
    """Query weight and document weight of the dimensions that a query and a row share."""
    rows = np.array([row], np.int32)
    return shared(terms, [float(each.weights_of(rows)[0]) for each in lists])


def shared(
    terms: Sequence[tuple[int, float]], weights: Sequence[float]
) -> dict[int, tuple[float, float]]:
    """The weights of a query and a document in the dimensions that they share."""
    return {d: (mine, its) for (d, mine), its in zip(terms, weights, strict=True) if its}
