"""Vectors of queries, which need a vocabulary and weights alone.

query_vectors(texts, vocabulary, weights)      # what the table says
searched_vectors(texts, vocabulary, weights)   # what the search takes: unknown words corrected
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from malmoi.encoder.vocabulary import Vocabulary
from malmoi.retrieval.query import QueryEncoder

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from malmoi.encoder.lexical import Lexical


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


def searched_vectors(
    texts: Sequence[str], vocabulary: Vocabulary, weights: NDArray[np.float32]
) -> csr_matrix:
    """Query vectors [texts, vocabulary] as an index makes them (`QueryEncoder.encode`).

    Words that the corpus doesn't have are corrected where it is clear what is meant, a name of the
    other script by its sound among them, and add nothing else.
    """
    return encoded(texts, search_encoder(vocabulary, weights), len(weights))


def search_encoder(vocabulary: Vocabulary | Lexical, weights: NDArray[np.float32]) -> QueryEncoder:
    """What an index encodes queries with; making one takes a while, with all words that it knows.

    Args:
        vocabulary: the pieces, or an encoder's lexical part, which has them.
        weights: of the pieces in queries [vocabulary].
    """
    token = vocabulary.tokenizer.id_to_token
    known = {str(token(i)): float(weights[i]) for i in sorted(vocabulary.content) if weights[i] > 0}
    # Words that are known for their translations alone weigh nothing: no document has them.
    missing = {i for i in vocabulary.content if not weights[i]}
    absent = frozenset(str(token(i)) for i in vocabulary.absent | missing)
    return QueryEncoder.of(vocabulary.tokenizer, known, absent)


def encoded(texts: Sequence[str], encoder: QueryEncoder, size: int) -> csr_matrix:
    """Query vectors [texts, size] of an encoder."""
    from scipy.sparse import csr_matrix

    rows = [encoder.dimensions(encoder.encode(text)) for text in texts]
    columns = np.array([i for row in rows for i in row], dtype=np.int64)
    values = np.array([weight for row in rows for weight in row.values()], dtype=np.float32)
    starts = np.cumsum([0, *map(len, rows)])
    return csr_matrix((values, columns, starts), shape=(len(texts), size))
