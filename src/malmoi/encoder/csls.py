"""Nearest words of two languages in one space, corrected for hubs.

    csls(k, e) = 2 cos(k, e) − r(k) − r(e)

where r(w) is the mean cosine of a word with its `NEIGHBOURS` nearest words of the other language:
words that are near to everything (hubs) lose by it (Conneau et al. 2018, "Word translation without
parallel data").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Indices = NDArray[np.int64]

NEIGHBOURS = 10
ROWS = 1024
"""Rows that are compared at once: with 40,000 columns 160 MB."""


@dataclass(frozen=True)
class Csls:
    """Similarities of two languages' words.

    Args:
        left: vectors of one language's words [m, d], rows of length 1.
        right: those of the other's [n, d].
    """

    left: Vectors
    right: Vectors
    _left_means: NDArray[np.float32]
    _right_means: NDArray[np.float32]

    @classmethod
    def of(cls, left: Vectors, right: Vectors) -> Csls:
        """Compare all words once, to know the hubs."""
        return cls(left, right, density(left, right), density(right, left))

    def scores(self, rows: Indices, columns: Indices) -> NDArray[np.float32]:
        """CSLS of single pairs [pairs], at most 2 and rarely above 1."""
        found = np.empty(len(rows), np.float32)
        for start in range(0, len(rows), 65_536):
            r, c = rows[start : start + 65_536], columns[start : start + 65_536]
            cosine = np.einsum("ij,ij->i", self.left[r], self.right[c])
            found[start : start + 65_536] = 2 * cosine - self._left_means[r] - self._right_means[c]
        return found

    def nearest(self, k: int) -> tuple[Indices, Indices]:
        """The pairs (rows, columns) of each left word with its `k` nearest right ones."""
        return _nearest(self.left, self.right, self._right_means, k)

    def nearest_of_right(self, k: int) -> tuple[Indices, Indices]:
        """The pairs (rows, columns) of each right word with its `k` nearest left ones."""
        columns, rows = _nearest(self.right, self.left, self._left_means, k)
        return rows, columns


def density(words: Vectors, others: Vectors) -> NDArray[np.float32]:
    """r of each word [words]: its mean cosine with its nearest of the `others`; 0 without any."""
    n = min(NEIGHBOURS, len(others))
    if not n or not len(words):
        return np.zeros(len(words), np.float32)
    rows = cosine_rows(words, others)
    return np.concatenate([np.partition(row, -n, axis=1)[:, -n:].mean(axis=1) for row in rows])


def cosine_rows(words: Vectors, others: Vectors) -> Iterator[Vectors]:
    """Cosines of words with all others [up to `ROWS`, others], one batch of words after another."""
    for start in range(0, len(words), ROWS):
        yield words[start : start + ROWS] @ others.T


def _nearest(words: Vectors, others: Vectors, hubs: Any, k: int) -> tuple[Indices, Indices]:
    k = min(k, len(others))
    best: Indices = np.empty((len(words), k), np.int64)
    for batch, cosines in enumerate(cosine_rows(words, others) if k else ()):
        places = np.argpartition(hubs - 2 * cosines, k - 1, axis=1)[:, :k]
        best[batch * ROWS : batch * ROWS + len(cosines)] = places
    return np.repeat(np.arange(len(words)), k), best.ravel()
