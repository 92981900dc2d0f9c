"""The report's row of hybrid search: a student's scores and the dense model's, and the price."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.corpora.corpus import Query
from malmoi.evaluation.compare import SystemFigures
from malmoi.evaluation.metrics import DEPTH, index_bytes, per_query
from malmoi.evaluation.metrics import Run as Ranking
from malmoi.models.dense import EMBEDDED, query_encoder
from malmoi.models.joined import Joined
from malmoi.pipelines.search.context import SearchContext
from malmoi.retrieval.fusion import DENSE_WEIGHT, Array, standardised_sum
from malmoi.retrieval.scores import best_places

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

BATCH = 256
"""Queries whose scores with all documents are held in memory at once."""
WEIGHTS = (0.5, 1.0, 2.0, 3.0, 4.0, 6.0)
LEAST = 20
"""Development queries of a language that can choose a weight."""
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


def chosen_weights(context: SearchContext, sparse: Sparse) -> dict[str, float]:
    """Language → the weight of similarity with the best nDCG@10 on its development queries.

    The usual one on a tie, and for a language with fewer than `LEAST` of them.
    """
    chosen = {}
    for language in sorted({query.language for query in context.dev}):
        queries = [query for query in context.dev if query.language == language]
        if len(queries) < LEAST:
            continue
        names = [query.id for query in queries]
        found: dict[float, Ranking] = {weight: {} for weight in (DENSE_WEIGHT, *WEIGHTS)}
        for part, scores, similar in _signals(context, sparse, queries):
            for weight, best in found.items():
                best |= _best(context, part, standardised_sum(scores, similar, weight))

        def score(weight: float, names: list[str] = names, found: Any = found) -> float:
            values = per_query(found[weight], context.corpus.qrels, names)
            return float(values["nDCG@10"].mean())

        chosen[language] = max(found, key=score)
    return chosen


def ranking(
    context: SearchContext,
    sparse: Sparse,
    queries: Sequence[Query],
    weights: Mapping[str, float] | None = None,
) -> Ranking:
    """The best documents by both, as `malmoi search --hybrid` adds them up.

    Args:
        context: the run's; its passages are embedded, and so were these queries.
        sparse: gives the sparse scores.
        queries: to be asked.
        weights: language → what a standard deviation of similarity counts (none: the usual).
    """
    found: Ranking = {}
    for part, scores, similar in _signals(context, sparse, queries):
        each = np.array([(weights or {}).get(q.language, DENSE_WEIGHT) for q in part], np.float32)
        found |= _best(context, part, standardised_sum(scores, similar, each[:, None]))
    return found


def _signals(
    context: SearchContext, sparse: Sparse, queries: Sequence[Query]
) -> Iterator[tuple[Sequence[Query], Array, Array]]:
    """Queries, some at a time, with both scores of all documents, [queries, documents]."""
    for start in range(0, len(queries), BATCH):
        part = queries[start : start + BATCH]
        texts = [query.text for query in part]
        vectors = context.hybrid_passages.encoder().embed_queries(texts)
        yield part, *_scores(context, sparse, texts, vectors)


def _best(context: SearchContext, queries: Sequence[Query], scores: Array) -> Ranking:
    """The best documents by scores [queries, documents]."""
    ids = [document.id for document in context.corpus.documents]
    found: Ranking = {}
    for query, row in zip(queries, scores, strict=True):
        hits = [(ids[place], float(row[place])) for place in best_places(row, DEPTH).tolist()]
        found[query.id] = sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:DEPTH]
    return found


def figures(
    context: SearchContext,
    sparse: Sparse,
    queries: Sequence[Query],
    weights: Mapping[str, float] | None = None,
) -> SystemFigures:
    """What the row is, and its price: seconds a query with its embedding, bytes of the index.

    Args:
        context: the run's.
        sparse: gives the sparse scores.
        queries: some of them are timed.
        weights: as in `ranking`.
    """
    kept, passages = context.hybrid_passages.encoder().encoder, context.hybrid_passages.counts()
    encoder = query_encoder(EMBEDDED) if isinstance(kept, Joined) else kept
    model = "e5 and USE" if isinstance(kept, Joined) else "the dense model"
    texts = [query.text for query in queries[:TIMED]]
    width = encoder.embed_queries(texts[:1]).shape[1]
    began = time.perf_counter()
    for text in texts:
        standardised_sum(*_scores(context, sparse, [text], encoder.embed_queries([text])))
    seconds = (time.perf_counter() - began) / len(texts)
    # A byte a dimension, a scale, and where a document's passages begin.
    dense = passages * (width + 4) + len(context.corpus.documents) * 8
    return {
        "description": f"{sparse.name} + {described(weights or {})} × the similarity of {model}, "
        "standardised over the corpus; not inference-free",
        "group": "hybrid",
        "document_dimensions": None,
        "query_dimensions": None,
        "flops": None,
        "index_bytes": index_bytes(sparse.documents) + dense,
        "seconds": round(seconds, 4),
    }


def described(weights: Mapping[str, float]) -> str:
    """The weights in words: `malmoi search --dense-weight` takes one of them."""
    each = ", ".join(f"{weight:g} ({language})" for language, weight in sorted(weights.items()))
    return f"{each}, chosen on development queries," if each else f"{DENSE_WEIGHT:g}"


def _scores(
    context: SearchContext, sparse: Sparse, texts: Sequence[str], vectors: Array
) -> tuple[Array, Array]:
    """Sparse scores and similarities of texts with all documents, each [texts, documents].

    Args:
        context: the run's.
        sparse: gives the sparse scores.
        texts: queries.
        vectors: theirs [texts, d].
    """
    ids = [document.id for document in context.corpus.documents]
    scores = (sparse.encode(texts) @ sparse.documents.T).toarray().astype(np.float32)
    return scores, context.hybrid_passages.similarities(vectors, ids)
