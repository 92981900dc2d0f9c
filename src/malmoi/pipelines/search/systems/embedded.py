"""An index on disk as a system: its tokens alone (`dense` adds the similarity of passages)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from malmoi.pipelines.search.systems.system import KEPT, Array, Explanation, Match
from malmoi.retrieval.index.index import Index
from malmoi.retrieval.query import AnalysedQuery


class Embedded:
    """An index as a system.

    Args:
        index: open; its documents are the collection's.
        ids: of its documents, in its order.
    """

    name, ranks_all = "tokens", False

    def __init__(self, index: Index, ids: Sequence[str]) -> None:
        self._index, self._ids = index, ids
        self._query = lru_cache(maxsize=KEPT)(self._encoded)

    def prepare(self) -> None:
        """Nothing: all of it is there."""

    def analyse(self, text: str) -> AnalysedQuery:
        """The query as it is searched."""
        return self._index.analyse(text)

    def scores(self, text: str) -> Array:
        """Each document's score, float32 in the index's order."""
        return self._index.vectors.scores(self._query(text))

    def explain(self, text: str, row: int) -> Explanation:
        """What each token adds; an index doesn't say whether a translation or a network gave it."""
        encoder, query = self._index.query_encoder, self._query(text)
        weights = self._index.vectors.matches(query, self._ids[row])
        matches = tuple(
            Match(encoder.readable(d), weight, unsplit=weights[d][1] if d in weights else 0.0)
            for d, weight in query.items()
        )
        return Explanation(matches)

    def _encoded(self, text: str) -> dict[int, float]:
        encoder = self._index.query_encoder
        return encoder.dimensions(encoder.encode(text))
