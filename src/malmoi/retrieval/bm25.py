"""BM25 and BM25F over content words: the baselines that know nothing but words.

One model serves both. BM25F (Robertson, Zaragoza and Taylor 2004, "Simple BM25 extension to
multiple weighted fields") mixes the fields' term frequencies, each normalised by its own field's
length, before saturation:

    tf(w, d) = Σ_field  weight · count / (1 − b + b · length / mean length)
    score(q, d) = Σ_w∈q  idf(w) · tf / (k1 + tf),   idf(w) = ln(1 + (N − df + ½) / (df + ½))

With one field this is BM25 in Lucene's variant (no factor k1 + 1), as bm25s has it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from malmoi.core.errors import SourceError
from malmoi.evaluation.metrics import Run
from malmoi.retrieval.synonyms import Synonyms, with_synonyms
from malmoi.text.morphemes import content_words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

Hits = tuple[list[str], list[float]]
"""Document ids and their scores, best first."""


@dataclass(frozen=True, slots=True)
class AnalysedDocuments:
    """Documents as content words, made once and shared by every lexical baseline."""

    ids: tuple[str, ...]
    titles: tuple[list[str], ...]
    texts: tuple[list[str], ...]

    def only(self, ids: Collection[str]) -> AnalysedDocuments:
        """These documents alone, in the order that they are in."""
        places = [place for place, name in enumerate(self.ids) if name in ids]
        return AnalysedDocuments(
            tuple(self.ids[place] for place in places),
            tuple(self.titles[place] for place in places),
            tuple(self.texts[place] for place in places),
        )


def analyse(documents: Iterable[tuple[str, str, str]]) -> AnalysedDocuments:
    """Split (id, title, text) triples into content words.

    Raises:
        SourceError: there are no documents, or two have one id.
    """
    documents = list(documents)
    ids = tuple(identifier for identifier, _, _ in documents)
    if not ids:
        raise SourceError("there are no documents to search; check the corpus")
    if len(set(ids)) < len(ids):
        double = next(name for name, n in Counter(ids).items() if n > 1)
        raise SourceError(f"two documents have the id {double!r}; ids must be unique")
    once: dict[str, str] = {}  # a large corpus repeats its words millions of times
    titles, texts = (
        tuple([once.setdefault(word, word) for word in words] for words in content_words_of(each))
        for each in ([title for _, title, _ in documents], [text for _, _, text in documents])
    )
    return AnalysedDocuments(ids, titles, texts)


@dataclass(frozen=True, slots=True)
class Weights:
    """k1 ≥ 0 (saturation), b's in [0, 1] (length normalisation), weight of the title's words."""

    k1: float = 1.2
    b_text: float = 0.75
    b_title: float = 0.75
    title: float = 3.0


class BM25F:
    """Ranks documents by title and text as two fields."""

    def __init__(
        self,
        documents: AnalysedDocuments | Iterable[tuple[str, str, str]],
        weights: Weights | None = None,
    ) -> None:
        if not isinstance(documents, AnalysedDocuments):
            documents = analyse(documents)
        # Ids descending: equal scores then come out in trec_eval's order.
        order = sorted(range(len(documents.ids)), key=lambda i: documents.ids[i].encode())[::-1]
        self.ids = [documents.ids[i] for i in order]
        self.vocabulary: dict[str, int] = {}
        fields = self._fields(documents)
        for words in (text for field in fields for text in field):
            for word in words:
                self.vocabulary.setdefault(word, len(self.vocabulary))
        self._counts = [count_words((field[i] for i in order), self.vocabulary) for field in fields]
        self.has_titles = any(documents.titles)
        present = sum(self._counts) > 0
        frequency = np.asarray(present.sum(axis=0)).ravel()
        self._idf = np.log1p((len(self.ids) - frequency + 0.5) / (frequency + 0.5))
        lengths = [np.asarray(counts.sum(axis=1)).ravel() for counts in self._counts]
        self._means = [max(each.mean(), 1e-9) for each in lengths]
        self.set_weights(weights or Weights())

    def only(self, ids: Collection[str]) -> Self:
        """A model that ranks these documents alone, with the statistics of all."""
        model = copy(self)
        rows = [row for row, name in enumerate(self.ids) if name in ids]
        model.ids = [self.ids[row] for row in rows]
        model._counts = [counts[rows] for counts in self._counts]
        model.set_weights(self.weights)
        return model

    def _fields(self, documents: AnalysedDocuments) -> list[Sequence[list[str]]]:
        return [documents.texts, documents.titles]

    def _field_weights(self) -> list[tuple[float, float]]:
        """(weight, b) of each field."""
        return [(1.0, self.weights.b_text), (self.weights.title, self.weights.b_title)]

    def set_weights(self, weights: Weights) -> None:
        """Compute the documents' word weights again; counts and IDF stay."""
        from scipy.sparse import diags

        self.weights = weights
        mixed: Any = 0
        fields = zip(self._counts, self._means, self._field_weights(), strict=True)
        for counts, mean, (weight, b) in fields:
            norms = 1 - b + b * np.asarray(counts.sum(axis=1)).ravel() / mean
            mixed = mixed + diags(weight / np.maximum(norms, 1e-9)) @ counts
        mixed = mixed.tocsr()
        self._frequencies = mixed.T.tocsr()
        mixed.data = mixed.data / (weights.k1 + mixed.data)
        self._words = (mixed @ diags(self._idf)).T.tocsr().astype(np.float32)

    def search(
        self,
        queries: Iterable[str | Sequence[str]],
        k: int = 100,
        synonyms: Synonyms[str] | None = None,
    ) -> list[Hits]:
        """The best `k` documents of each query (a text, or its content words).

        Documents that share no word with the query are not returned, so fewer than `k` may be.
        With `synonyms` a word or a run of words also matches where its alternatives stand.
        """
        queries = list(queries)
        texts = [query for query in queries if isinstance(query, str)]
        analysed = iter(content_words_of(texts) if texts else ())
        words = [next(analysed) if isinstance(query, str) else query for query in queries]
        if synonyms is None:
            matrix, rows = count_words(words, self.vocabulary), self._words
        else:
            matrix, rows = with_synonyms(
                words, synonyms, self.vocabulary, self._frequencies, self.weights.k1
            )
        hits: list[Hits] = []
        for start in range(0, len(queries), 512):
            scores = (matrix[start : start + 512] @ rows).toarray()
            for row in scores:
                best = top_k(row, k)
                best = best[row[best] > 0]
                hits.append(([self.ids[i] for i in best], row[best].tolist()))
        return hits

    def scores(self, query: str) -> NDArray[np.float32]:
        """Each document's score, in the order of `ids`; 0 where it shares no word with a query."""
        matrix = count_words(content_words_of([query]), self.vocabulary)
        scores: NDArray[np.float32] = (matrix @ self._words).toarray()[0]
        return scores

    def word_scores(self, query: str, place: int) -> dict[str, tuple[float, float]]:
        """What each word of a query gives the document at a place of `ids`.

        Returns:
            Word → how often it stands in the query, and what one of it adds to the score (0 where
            the document doesn't have it), in reading order; their products add up to the score.
        """
        counts = Counter(next(iter(content_words_of([query]))))
        known = [word for word in counts if word in self.vocabulary]
        rows = self._words[[self.vocabulary[word] for word in known], place].toarray().ravel()
        added = dict(zip(known, rows.tolist(), strict=True))
        return {word: (float(n), added.get(word, 0.0)) for word, n in counts.items()}

    def run(
        self,
        queries: Sequence[tuple[str, str | Sequence[str]]],
        k: int = 100,
        synonyms: Synonyms[str] | None = None,
    ) -> Run:
        """`search` for (query id, query) pairs, as a run."""
        hits = self.search([query for _, query in queries], k, synonyms)
        return {
            identifier: list(zip(*hit, strict=True))
            for (identifier, _), hit in zip(queries, hits, strict=True)
        }


