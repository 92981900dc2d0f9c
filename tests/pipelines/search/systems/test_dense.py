from __future__ import annotations

import numpy as np
import pytest

from malmoi.models import dense
from malmoi.pipelines.search.systems.dense import Hybrid, Similarity, open_similarity
from malmoi.pipelines.search.systems.student import Student
from malmoi.retrieval.fusion import standardised_sum
from malmoi.retrieval.passages import passage_texts
from tests.helpers.served_run import DOCUMENTS
from tests.helpers.toy_encoder import Characters, open_characters

TEXTS = [d.full_text.encode("utf-8", "replace").decode() for d in DOCUMENTS]


@pytest.fixture
def similar():
    cut = [passage_texts(d, 5) for d in DOCUMENTS[:4]]
    encoder = Characters()
    vectors = encoder.embed_passages([text for each in cut for text in each])
    return Similarity(vectors, [len(each) for each in cut], encoder)


def test_a_document_has_its_best_passages_similarity(similar):
    scores = similar.scores("문서 인쇄")
    assert scores.argmax() == 2
    assert similar.explain("문서 인쇄", 2).similarity == pytest.approx(float(scores[2]))
    assert similar.analyse("문서 인쇄").weights == {}
    assert similar.scores("  ").tolist() == [0.0] * 4


def test_a_query_is_embedded_once(similar):
    similar.scores("문서 인쇄")
    before = similar._encoder.embedded
    similar.explain("문서 인쇄", 1)
    assert similar._encoder.embedded == before


def test_a_hybrid_is_the_sum(run):
    cut = [passage_texts(d, 80) for d in DOCUMENTS]
    encoder = Characters()
    texts = [text.encode("utf-8", "replace").decode() for each in cut for text in each]
    similar = Similarity(encoder.embed_passages(texts), list(map(len, cut)), encoder)
    student = Student("v2", run / "student-v2", TEXTS)
    hybrid = Hybrid(student, similar)
    expected = standardised_sum(student.scores("행"), similar.scores("행"))
    assert hybrid.scores("행") == pytest.approx(expected)
    explained = hybrid.explain("행", 0)
    total = sum(m.contribution for m in explained.matches) + explained.similarity
    assert total == pytest.approx(float(expected[0]), rel=1e-5)
    assert hybrid.name == "v2 + dense"


def test_what_a_run_has_not_embedded_is_not_embedded_now(tmp_path, monkeypatch):
    monkeypatch.setattr(dense, "open_encoder", open_characters)
    monkeypatch.setattr(dense, "query_encoder", lambda name: Characters())
    documents = DOCUMENTS[:4]
    assert open_similarity(documents, 80, "", tmp_path / "none") is None
    folder = tmp_path / "embeddings"
    folder.mkdir()
    assert open_similarity(documents, 80, "", folder) is None
    cut = [text for d in documents for text in passage_texts(d, 80)]
    open_characters("", folder).embed_passages(cut)
    before = sorted(folder.rglob("*"))
    opened = open_similarity(documents, 80, "", folder)
    assert opened is not None
    assert np.argmax(opened.scores("암호로 저장")) == 3
    assert sorted(folder.rglob("*")) == before, "a run is only read"


def test_preparing_loads_the_encoder(similar):
    similar.prepare()
    before = similar._encoder.embedded
    similar.prepare()
    assert similar._encoder.embedded == before
