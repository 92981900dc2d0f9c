"""Vectors of queries, which need a vocabulary and weights alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from malmoi.encoder.vocabulary import Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix


def query_vectors(
    texts: Sequence[str], vocabulary: Vocabulary, weights: NDArray[np.float32]
) -> csr_matrix:
    """Query vectors [texts, vocabulary]: each content piece once, times its weight."""
    from scipy.sparse import csr_matrix

    ids = [sorted(set(pieces)) for pieces in vocabulary.encode(texts)]
    starts = np.cumsum([0, *map(len, ids)])
    flat = np.array([i for pieces in ids for i in pieces], dtype=np.int64)
    shape = (len(texts), len(weights))
    matrix = csr_matrix((weights[flat], flat, starts), shape=shape, dtype=np.float32)
    matrix.eliminate_zeros()
    return matrix
