"""An index on disk as systems: its tokens alone, and with the similarity of passages."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np

from malmoi.pipelines.search.systems.system import Array, Explanation, Match
from malmoi.retrieval.fusion import DENSE_WEIGHT, standardised
from malmoi.retrieval.index.index import Index
from malmoi.retrieval.query import AnalysedQuery


class Embedded:
    """An index as a system.

    Args:
        index: open; its documents are the collection's.
        ids: of its documents, in its order.
        hybrid: add the similarity of the best passage.
    """

    def __init__(self, index: Index, ids: Sequence[str], hybrid: bool = False) -> None:
        self.name, self.ranks_all = "tokens + dense" if hybrid else "tokens", hybrid
        self._index, self._ids, self._hybrid = index, ids, hybrid
        self._lock = Lock()

    def prepare(self) -> None:
        """Load the encoder of queries, where there is one besides the table."""
        self._added("말모이")

    def analyse(self, text: str) -> AnalysedQuery:
        """The query as it is searched."""
        return self._index.analyse(text)

    def scores(self, text: str) -> Array:
        """Each document's score, float32 in the index's order."""
        return self._index.vectors.scores(self._query(text)) + self._added(text)

    def explain(self, text: str, row: int) -> Explanation:
        """What each token adds; an index doesn't say whether a translation or a network gave it."""
        encoder, query = self._index.query_encoder, self._query(text)
        weights = self._index.vectors.matches(query, self._ids[row])
        matches = tuple(
            Match(encoder.readable(d), weight, unsplit=weights[d][1] if d in weights else 0.0)
            for d, weight in query.items()
        )
        return Explanation(matches, float(self._added(text)[row]))

    def _query(self, text: str) -> dict[int, float]:
        encoder = self._index.query_encoder
        return encoder.dimensions(encoder.encode(text))

    def _added(self, text: str) -> Array:
        if not self._hybrid or not text.strip():
            return np.zeros(len(self._ids), np.float32)
        with self._lock:
            vector = self._index.query_embedder.embed(text)
        added: Array = np.float32(DENSE_WEIGHT) * standardised(
            self._index.vectors.similarities(vector)
        )
        return added
