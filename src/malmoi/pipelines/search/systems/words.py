"""BM25F over a collection's documents, with its usual weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from malmoi.corpora.corpus import Document
from malmoi.pipelines.search.systems.system import Array, Explanation, Match
from malmoi.retrieval.bm25 import BM25F, analyse
from malmoi.retrieval.query import AnalysedQuery
from malmoi.retrieval.unknown_words import UnknownWord


class Words:
    """BM25F as a system."""

    name, ranks_all = "BM25F", False

    def __init__(self, documents: Sequence[Document]) -> None:
        self._model = BM25F(analyse((d.id, d.title, d.text) for d in documents))
        places = {name: place for place, name in enumerate(self._model.ids)}
        self._places = np.array([places[document.id] for document in documents])

    def prepare(self) -> None:
        """Nothing: all of it is there."""

    def analyse(self, text: str) -> AnalysedQuery:
        """The query's content words with how often they stand in it; those of no document."""
        counts = {word: n for word, (n, _) in self._model.word_scores(text, 0).items()}
        known = self._model.vocabulary
        unknown = tuple(UnknownWord(word) for word in counts if word not in known)
        return AnalysedQuery({word: n for word, n in counts.items() if word in known}, (), unknown)

    def scores(self, text: str) -> Array:
        """Each document's score, float32 in the collection's order."""
        scores: Array = self._model.scores(text)[self._places]
        return scores

    def explain(self, text: str, row: int) -> Explanation:
        """What each word adds."""
        words = self._model.word_scores(text, int(self._places[row]))
        return Explanation(tuple(Match(word, n, word=added) for word, (n, added) in words.items()))
