from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from malmoi.core.errors import SourceError
from malmoi.retrieval.bm25 import BM25, BM25F, AnalysedDocuments, Weights
from malmoi.retrieval.fusion import DENSE_WEIGHT
from malmoi.retrieval.index.manifest import DenseModel
from malmoi.retrieval.index.passage_vectors import PassageVectors
from malmoi.retrieval.index.vector_index import VectorIndex
from malmoi.retrieval.tuning import tune, tune_dense_weight


def analysed(pairs: list[tuple[list[str], list[str]]]) -> AnalysedDocuments:
    return AnalysedDocuments(
        tuple(f"d{i}" for i in range(len(pairs))),
        tuple(title for title, _ in pairs),
        tuple(text for _, text in pairs),
    )


def test_tune_picks_the_better_setting_and_keeps_it():
    documents = analysed(
        [([w], ["나"] * 3) for w in "가다라마바"] + [(["사"], [w] * 3) for w in "가다라마바"]
    )
    model = BM25F(documents, Weights(title=0.01))
    queries = [(w, [w]) for w in "가다라마바"]
    qrels = {w: {f"d{i}": 1} for i, w in enumerate("가다라마바")}
    tuned = tune(model, queries, qrels)
    assert tuned.ndcg == 1.0
    assert model.weights == tuned.weights
    assert tuned.weights.title > 0.01
    assert "nDCG@10 1.000" in str(tuned)
    assert model.search([["가"]])[0][0][0] == "d0"


def test_there_must_be_queries_to_tune_on():
    with pytest.raises(SourceError, match="no development queries"):
        tune(BM25([("a", "표", "행")]), [], {})


@pytest.mark.parametrize(
    ("kind", "title", "titled"), [(BM25, ["나"], False), (BM25F, [], False), (BM25F, ["나"], True)]
)
def test_weights_of_titles_are_only_named_where_they_count(kind, title, titled):
    model = kind(analysed([(title, [w] * 3) for w in "가다라"]))
    tuned = tune(model, [("q", ["가"])], {"q": {"d0": 1}})
    assert ("title" in str(tuned)) is titled
    assert "k1 = " in str(tuned)
    assert (tuned.tried > 12) is titled


@pytest.fixture
def both_sided(tmp_path: Path) -> SimpleNamespace:
    """Three documents: words are for the first, the vector is for the second."""
    vectors = VectorIndex.create(tmp_path / "index", 2)
    vectors.embed_with(DenseModel("toy", "toy", 2, 80))
    passages = PassageVectors.quantised(np.float32([[0, 1], [1, 0], [0.1, 0.9]]), [1, 1, 1])
    sparse = csr_matrix(np.float32([[5, 0], [0, 1], [0, 1]]))
    vectors.add(["words", "sense", "other"], ["", "", ""], [1, 2, 3], sparse, passages)
    encoder = SimpleNamespace(encode=lambda text: {text: 1.0}, dimensions=lambda found: {0: 1.0})
    embedder = SimpleNamespace(embed=lambda text: np.float32([1, 0]))
    return SimpleNamespace(vectors=vectors, query_encoder=encoder, query_embedder=embedder)


def test_the_weight_of_similarity_is_the_one_that_finds_what_was_asked(both_sided):
    by_words, by_sense = {"q": {"words": 1}}, {"q": {"sense": 1}}
    assert tune_dense_weight(both_sided, [("q", "말")], by_words, (0.5, 9.0)) == 0.5
    assert tune_dense_weight(both_sided, [("q", "말")], by_sense, (0.5, 9.0)) in {DENSE_WEIGHT, 9.0}
    everything = {"q": {"words": 1, "sense": 1, "other": 1}}
    assert tune_dense_weight(both_sided, [("q", "말")], everything) == DENSE_WEIGHT
    with pytest.raises(SourceError, match="no development queries"):
        tune_dense_weight(both_sided, [], by_words)