class BM25(BM25F):
    """Ranks documents by title and text as one field, with `Weights.k1` and `Weights.b_text`."""

    def _fields(self, documents: AnalysedDocuments) -> list[Sequence[list[str]]]:
        pairs = zip(documents.titles, documents.texts, strict=True)
        return [[title + text for title, text in pairs]]

    def _field_weights(self) -> list[tuple[float, float]]:
        return [(1.0, self.weights.b_text)]


def count_words(texts: Iterable[Iterable[str]], vocabulary: dict[str, int]) -> csr_matrix:
    """Counts of known words: one row a text, one column a word of `vocabulary`."""
    from scipy.sparse import csr_matrix

    columns: list[int] = []
    ends = [0]
    for words in texts:
        columns.extend(vocabulary[word] for word in words if word in vocabulary)
        ends.append(len(columns))
    counts = csr_matrix(
        (np.ones(len(columns), np.float32), columns, ends), (len(ends) - 1, len(vocabulary))
    )
    counts.sum_duplicates()
    return counts


def top_k(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Places of the `k` highest scores, best first; equal scores in the order of their places."""
    if k < len(scores):
        threshold = np.partition(scores, len(scores) - k)[len(scores) - k]
        places = np.flatnonzero(scores >= threshold)
    else:
        places = np.arange(len(scores))
    best: NDArray[np.int64] = places[np.argsort(-scores[places], kind="stable")][:k]
    return best
