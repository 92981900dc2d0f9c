"""Exact ranking by dot product: one row of scores, or a whole matrix of queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import scipy.sparse as sp

Array = np.ndarray[Any, Any]
_BLOCKS = 64
_BATCH = 256
"""Queries whose scores are held in memory at once."""


def best_rows(scores: Array, k: int, slack: float = 0.0) -> Array:
    """Rows that the top `k` of a float vector are among: all with a score above 0 and at least the
    k-th highest, ties included, in ascending order of row.

    `slack` is how far below the k-th highest, relative, a score still counts.
    """
    if k <= 0:
        return np.empty(0, np.int64)
    maxima = block_maxima(scores, k)
    rows = rows_from(scores, kth(maxima, k) * (1 - slack), maxima)
    if len(rows) > k:
        picked = scores[rows]
        rows = rows[picked >= np.float32(kth(picked, k) * (1 - slack))]
    return rows


def kth(scores: Array, k: int) -> float:
    """The `k`-th highest of a float vector; 0 if that isn't above 0."""
    if k > len(scores):
        return 0.0
    return max(0.0, float(np.partition(scores, len(scores) - k)[len(scores) - k]))


def block_maxima(scores: Array, k: int) -> Array:
    """The highest of each block of a long float vector: their k-th highest is a lower bound, near
    it, of the k-th highest score. Of a short one the scores themselves."""
    if len(scores) < _BLOCKS * max(k, 1):
        return scores
    # The blocks are strided, so that one pass of SIMD maxima makes them.
    maxima: Array = _blocks(scores).max(axis=0)
    return maxima


def rows_from(scores: Array, threshold: float, maxima: Array) -> Array:
    """Rows, ascending, whose score is above 0 and at least `threshold`.

    Args:
        scores: float32.
        threshold: any.
        maxima: the scores' `block_maxima`.
    """
    least = max(np.float32(threshold), np.nextafter(np.float32(0), np.float32(1)))
    columns = np.flatnonzero(maxima >= least)
    if len(maxima) == len(scores):
        return columns
    if len(columns) * 8 > len(maxima):
        return np.flatnonzero(scores >= least)
    blocks = _blocks(scores)
    places, of = np.nonzero(blocks[:, columns] >= least)
    rest = np.flatnonzero(scores[blocks.size :] >= least) + blocks.size
    return np.concatenate([places * blocks.shape[1] + columns[of], rest])


def _blocks(scores: Array) -> Array:
    """A vector [_BLOCKS, n] but for its last places; a column is a block."""
    width = len(scores) // _BLOCKS
    return scores[: width * _BLOCKS].reshape(_BLOCKS, width)


def best_places(scores: Array, k: int) -> Array:
    """Places that the `k` highest of a float vector are among, of whatever sign: all at least as
    high as the k-th, ascending."""
    if k <= 0:
        return np.empty(0, np.int64)
    if k >= len(scores):
        return np.arange(len(scores))
    # Of the negated ones: `argpartition` is slow where it must move many equal values (zeros).
    threshold = -np.partition(-scores, k - 1)[k - 1]
    return np.flatnonzero(scores >= threshold)


def search_matrix(
    queries: sp.csr_matrix, documents: sp.csr_matrix, ids: Sequence[str], k: int
) -> list[list[tuple[str, float]]]:
    """Rank documents for many queries at once, exactly.

    Args:
        queries: float [m, dimensions].
        documents: float [n, dimensions].
        ids: of the documents' rows.
        k: length of each ranking at most.

    Returns:
        For each query its documents with a score above 0, best first, ties broken by id. The
        ranking depends on the documents alone, not on their order.
    """
    if documents.shape[0] != len(ids) or queries.shape[1] != documents.shape[1]:
        raise ValueError(
            f"queries {queries.shape}, documents {documents.shape} and {len(ids)} ids don't fit"
        )
    # Sorted indices fix the order in which a score is added up.
    queries = queries.tocsr().astype(np.float32).sorted_indices()
    columns = documents.tocsr().astype(np.float32).T.tocsr()
    rankings = []
    for start in range(0, queries.shape[0], _BATCH):
        products = (queries[start : start + _BATCH] @ columns).tocsr()
        for row in range(products.shape[0]):
            part = slice(products.indptr[row], products.indptr[row + 1])
            scores, found = products.data[part], products.indices[part]
            rows = best_rows(scores, k)
            ranking = sorted((-float(scores[r]), ids[found[r]]) for r in rows)
            rankings.append([(identifier, -score) for score, identifier in ranking[:k]])
    return rankings
