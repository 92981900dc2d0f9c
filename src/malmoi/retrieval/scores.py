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


def best_rows(scores: Array, k: int) -> Array:
    """Rows that the top `k` of a float vector are among: all with a score above 0 and at least the
    k-th highest, ties included, in ascending order of row."""
    if k <= 0:
        return np.empty(0, np.int64)
    threshold = np.nextafter(np.float32(0), np.float32(1))
    if len(scores) >= _BLOCKS * k and len(scores) >= _BLOCKS:
        # The k-th highest of some block maxima is a lower bound of the k-th highest score. The
        # blocks are strided, so that one pass of SIMD maxima makes them.
        width = len(scores) // _BLOCKS
        maxima = scores[: width * _BLOCKS].reshape(_BLOCKS, width).max(axis=0)
        threshold = max(threshold, np.partition(maxima, width - k)[width - k])
    rows = np.flatnonzero(scores >= threshold)
    if len(rows) > k:
        picked = scores[rows]
        rows = rows[picked >= np.partition(picked, len(rows) - k)[len(rows) - k]]
    return rows


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
