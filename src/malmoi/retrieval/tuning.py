"""Weights that development queries choose: of BM25 and BM25F, so that a baseline is strong, and of
the similarity in a hybrid search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from malmoi.core.errors import SourceError
from malmoi.evaluation.metrics import Qrels, per_query
from malmoi.retrieval.bm25 import BM25, BM25F, Weights
from malmoi.retrieval.fusion import DENSE_WEIGHT
from malmoi.retrieval.index.index import Index
from malmoi.text.morphemes import content_words_of

GRID: dict[str, tuple[float, ...]] = {
    "title": (0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 18.0, 27.0, 40.0),
    "b_text": (0.1, 0.25, 0.4, 0.55, 0.75),
    "b_title": (0.0, 0.25, 0.5, 0.75, 1.0),
    "k1": (0.6, 0.9, 1.2, 1.6, 2.2, 3.0, 4.5, 7.0),
}

DENSE_WEIGHTS = (1.0, 2.0, 3.0, 4.0, 6.0)


@dataclass(frozen=True, slots=True)
class Tuned:
    """What `tune` chose, its nDCG@10 on the development queries, and how many settings it tried.

    `parameters` are those of the weights that the model depends on.
    """

    weights: Weights
    ndcg: float
    tried: int
    parameters: tuple[str, ...] = tuple(GRID)

    def __str__(self) -> str:
        values = asdict(self.weights).items()
        chosen = ", ".join(
            f"{name} = {value:g}" for name, value in values if name in self.parameters
        )
        return f"{chosen} (nDCG@10 {self.ndcg:.3f} on development queries, {self.tried} settings)"


def tune(model: BM25F, queries: Sequence[tuple[str, str | Sequence[str]]], qrels: Qrels) -> Tuned:
    """Choose the weights with the best nDCG@10, one parameter at a time, until none helps.

    The model keeps the chosen weights. `queries` are (id, text or words) of the development
    split; never give it queries that the final table is made of.

    Raises:
        SourceError: there are no queries to tune on.
    """
    if not queries:
        raise SourceError("there are no development queries to tune BM25 on; use fixed weights")
    texts = list(content_words_of(query for _, query in queries if isinstance(query, str)))
    analysed = iter(texts)
    pairs = [(name, next(analysed) if isinstance(q, str) else q) for name, q in queries]
    tried: dict[Weights, float] = {}

    def score(weights: Weights) -> float:
        if weights not in tried:
            model.set_weights(weights)
            names = [name for name, _ in pairs]
            values = per_query(model.run(pairs, k=10), qrels, names)["nDCG@10"]
            tried[weights] = float(values.mean())
        return tried[weights]

    # Where no document has a title, weights of titles say nothing.
    titled = model.has_titles and not isinstance(model, BM25)
    used = tuple(GRID) if titled else ("b_text", "k1")
    best, before = model.weights, None
    while best != before:
        before = best
        for name in used:
            settings = [replace(best, **{name: value}) for value in GRID[name]]
            best = max([best, *settings], key=score)
    model.set_weights(best)
    return Tuned(best, tried[best], len(tried), used)


def tune_dense_weight(
    index: Index,
    queries: Sequence[tuple[str, str]],
    qrels: Qrels,
    weights: Sequence[float] = DENSE_WEIGHTS,
) -> float:
    """The weight of similarity with the best nDCG@10 in a hybrid search; the usual one on a tie.

    Args:
        index: with vectors of passages.
        queries: (id, text) of the development split.
        qrels: of these queries.
        weights: that are tried, beside the usual one.

    Raises:
        SourceError: there are no queries to tune on.
        RunError: the index has no vectors of passages.
    """
    if not queries:
        raise SourceError("there are no development queries to choose a weight on; use the usual")
    encoder = index.query_encoder
    asked = [
        (name, encoder.dimensions(encoder.encode(text)), index.query_embedder.embed(text))
        for name, text in queries
    ]

    def score(weight: float) -> float:
        found = {
            name: [(h.id, h.score) for h in index.vectors.search_hybrid(query, vector, 10, weight)]
            for name, query, vector in asked
        }
        return float(per_query(found, qrels, [name for name, _ in queries])["nDCG@10"].mean())

    return max([DENSE_WEIGHT, *weights], key=score)
