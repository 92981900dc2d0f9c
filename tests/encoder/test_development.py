from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from malmoi.corpora.corpus import Query
from malmoi.encoder.building import document_encoder
from malmoi.encoder.development import Development, mean_ndcg
from malmoi.encoder.vectors import query_vectors
from malmoi.models.vectors import to_matrix
from malmoi.retrieval.scores import search_matrix
from tests.helpers.tiny_student import DOCUMENTS, tiny_base, tiny_encoder, tiny_parts

DEV = [
    Query("a", "문서 인쇄", "ko"),
    Query("b", "표 삽입", "ko"),
    Query("c", "매크로", "ko"),
    Query("d", "nothing known", "en"),
]
QRELS = {"a": {"print": 1}, "b": {"table": 1}, "c": {"print": 1}, "d": {"font": 1}}


def test_development_is_the_mean_of_the_languages() -> None:
    vocabulary, lexical, weights = tiny_parts()
    matrix = to_matrix(lexical.vectors(list(DOCUMENTS.values())), len(vocabulary))
    asked = query_vectors([query.text for query in DEV], vocabulary, weights)
    hits = search_matrix(asked, matrix, list(DOCUMENTS), 100)
    ranking = {query.id: hit for query, hit in zip(DEV, hits, strict=True)}
    assert mean_ndcg(ranking, DEV, QRELS) == pytest.approx({"ko": 2 / 3, "en": 0, "ndcg@10": 1 / 3})
    assert mean_ndcg({}, [], QRELS) == {"ndcg@10": 0.0}


def test_an_encoder_is_measured_also_in_another_process(tmp_path: Path) -> None:
    vocabulary, _, _ = tiny_parts()
    texts = list(DOCUMENTS.values())
    measure = pickle.loads(
        pickle.dumps(Development(vocabulary, texts, list(DOCUMENTS), DEV, QRELS))
    )
    encoder = tiny_encoder(tiny_base(tmp_path))
    document_encoder(encoder).neural = False
    assert measure(encoder) == pytest.approx({"ko": 2 / 3, "en": 0, "ndcg@10": 1 / 3})
