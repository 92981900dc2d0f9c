"""The neural part before any training: what its layer over the vocabulary starts as.

    rows, biases = head_from_queries(words, states, queries, vectors, slope)

A head's row is a word's vector in the space of the body, and a window's logit for the word is how
near the two are. `head_from_words` takes the body's own embedding of each word. Its sum over a
query's words is no good embedding of the query, though: a word alone is read unlike one in a
sentence. `head_from_queries` moves the words' vectors until their weighted sum is what the body
makes of whole sentences of the corpus, by ridge regression towards the words' own embeddings:

    E = E₀ + Xᵀ (X Xᵀ + λ)⁻¹ (Y − X E₀)      E₀ = a · (words − the mean of their script's)

X are the sentences' words, weighed as queries are and scaled to length 1, Y the body's embeddings
of the sentences without their mean. Nothing is iterated; it takes seconds.

A body has a direction for each language, by which all English words are farther from a Korean page
than the most foreign Korean one; without their script's mean, words of both languages are near what
they mean. Words that no document has (English ones that queries may have) get no vector of their
own from the sentences; they follow the others by the linear map that takes all words best to the
sentences.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Head = tuple[NDArray[np.float32], NDArray[np.float32]]

WITHIN_REACH = 0.8
"""The highest threshold of a head, as a share of the highest z that so many windows can have."""
RIDGE = 0.5
"""λ: how far the vectors of words stay what they were; .1 to 2 are about as good on half of
belebele_ko's questions and the help pages' development queries."""
MAP_RIDGE = 0.3
"""How far the map stays a mere scale, beside the words' own variance."""
MEASURED = 1000
"""Queries by which a head's scale is measured."""


def head_from_words(
    words: NDArray[np.float32],
    states: NDArray[np.float32],
    slope: float,
    threshold: float,
) -> Head:
    """Rows and biases of a head whose logits are slope·(z − threshold).

    z is the similarity of a word's embedding with a window's state, standardised over the windows.
    Of n windows none has a z above √(n − 1), so of a few the threshold is lower: else no word of
    theirs could be active.

    Args:
        words: embedding of each word [words, hidden].
        states: states of the corpus' windows [windows, hidden].
        slope: of a logit, per standard deviation of similarity.
        threshold: the z at which a logit is 0.
    """
    mean, deviation = np.empty(len(words)), np.empty(len(words))
    for start in range(0, len(words), 1024):
        part = words[start : start + 1024] @ states.T
        mean[start : start + 1024] = part.mean(1)
        deviation[start : start + 1024] = part.std(1)
    deviation = np.maximum(deviation, 1e-4)
    threshold = min(threshold, WITHIN_REACH * np.sqrt(max(len(states) - 1, 0)))
    rows = slope * words / deviation[:, None]
    return rows.astype(np.float32), (-slope * mean / deviation - slope * threshold).astype("f4")


def head_from_queries(
    words: NDArray[np.float32],
    states: NDArray[np.float32],
    queries: csr_matrix,
    vectors: NDArray[np.float32],
    slope: float,
    scripts: Sequence[str] = (),
    foreign: NDArray[np.bool_] | None = None,
) -> Head:
    """Rows and biases of a head whose logits, summed over a query's words, are slope·z.

    z is the similarity of the query with a window's state, standardised over the windows.

    Args:
        words: embedding of each word [words, hidden].
        states: states of the corpus' windows [windows, hidden].
        queries: weights of the words in sentences of the corpus [sentences, words].
        vectors: the body's embeddings of the sentences [sentences, hidden].
        slope: of a logit, per standard deviation of similarity of a query of length 1.
        scripts: of each word (none: all words are of one).
        foreign: whether each word stands in no document [words] (None: none does).
    """
    kept = queries.getnnz(1) > 0
    queries, vectors = _of_length_one(queries[kept]), vectors[kept]
    words, mean = _centred(words, scripts), states.mean(0)
    fitted = words
    if len(vectors):
        vectors = vectors - vectors.mean(0)
        fitted = fit_words(words, queries, vectors)
        if foreign is not None and foreign.any():
            fitted[foreign] = words[foreign] @ fit_map(words, queries, vectors)
    seen = queries[:MEASURED] @ fitted if len(vectors) else fitted[:MEASURED]
    deviation = max(float((seen @ (states - mean).T).std(1).mean()), 1e-6)
    rows = slope / deviation * fitted
    return rows.astype(np.float32), (-rows @ mean).astype(np.float32)


def fit_words(
    words: NDArray[np.float32], queries: csr_matrix, vectors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Vectors of words [words, hidden] whose sums over queries are near the queries' own.

    Args:
        words: what they begin with [words, hidden].
        queries: weights of words in queries [queries, words], rows of length 1.
        vectors: of the queries [queries, hidden].
    """
    begun = words * _scale(queries @ words, vectors)
    kernel = (queries @ queries.T).toarray() + RIDGE * np.eye(queries.shape[0])
    change: NDArray[np.float32] = queries.T @ np.linalg.solve(kernel, vectors - queries @ begun)
    return begun + change


def fit_map(
    words: NDArray[np.float32], queries: csr_matrix, vectors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The map [hidden, hidden] from words to vectors whose sums over queries are near the queries'.

    Args:
        words: their own vectors [words, hidden].
        queries: weights of words in queries [queries, words], rows of length 1.
        vectors: of the queries [queries, hidden].
    """
    sums = queries @ words
    gram, unit = sums.T @ sums, np.eye(words.shape[1], dtype=np.float32)
    ridge = MAP_RIDGE * float(np.trace(gram)) / len(gram)
    wanted = sums.T @ vectors + ridge * _scale(sums, vectors) * unit
    found: NDArray[np.float32] = np.linalg.solve(gram + ridge * unit, wanted)
    return found


def _scale(sums: NDArray[np.float32], vectors: NDArray[np.float32]) -> float:
    """The factor by which sums come nearest to vectors (least squares)."""
    size = float((sums * sums).sum())
    return float((sums * vectors).sum()) / size if size else 1.0


def script_of(word: str) -> str:
    """ "hangul", "latin" or "other", by a word's first character."""
    name = unicodedata.name(word[:1] or " ", "")
    return next((s for s in ("hangul", "latin") if name.startswith(s.upper())), "other")


def _centred(words: NDArray[np.float32], scripts: Sequence[str]) -> NDArray[np.float32]:
    """Words' vectors without the mean of their script's."""
    kinds = np.array(scripts or [""] * len(words))
    centred = words.copy()
    for kind in np.unique(kinds):
        centred[kinds == kind] -= words[kinds == kind].mean(0)
    return centred


def _of_length_one(rows: csr_matrix) -> csr_matrix:
    """Rows of a sparse matrix, none of which is empty, scaled to length 1."""
    from scipy.sparse import csr_matrix, diags

    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(1)).ravel())
    return csr_matrix(diags(1 / lengths) @ rows)
