"""The report's row of hybrid search: a student's scores and the dense model's, and the price."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from malmoi.corpora.corpus import Query
from malmoi.evaluation.compare import SystemFigures
from malmoi.evaluation.metrics import DEPTH, index_bytes
from malmoi.evaluation.metrics import Run as Ranking
from malmoi.pipelines.search.context import SearchContext
from malmoi.retrieval.fusion import DENSE_WEIGHT, Array, standardised_sum
from malmoi.retrieval.scores import best_places

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

BATCH = 256
"""Queries whose scores with all documents are held in memory at once."""
TIMED = 8
"""Queries that are asked one by one for the price."""


@dataclass(frozen=True)
class Sparse:
    """The sparse side: `encode` gives vectors of queries [texts, vocabulary]."""

    name: str
    encode: Callable[[Sequence[str]], csr_matrix]
    documents: csr_matrix

    @property
    def row(self) -> str:
        """The name of the hybrid's row."""
        return f"{self.name} + dense"


def ranking(context: SearchContext, sparse: Sparse, queries: Sequence[Query]) -> Ranking:
    """The best documents by both, as `malmoi search --hybrid` adds them up.

    Args:
        context: the run's; its passages are embedded, and so were these queries.
        sparse: gives the sparse scores.
        queries: to be asked.
    """
    ids = [document.id for document in context.corpus.documents]
    found: Ranking = {}
    for start in range(0, len(queries), BATCH):
        part = queries[start : start + BATCH]
        texts = [query.text for query in part]
        vectors = context.passages.encoder().embed_queries(texts)
        for query, row in zip(part, _scores(context, sparse, texts, vectors), strict=True):
            hits = [(ids[place], float(row[place])) for place in best_places(row, DEPTH).tolist()]
            found[query.id] = sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:DEPTH]
    return found


def figures(context: SearchContext, sparse: Sparse, queries: Sequence[Query]) -> SystemFigures:
    """What the row is, and its price: seconds a query with its embedding, bytes of the index."""
    encoder, passages = context.passages.encoder().encoder, context.passages.counts()
    texts = [query.text for query in queries[:TIMED]]
    width = encoder.embed_queries(texts[:1]).shape[1]
    began = time.perf_counter()
    for text in texts:
        _scores(context, sparse, [text], encoder.embed_queries([text]))
    seconds = (time.perf_counter() - began) / len(texts)
    # A byte a dimension, a scale, and where a document's passages begin.
    dense = passages * (width + 4) + len(context.corpus.documents) * 8
    return {
        "description": f"{sparse.name} + {DENSE_WEIGHT:g} × the dense model's similarity, "
        "standardised over the corpus; not inference-free",
        "group": "hybrid",
        "document_dimensions": None,
        "query_dimensions": None,
        "flops": None,
        "index_bytes": index_bytes(sparse.documents) + dense,
        "seconds": round(seconds, 4),
    }


def _scores(context: SearchContext, sparse: Sparse, texts: Sequence[str], vectors: Array) -> Array:
    """Of texts and their vectors with all documents, [texts, documents]."""
    ids = [document.id for document in context.corpus.documents]
    scores = (sparse.encode(texts) @ sparse.documents.T).toarray().astype(np.float32)
    return standardised_sum(scores, context.passages.similarities(vectors, ids))
