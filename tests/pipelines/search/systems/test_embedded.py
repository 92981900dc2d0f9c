from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from malmoi.pipelines.search.systems.dense import Hybrid, IndexSimilarity
from malmoi.pipelines.search.systems.embedded import Embedded
from malmoi.retrieval.index.index import Index
from malmoi.retrieval.index.manifest import DenseModel
from malmoi.retrieval.index.passage_vectors import PassageVectors
from malmoi.retrieval.index.vector_index import VectorIndex
from malmoi.retrieval.query import QueryEncoder
from tests.helpers.served_run import DOCUMENTS, TRANSLATED, fitted

IDS = [document.id for document in DOCUMENTS[:5]]


class Fixed:
    def embed(self, text):
        return np.array([1.0, 0.0], np.float32)


@pytest.fixture
def index(run, tmp_path):
    """v2's documents in two batches, one of which has lost a document."""
    fit = fitted(TRANSLATED)
    made = VectorIndex.create(tmp_path / "index", fit.vectors.shape[1])
    made.embed_with(DenseModel("fixed", "w", 2, 80))
    for rows in (range(3), range(3, 6)):
        ids = [DOCUMENTS[r].id for r in rows]
        vectors = csr_matrix(fit.vectors[list(rows)])
        angles = np.array([[np.cos(r), np.sin(r)] for r in rows], np.float32)
        passages = PassageVectors.quantised(angles, [1] * len(ids))
        made.add(ids, [DOCUMENTS[r].title for r in rows], [1] * len(ids), vectors, passages)
    made.delete([DOCUMENTS[5].id])
    found = Index(made, QueryEncoder(run / "student-v2" / "model"))
    found.query_embedder = Fixed()
    return found


def test_scores_are_those_of_the_search(index):
    tokens = Embedded(index, IDS)
    assert list(index.vectors.ids()) == IDS
    assert list(index.vectors.titles()) == [d.title for d in DOCUMENTS[:5]]
    scores = dict(zip(IDS, tokens.scores("표에 행 삽입").tolist(), strict=True))
    found = index.search("표에 행 삽입", 10)
    assert len(found) > 1
    assert all(result.score == pytest.approx(scores[result.id]) for result in found)


def test_hybrid_scores_are_those_of_the_hybrid_search(index):
    both = Hybrid(Embedded(index, IDS), IndexSimilarity(index, len(IDS)))
    scores = dict(zip(IDS, both.scores("행").tolist(), strict=True))
    for result in index.search("행", 10, hybrid=True):
        assert result.score == pytest.approx(scores[result.id], abs=1e-5)
        assert both.explain("행", IDS.index(result.id)).similarity == pytest.approx(result.dense)


def test_an_explanation_has_the_tokens_that_lack_too(index):
    explained = Embedded(index, IDS).explain("표 인쇄", 2)
    weights = {m.token: m.unsplit > 0 for m in explained.matches}
    assert weights == {"표": False, "인쇄": True}
    assert explained.similarity == 0
    assert index.vectors.matches({3: 1.0}, "nowhere") == {}
