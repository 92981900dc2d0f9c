from __future__ import annotations

import numpy as np

from malmoi.encoder.vectors import query_vectors
from tests.helpers.tiny_student import tiny_parts


def test_a_query_is_the_presence_of_its_pieces_times_their_weights() -> None:
    vocabulary, _, weights = tiny_parts()
    texts = ["문서 인쇄 문서 문서", "그리고 모르는", "", "print 표"]
    matrix = query_vectors(texts, vocabulary, weights)
    presence = np.zeros(matrix.shape, np.float32)
    for row, pieces in enumerate(vocabulary.encode(texts)):
        presence[row, pieces] = 1
    np.testing.assert_array_equal(matrix.toarray(), presence * weights)
    assert matrix.shape == (4, len(vocabulary))
    assert matrix[1].nnz == matrix[2].nnz == 0
