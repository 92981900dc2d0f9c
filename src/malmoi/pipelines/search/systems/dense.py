"""Similarity of passages as a system, and the sum of it and a sparse one.

What the run has embedded is read, never written; a query is embedded without torch where the model
is one of those that come in packages.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from malmoi.corpora.corpus import Document
from malmoi.pipelines.search.systems.system import KEPT, NOTHING, Array, Explanation, System
from malmoi.retrieval.fusion import DENSE_WEIGHT, standardised
from malmoi.retrieval.index.index import Index
from malmoi.retrieval.passages import passage_texts
from malmoi.retrieval.query import AnalysedQuery

if TYPE_CHECKING:
    from malmoi.models.joined import QueryEncoder

WARM = "말모이"


class Similarity:
    """Cosine of a query and each document's best passage.

    Args:
        vectors: float32 [passages, width], rows of length 1.
        counts: passages of each document, in the collection's order.
        encoder: embeds queries in their space.
    """

    name, ranks_all = "dense", True

    def __init__(self, vectors: Array, counts: Sequence[int], encoder: QueryEncoder) -> None:
        self._columns = np.ascontiguousarray(vectors.T)
        self._firsts = np.cumsum([0, *counts])[:-1]
        self._encoder = encoder
        self._keep(len(counts))

    def _keep(self, size: int) -> None:
        """Begin without any query's similarities with `size` documents."""
        self._size, self._lock = size, Lock()
        self._kept: OrderedDict[str, Array] = OrderedDict()

    def _similarities(self, text: str) -> Array:
        vector = self._encoder.embed_queries([text])[0]
        best: Array = np.maximum.reduceat(vector @ self._columns, self._firsts)
        return best

    def prepare(self) -> None:
        """Load the encoder of queries."""
        self.scores(WARM)

    def analyse(self, text: str) -> AnalysedQuery:
        """Nothing: it sees the query as one vector."""
        return NOTHING

    def scores(self, text: str) -> Array:
        """Each document's score, float32 in the collection's order."""
        if not text.strip():
            return np.zeros(self._size, np.float32)
        with self._lock:  # the engines aren't said to be safe in several threads
            if text not in self._kept:
                self._kept[text] = self._similarities(text)
            self._kept.move_to_end(text)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[text]

    def explain(self, text: str, row: int) -> Explanation:
        """The similarity alone."""
        return Explanation((), float(self.scores(text)[row]))


class IndexSimilarity(Similarity):
    """Cosine of a query and each document's best passage, as an index has them.

    Args:
        index: with vectors of passages.
        size: how many documents it has.
    """

    def __init__(self, index: Index, size: int) -> None:
        self._index = index
        self._keep(size)

    def _similarities(self, text: str) -> Array:
        return self._index.vectors.similarities(self._index.query_embedder.embed(text))


class Hybrid:
    """A sparse system's scores plus standardised similarities, as `malmoi search --hybrid`."""

    ranks_all = True

    def __init__(self, sparse: System, dense: Similarity) -> None:
        self.name = f"{sparse.name} + dense"
        self._sparse, self._dense = sparse, dense
        self._added = lru_cache(maxsize=KEPT)(self._standardised)

    def prepare(self) -> None:
        """Prepare both."""
        self._sparse.prepare()
        self._dense.prepare()

    def analyse(self, text: str) -> AnalysedQuery:
        """What the sparse system searches."""
        return self._sparse.analyse(text)

    def scores(self, text: str) -> Array:
        """Each document's score, float32 in the collection's order."""
        return self._sparse.scores(text) + self._added(text)

    def explain(self, text: str, row: int) -> Explanation:
        """The sparse system's tokens, and what the similarity adds."""
        return Explanation(self._sparse.explain(text, row).matches, float(self._added(text)[row]))

    def _standardised(self, text: str) -> Array:
        added: Array = np.float32(DENSE_WEIGHT) * standardised(self._dense.scores(text))
        return added


def open_similarity(
    documents: Sequence[Document], words: int, model: str, folder: Path
) -> Similarity | None:
    """The similarity of what a run has embedded; None where it hasn't, or not with this machine's
    precision.

    Args:
        documents: the corpus's.
        words: of a passage, about.
        model: as `malmoi.models.dense.open_encoder` takes it.
        folder: keeps the run's embeddings.

    Raises:
        SourceError, StudentError: the model can't be loaded.
    """
    from malmoi.models import dense

    if not folder.is_dir():
        return None
    encoder = dense.open_encoder(model, folder)
    cut = [passage_texts(document, words) for document in documents]
    texts = [text for each in cut for text in each]
    if not encoder.has_passages(texts):
        return None
    queries = dense.query_encoder(model or dense.E5_ALONE)
    return Similarity(encoder.embed_passages(texts), list(map(len, cut)), queries)
