"""Retrieval metrics per query, and the cost of sparse vectors.

Definitions are trec_eval's (https://github.com/usnistgov/trec_eval), so that figures agree with
ir-measures to rounding:

- scores are compared as 32-bit floats, and documents with equal scores are ordered by id,
  *descending* (byte-wise larger ids first), whatever their order in the run;
- nDCG@10 has linear gains and log2 discounts, its ideal is taken from the qrels;
- a query with qrels that is missing from the run scores 0; a query without qrels is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.core.errors import SourceError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

Run = dict[str, list[tuple[str, float]]]
"""Query id → (document id, score), best first (TREC's word for a system's rankings)."""

Qrels = Mapping[str, Mapping[str, int]]
"""Query id → document id → relevance (> 0 is relevant)."""

DEPTH = 100
METRICS = ("nDCG@10", "MRR@10", "Recall@10", "Recall@100", "hit@1")
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


def ranked(hits: Sequence[tuple[str, float]], depth: int = DEPTH) -> list[str]:
    """The ids of the best `depth` hits in trec_eval's order."""
    scores = np.array([score for _, score in hits], np.float32)
    if len(scores) > 1 and not (np.diff(scores) < 0).all():
        # Two stable sorts: ids descending (as UTF-8, like strcmp), then scores descending.
        by_id = sorted(range(len(hits)), key=lambda i: hits[i][0].encode(), reverse=True)
        order = np.array(by_id)[np.argsort(-scores[by_id], kind="stable")]
        hits = [hits[i] for i in order[:depth]]
    return [identifier for identifier, _ in hits[:depth]]


def per_query(
    run: Mapping[str, Sequence[tuple[str, float]]], qrels: Qrels, queries: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    """Every metric of `METRICS`, each an array in the order of `queries`, values 0 to 1.

    Raises:
        SourceError: a query has no qrels, or a ranking holds a document twice.
    """
    gains = np.zeros((len(queries), DEPTH))
    ideal = np.zeros((len(queries), 10))
    relevant = np.zeros(len(queries))
    for row, query in enumerate(queries):
        if query not in qrels:
            raise SourceError(f"query {query!r} has no qrels; evaluate only queries that have them")
        judged = qrels[query]
        best = sorted((gain for gain in judged.values() if gain > 0), reverse=True)
        relevant[row] = len(best)
        ideal[row, : len(best[:10])] = best[:10]
        hits = ranked(run.get(query, ()))
        if len(set(hits)) < len(hits):
            raise SourceError(f"the ranking of query {query!r} holds a document twice")
        gains[row, : len(hits)] = [max(judged.get(identifier, 0), 0) for identifier in hits]
    return _from_gains(gains, ideal, relevant)


def _from_gains(
    gains: NDArray[np.float64], ideal: NDArray[np.float64], relevant: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    discounts = 1 / np.log2(np.arange(2, 12))
    found = gains > 0
    some = np.maximum(relevant, 1)  # a query with no relevant document scores 0, not 0/0
    best = ideal @ discounts
    first = found[:, :10].argmax(axis=1)
    return {
        "nDCG@10": (gains[:, :10] @ discounts) / np.where(best > 0, best, 1),
        "MRR@10": np.where(found[:, :10].any(axis=1), 1 / (first + 1), 0.0),
        "Recall@10": found[:, :10].sum(axis=1) / some,
        "Recall@100": found.sum(axis=1) / some,
        "hit@1": found[:, 0].astype(float),
    }


def active_dimensions(vectors: csr_matrix) -> dict[str, Any]:
    """How many dimensions of each row are not zero: mean, quantiles, and number of zero vectors."""
    counts = _counts(vectors, axis=1)
    if not len(counts):
        return {"vectors": 0, "mean": 0.0, "quantiles": {}, "zero": 0}
    return {
        "vectors": len(counts),
        "mean": float(counts.mean()),
        "quantiles": {f"{q:g}": float(np.quantile(counts, q)) for q in QUANTILES},
        "zero": int((counts == 0).sum()),
    }


def flops(queries: csr_matrix, documents: csr_matrix) -> float:
    """Multiplications that scoring a random query against a random document takes, on average.

    The sum over dimensions of p(query active) · p(document active): Paria et al. 2020
    (https://arxiv.org/abs/2004.05665), as reported in SPLADE v2 (https://arxiv.org/abs/2109.10086).

    Raises:
        SourceError: the two matrices have different numbers of dimensions.
    """
    if queries.shape[1] != documents.shape[1]:
        raise SourceError(
            f"queries have {queries.shape[1]} dimensions, documents {documents.shape[1]}; "
            "encode both with one vocabulary"
        )
    shares = [
        _counts(vectors, axis=0) / max(vectors.shape[0], 1) for vectors in (queries, documents)
    ]
    return float(shares[0] @ shares[1])


def index_bytes(documents: csr_matrix) -> int:
    """Bytes of an uncompressed inverted index.

    A posting is a 4-byte document number and a 4-byte weight; a dimension has an 8-byte offset.
    """
    return int(_counts(documents, axis=1).sum() * 8 + (documents.shape[1] + 1) * 8)


def _counts(vectors: csr_matrix, axis: int) -> NDArray[np.int64]:
    """Non-zero entries per row (axis 1) or column (axis 0); stored zeros don't count."""
    counts: NDArray[np.int64] = np.asarray((vectors != 0).sum(axis=axis)).ravel()
    return counts
