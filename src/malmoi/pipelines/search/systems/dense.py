"""Similarity of passages as a system, and the sum of it and a student.

What the run has embedded is read, never written; a query is embedded without torch where the model
is one of those that come in packages.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from malmoi.corpora.corpus import Document
from malmoi.pipelines.search.systems.student import Student
from malmoi.pipelines.search.systems.system import NOTHING, Array, Explanation
from malmoi.retrieval.fusion import DENSE_WEIGHT, standardised
from malmoi.retrieval.passages import passage_texts
from malmoi.retrieval.query import AnalysedQuery

if TYPE_CHECKING:
    from malmoi.models.joined import QueryEncoder

WARM = "말모이"
KEPT = 32
"""Queries whose similarities are kept: a page asks for them once a hit."""


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
        self._encoder, self._lock = encoder, Lock()
        self._kept: OrderedDict[str, Array] = OrderedDict()

    def prepare(self) -> None:
        """Load the encoder of queries."""
        self.scores(WARM)

    def analyse(self, text: str) -> AnalysedQuery:
        """Nothing: it sees the query as one vector."""
        return NOTHING

    def scores(self, text: str) -> Array:
        """Each document's score, float32 in the collection's order."""
        if not text.strip():
            return np.zeros(len(self._firsts), np.float32)
        with self._lock:  # the engines aren't said to be safe in several threads
            if text not in self._kept:
                vector = self._encoder.embed_queries([text])[0]
                self._kept[text] = np.maximum.reduceat(vector @ self._columns, self._firsts)
            self._kept.move_to_end(text)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[text]

    def explain(self, text: str, row: int) -> Explanation:
        """The similarity alone."""
        return Explanation((), float(self.scores(text)[row]))


class Hybrid:
    """A student's scores and standardised similarities, added up as `malmoi search --hybrid`."""

    ranks_all = True

    def __init__(self, student: Student, dense: Similarity) -> None:
        self.name = f"{student.name} + dense"
        self._student, self._dense = student, dense

    def prepare(self) -> None:
        """Prepare both."""
        self._student.prepare()
        self._dense.prepare()

    def analyse(self, text: str) -> AnalysedQuery:
        """What the student searches."""
        return self._student.analyse(text)

    def scores(self, text: str) -> Array:
        """Each document's score, float32 in the collection's order."""
        return self._student.scores(text) + self._added(text)

    def explain(self, text: str, row: int) -> Explanation:
        """The student's tokens, and what the similarity adds."""
        return Explanation(self._student.explain(text, row).matches, float(self._added(text)[row]))

    def _added(self, text: str) -> Array:
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
