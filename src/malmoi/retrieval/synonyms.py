"""Synonyms at search time: what a query's words may be replaced by, and how BM25 scores that.

A *term* is a run of tokens (content words for BM25, pieces for the sparse encoder). A query is read
as Lucene's SynonymGraphFilter reads it: from the left, the longest term that has synonyms first,
and what a longer term has taken is not looked up again.

Scores are those of Lucene's SynonymQuery: a term and its alternatives count as one word,

    tf = Σ weight · tf(alternative),   idf = the smallest of theirs,   score = idf · tf / (k1 + tf)

so that "kerning", which no Korean page holds, weighs what "자간" does and not what the rarest word
of all would. An alternative of several words has the smallest tf of them, and as document frequency
the number of documents that hold all: a phrase without its order. A term of several words is scored
by its own words as ever; its alternatives come as one word more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

T = TypeVar("T", str, int)


@dataclass(frozen=True)
class Synonyms(Generic[T]):
    """Term → its alternatives, each with a weight (above 0, at most 1). No term is empty."""

    entries: Mapping[tuple[T, ...], Mapping[tuple[T, ...], float]]

    def terms(self, tokens: Sequence[T]) -> list[tuple[T, ...]]:
        """`tokens` as terms that have synonyms, and single tokens that have none, in order."""
        return [tuple(tokens[start:end]) for start, end in self.spans(tokens)]

    def spans(self, tokens: Sequence[T]) -> list[tuple[int, int]]:
        """`terms` as places: (first token, the one after the last)."""
        longest = max(map(len, self.entries), default=1)
        found: list[tuple[int, int]] = []
        at = 0
        while at < len(tokens):
            width = next(
                (
                    n
                    for n in range(min(longest, len(tokens) - at), 1, -1)
                    if tuple(tokens[at : at + n]) in self.entries
                ),
                1,
            )
            found.append((at, at + width))
            at += width
        return found


def with_synonyms(
    queries: Sequence[Sequence[str]],
    synonyms: Synonyms[str],
    vocabulary: Mapping[str, int],
    frequencies: csr_matrix,
    k1: float,
) -> tuple[csr_matrix, csr_matrix]:
    """What scores `queries` when multiplied: how often each has a term, and the terms' scores.

    Args:
        queries: content words of each.
        synonyms: over content words.
        vocabulary: word → row of `frequencies`.
        frequencies: [words, documents] term frequencies, normalised by length, before saturation.
        k1: saturation.

    Returns:
        counts [queries, terms] and scores [terms, documents], float32.
    """
    from scipy.sparse import csr_matrix, diags

    numbers: dict[tuple[tuple[str, ...], bool], int] = {}
    columns: list[int] = []
    ends = [0]
    for words in queries:
        for term in synonyms.terms(words):
            # A longer term is its words as ever, and its alternatives as one word more.
            parts = [(term, False)]
            if len(term) > 1:
                parts += [((word,), True) for word in term]
            columns += [numbers.setdefault(part, len(numbers)) for part in parts]
        ends.append(len(columns))
    counts = csr_matrix(
        (np.ones(len(columns), np.float32), columns, ends), (len(queries), len(numbers))
    )
    counts.sum_duplicates()

    phrases: dict[tuple[str, ...], int] = {}
    of, phrase_of, weights = [], [], []
    for (term, alone), number in numbers.items():
        alternatives = {} if alone else dict(synonyms.entries.get(term, {}))
        if len(term) == 1:
            alternatives[term] = 1.0
        for alternative, weight in alternatives.items():
            if all(word in vocabulary for word in alternative):
                of.append(number)
                phrase_of.append(phrases.setdefault(alternative, len(phrases)))
                weights.append(weight)
    tf = _phrase_frequencies(list(phrases), vocabulary, frequencies)
    documents = frequencies.shape[1]
    present = np.diff(tf.indptr)
    idf = np.full(len(numbers), np.inf)
    np.minimum.at(idf, of, np.log1p((documents - present + 0.5) / (present + 0.5))[phrase_of])
    scores = csr_matrix((weights, (of, phrase_of)), (len(numbers), len(phrases))) @ tf
    scores.data = scores.data / (k1 + scores.data)
    return counts, (diags(np.where(np.isfinite(idf), idf, 0.0)) @ scores).tocsr().astype(np.float32)


def _phrase_frequencies(
    phrases: Sequence[tuple[str, ...]], vocabulary: Mapping[str, int], frequencies: csr_matrix
) -> csr_matrix:
    """[phrases, documents]: the smallest frequency of a phrase's words."""
    longest = max(map(len, phrases), default=1)
    rows = [[vocabulary[word] for word in (*p, *p[:1] * (longest - len(p)))] for p in phrases]
    padded = np.array(rows, np.int64).reshape(len(phrases), longest)
    found = frequencies[padded[:, 0]]
    for place in range(1, longest):
        found = found.minimum(frequencies[padded[:, place]])
    found.eliminate_zeros()
    return found
