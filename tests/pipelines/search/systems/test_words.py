from __future__ import annotations

import numpy as np
import pytest

from malmoi.pipelines.search.systems.words import Words
from malmoi.retrieval.bm25 import BM25F
from tests.helpers.served_run import DOCUMENTS


def test_scores_are_those_of_bm25f_in_the_collections_order():
    documents = DOCUMENTS[:5]
    words = Words(documents)
    (ids, scores) = BM25F([(d.id, d.title, d.text) for d in documents]).search(["표에 행 삽입"])[0]
    expected = np.zeros(5, np.float32)
    for name, score in zip(ids, scores, strict=True):
        expected[[d.id for d in documents].index(name)] = score
    assert words.scores("표에 행 삽입") == pytest.approx(expected)


def test_words_add_up_to_the_score_and_the_lacking_ones_are_there():
    words = Words(DOCUMENTS[:5])
    explained = words.explain("행 행 삽입 우주선", 1)
    assert sum(m.contribution for m in explained.matches) == pytest.approx(
        float(words.scores("행 행 삽입 우주선")[1])
    )
    weights = {m.token: (m.query_weight, m.document_weight > 0) for m in explained.matches}
    assert weights == {"행": (2.0, True), "삽입": (1.0, False), "우주선": (1.0, False)}


def test_words_of_no_document_are_unknown():
    analysed = Words(DOCUMENTS[:5]).analyse("삽입 우주선")
    assert analysed.weights == {"삽입": 1.0}
    assert [word.word for word in analysed.unknown] == ["우주선"]
