"""The index of a run in an OpenSearch cluster as systems: BM25, the encoder, both together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.pipelines.search.systems.system import KEPT, NOTHING, Array, Explanation, Match
from malmoi.retrieval.opensearch.connection import calling, connect
from malmoi.retrieval.opensearch.mapping import FEATURES
from malmoi.retrieval.opensearch.queries import Mode, Question
from malmoi.retrieval.opensearch.searching import search
from malmoi.retrieval.query import AnalysedQuery, QueryEncoder
from malmoi.text.unicode import readable

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

MODES: dict[str, Mode] = {
    "OpenSearch BM25": "bm25",
    "OpenSearch tokens": "neural_sparse",
    "OpenSearch hybrid": "hybrid",
}
"""Name of a system → how the cluster is asked."""
DEPTH = 1000
"""Documents that the cluster ranks; those after them count as not found."""


class Cluster:
    """An index of a cluster as a system.

    Args:
        name: one of `MODES`.
        client: of the cluster.
        index: the alias of a push.
        encoder: of queries, that of the student that was pushed.
        rows: id → place in the collection; other documents of the index are passed over.
    """

    ranks_all = False

    def __init__(
        self,
        name: str,
        client: OpenSearch,
        index: str,
        encoder: QueryEncoder,
        rows: Mapping[str, int],
    ) -> None:
        self.name, self._mode = name, MODES[name]
        self._client, self._index = client, index
        self._encoder, self._rows = encoder, rows
        self._ids = {row: identifier for identifier, row in rows.items()}
        self._ranked = lru_cache(maxsize=KEPT)(self._search)
        self._features = lru_cache(maxsize=KEPT * 20)(self._stored)

    def prepare(self) -> None:
        """Nothing: the cluster has all of it."""

    def analyse(self, text: str) -> AnalysedQuery:
        """The query's tokens; none for BM25, whose words the cluster alone knows."""
        return NOTHING if self._mode == "bm25" else self._encoder.analyse(text)

    def scores(self, text: str) -> Array:
        """Each document's score, float32 in the collection's order; 0 beyond the cluster's best."""
        scores: Array = np.zeros(len(self._rows), np.float32)
        for identifier, score in self._ranked(text):
            if identifier in self._rows:
                scores[self._rows[identifier]] = score
        return scores

    def explain(self, text: str, row: int) -> Explanation:
        """What each token adds, by the weights that the cluster stores; nothing of the others.

        The scores of BM25 and of hybrids are not split.
        """
        if self._mode != "neural_sparse":
            return Explanation(())
        stored = self._features(self._ids[row])
        tokens = self._encoder.encode(text)
        return Explanation(
            tuple(
                Match(readable(token), weight, unsplit=stored.get(token, 0.0))
                for token, weight in tokens.items()
            )
        )

    def _search(self, text: str) -> list[tuple[str, float]]:
        question = Question.of(text, self._encoder)
        found = search(self._client, self._index, question, self._mode, DEPTH)
        return [(hit.id, hit.score) for hit in found]

    def _stored(self, identifier: str) -> dict[str, float]:
        with calling(f"read a document of {self._index}"):
            found: dict[str, Any] = self._client.get(
                index=self._index, id=identifier, params={"_source_includes": FEATURES}
            )
        return dict(found["_source"].get(FEATURES, {}))


def open_cluster(name: str, run: Path, student: Path, rows: Mapping[str, int]) -> Cluster | None:
    """A system of the cluster at OPENSEARCH_URL; None where the run wasn't pushed there.

    Args:
        name: one of `MODES`.
        run: the run's folder, whose recipe names the alias.
        student: the stage of the student that was pushed.
        rows: id → place in the collection.

    Raises:
        ClusterError: the cluster doesn't answer.
    """
    index = str(json.loads((run / "recipe.json").read_text(encoding="utf-8"))["name"])
    client = connect()
    with calling(f"look for {index}"):
        there = bool(client.indices.exists(index=index))
    return Cluster(name, client, index, QueryEncoder(student / "model"), rows) if there else None
