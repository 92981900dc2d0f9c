"""Vectors of documents' passages in a byte a dimension, as a segment keeps them.

A vector is scaled by its own largest value, so that it uses all 127 levels; usual fixed scales of
unit vectors leave most of them empty and lose recall (docs/search.md has the figures).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.core.errors import StudentError

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

LEVELS = 127


@dataclass(frozen=True)
class PassageVectors:
    """Passages of documents, in the order of the documents; a document may have none.

    Attributes:
        levels: int8 [passages, width].
        scales: float32 [passages]; a vector is its levels times its scale.
        starts: int64 [documents + 1]; a document's passages are `starts[i]:starts[i + 1]`.
    """

    levels: Array
    scales: Array
    starts: Array

    @classmethod
    def quantised(cls, vectors: Array, counts: Sequence[int] | Array) -> PassageVectors:
        """Vectors as bytes, each of its own length still: one of length 1 has length 1.

        Args:
            vectors: float [passages, width], those of a document next to each other.
            counts: passages of each document.

        Raises:
            StudentError: a value is NaN or infinite, or the counts don't add up to the passages.
        """
        if len(vectors) != int(np.sum(counts)):
            raise StudentError(f"{len(vectors)} vectors for {int(np.sum(counts))} passages")
        if not np.isfinite(vectors).all():
            raise StudentError("The dense encoder gave NaN or infinite values; use another one.")
        largest = np.abs(vectors).max(1, initial=0)[:, None]
        levels = np.rint(vectors * (LEVELS / np.where(largest > 0, largest, 1))).astype(np.int8)
        lengths = np.linalg.norm(levels.astype(np.float32), axis=1)
        scales = np.linalg.norm(vectors, axis=1) / np.where(lengths > 0, lengths, 1)
        return cls(levels, scales.astype(np.float32), _starts(counts))

    @classmethod
    def none(cls, documents: int, width: int) -> PassageVectors:
        """Of documents that were not embedded."""
        empty = np.zeros((0, width), np.int8)
        return cls(empty, np.zeros(0, np.float32), np.zeros(documents + 1, np.int64))

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def counts(self) -> Array:
        """Passages of each document, int64 [documents]."""
        return np.diff(self.starts)

    @cached_property
    def floats(self) -> Array:
        """float32 [passages, width]; made at the first search and kept, since NumPy multiplies
        nothing but floats quickly."""
        return self.levels.astype(np.float32) * self.scales[:, None]

    def scores(self, query: Array) -> Array:
        """Each document's best passage by dot product, float32 [documents]; −inf without any."""
        best = np.full(len(self), -np.inf, np.float32)
        some = np.flatnonzero(self.counts)
        if len(some):
            products = self.floats @ query.astype(np.float32)
            best[some] = np.maximum.reduceat(products, self.starts[:-1][some])
        return best

    def take(self, rows: Array) -> PassageVectors:
        """The passages of some documents, in the order of `rows`, which ascend."""
        counts = self.counts
        kept = np.zeros(len(counts), bool)
        kept[rows] = True
        passages = np.repeat(kept, counts)
        return PassageVectors(self.levels[passages], self.scales[passages], _starts(counts[rows]))


def joined(parts: Sequence[PassageVectors]) -> PassageVectors:
    """The passages of several groups of documents, one after the other."""
    return PassageVectors(
        np.concatenate([part.levels for part in parts]),
        np.concatenate([part.scales for part in parts]),
        _starts(np.concatenate([part.counts for part in parts])),
    )


def _starts(counts: Sequence[int] | Array) -> Array:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])
