from __future__ import annotations

import pytest

from malmoi.core.errors import SourceError
from malmoi.retrieval.bm25 import BM25, BM25F, AnalysedDocuments, Weights
from malmoi.retrieval.tuning import tune


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
