"""Two dense encoders as one, whose similarity is the weighted mean of theirs.

    encoder = passage_encoder("e5+use")
    encoder.embed_passages(texts)                        # (n, 896) float32, rows of length 1

e5 finds passages; USE knows words of two languages that e5 misses. Joined in one vector, they cost
one index and one search.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class QueryEncoder(Protocol):
    """What embeds queries; `weights` names its weights."""

    weights: str

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, rows of length 1."""
        ...


class PassageEncoder(QueryEncoder, Protocol):
    """What embeds passages too."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, rows of length 1."""
        ...


class JoinedQueries:
    """Queries by two encoders.

    Args:
        first: counts 1.
        second: counts `share`.
        share: of the second one's similarities.
    """

    def __init__(self, first: QueryEncoder, second: QueryEncoder, share: float) -> None:
        self._first, self._second, self.share = first, second, share
        self.weights = f"{first.weights} + {share:g} {second.weights}"
        self.identity = self.weights

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, rows of length 1; d is the sum of both."""
        return self._joined(self._first.embed_queries(texts), self._second.embed_queries(texts))

    def _joined(self, first: Vectors, second: Vectors) -> Vectors:
        both = np.hstack([first, np.float32(self.share**0.5) * second])
        vectors: Vectors = (both / np.float32((1 + self.share) ** 0.5)).astype(np.float32)
        return vectors


class Joined(JoinedQueries):
    """Queries and passages by two encoders."""

    def __init__(self, first: PassageEncoder, second: PassageEncoder, share: float) -> None:
        super().__init__(first, second, share)
        self._passages = first, second

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, rows of length 1."""
        first, second = self._passages
        return self._joined(first.embed_passages(texts), second.embed_passages(texts))
