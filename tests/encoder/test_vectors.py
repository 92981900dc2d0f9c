from __future__ import annotations

import numpy as np

from malmoi.encoder.idf import idf
from malmoi.encoder.lexical import Lexical
from malmoi.encoder.lexical_fit import lexical_vectors
from malmoi.encoder.vectors import query_vectors, search_encoder, searched_vectors
from malmoi.encoder.vocabulary import build
from malmoi.retrieval.query import CORRECTED
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


def test_a_searched_query_has_what_was_meant_in_place_of_what_nobody_has() -> None:
    texts = ["콘텐츠 목록을 만듭니다.", "크루거 국립공원에 갑니다.", "목록과 공원"]
    vocabulary = build(texts)
    lexical = Lexical(vocabulary.tokenizer, vocabulary.content)
    weights = idf(lexical_vectors(lexical, texts, len(vocabulary)), vocabulary)
    asked = ["컨텐츠 목록", "Kruger", "목록", "없는말들"]
    found = searched_vectors(asked, vocabulary, weights)
    table = query_vectors(["콘텐츠 목록", "크루거", "목록", ""], vocabulary, weights)
    assert found.shape == table.shape
    assert (found > 0).toarray().tolist() == (table > 0).toarray().tolist()
    name = table[1].indices[0]
    assert found[1, name] == np.float32(CORRECTED * table[1, name])
    np.testing.assert_array_equal(found[2].toarray(), table[2].toarray())


def test_a_word_without_weight_is_one_that_no_document_has() -> None:
    vocabulary = build(["콘텐츠 목록을 만듭니다.", "목록과 공원"])
    weights = np.ones(len(vocabulary), np.float32)
    assert not search_encoder(vocabulary, weights).analyse("공원").unknown
    weights[vocabulary.encode(["공원"])[0]] = 0
    unknown = search_encoder(vocabulary, weights).analyse("공원").unknown
    assert [word.word for word in unknown] == ["공원"]
