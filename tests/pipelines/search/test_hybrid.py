"""The row of hybrid search against brute force, and its price."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pytest

from malmoi.evaluation.metrics import index_bytes, per_query
from malmoi.models import dense
from malmoi.pipelines.search import hybrid
from malmoi.pipelines.search.context import SearchContext
from malmoi.recipe import SearchRecipe
from malmoi.retrieval.fusion import DENSE_WEIGHT, standardised
from malmoi.retrieval.passages import DensePassages
from malmoi.runs.run import Run
from tests.helpers.toy_encoder import open_characters
from tests.pipelines.search.test_evaluation import CORPUS, IDS, QUERIES, student


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SearchContext:
    monkeypatch.setattr(dense, "open_encoder", open_characters)
    made = SearchContext(cast("Run", None), SearchRecipe(name="toy"))
    made.whole = CORPUS
    made.passages = made.hybrid_passages = DensePassages(CORPUS.documents, 5, "", tmp_path)
    monkeypatch.setattr(SearchContext, "dev", property(lambda _: list(QUERIES)))
    return made


def sparse() -> hybrid.Sparse:
    made = student()
    return hybrid.Sparse("v2", made.queries, made.documents)


def test_scores_are_the_students_and_the_standardised_similarities(context: SearchContext) -> None:
    made = sparse()
    found = hybrid.ranking(context, made, QUERIES)
    assert list(found) == [query.id for query in QUERIES]
    for query in QUERIES:
        scores = (made.encode([query.text]) @ made.documents.T).toarray()[0]
        vector = context.passages.encoder().embed_queries([query.text])
        similar = context.passages.similarities(vector, IDS)[0]
        expected = dict(zip(IDS, scores + DENSE_WEIGHT * standardised(similar), strict=True))
        assert len(found[query.id]) == len(IDS)
        for name, score in found[query.id]:
            assert score == pytest.approx(expected[name], abs=1e-4)
        given = [score for _, score in found[query.id]]
        assert given == sorted(given, reverse=True)


def test_weights_are_of_a_querys_language(context: SearchContext) -> None:
    made = sparse()
    (first, *_) = QUERIES
    both = [hybrid.ranking(context, made, [first], {first.language: w}) for w in (0.0, 6.0)]
    (own, similar) = (dict(found[first.id]) for found in both)
    scores = (made.encode([first.text]) @ made.documents.T).toarray()[0]
    assert own == pytest.approx(dict(zip(IDS, scores.tolist(), strict=True)), abs=1e-4)
    assert own != similar
    other = hybrid.ranking(context, made, [first], {"xx": 0.0})
    assert other == hybrid.ranking(context, made, [first])


def test_development_queries_choose_the_weight_where_there_are_enough(
    context: SearchContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sparse()
    assert hybrid.chosen_weights(context, made) == {}
    monkeypatch.setattr(hybrid, "LEAST", 1)
    chosen = hybrid.chosen_weights(context, made)
    assert set(chosen) == {query.language for query in QUERIES}
    for language, weight in chosen.items():
        asked = [query for query in QUERIES if query.language == language]
        names = [query.id for query in asked]
        values = {
            w: per_query(hybrid.ranking(context, made, asked, {language: w}), CORPUS.qrels, names)[
                "nDCG@10"
            ].mean()
            for w in (DENSE_WEIGHT, *hybrid.WEIGHTS)
        }
        assert values[weight] == max(values.values())
        assert weight == DENSE_WEIGHT or values[weight] > values[DENSE_WEIGHT]


def test_weights_are_said() -> None:
    assert hybrid.described({}) == "3"
    assert hybrid.described({"ko": 3, "en": 0.5}).startswith("0.5 (en), 3 (ko), chosen on")


def test_the_price_is_that_of_both_and_of_the_time_it_takes(context: SearchContext) -> None:
    made = sparse()
    row = hybrid.figures(context, made, QUERIES)
    passages = context.hybrid_passages.counts()
    assert passages > len(IDS)
    size = index_bytes(made.documents) + passages * (256 + 4) + len(IDS) * 8
    assert row["index_bytes"] == size
    assert row["seconds"] > 0
    assert row["group"] == "hybrid"
    assert made.row == "v2 + dense"


def test_similarities_of_all_documents_and_of_some_are_the_same(context: SearchContext) -> None:
    vectors = context.passages.encoder().embed_queries(["표 인쇄"])
    every = context.passages.similarities(vectors, IDS)[0]
    some = context.passages.similarities(vectors, IDS[::-1])[0]
    np.testing.assert_allclose(some[::-1], every, rtol=1e-5)
