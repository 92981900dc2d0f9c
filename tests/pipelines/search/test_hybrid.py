"""The row of hybrid search against brute force, and its price."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pytest

from malmoi.evaluation.metrics import index_bytes
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
    made.corpus = CORPUS
    made.passages = DensePassages(CORPUS.documents, 5, "", tmp_path)
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


def test_the_price_is_that_of_both_and_of_the_time_it_takes(context: SearchContext) -> None:
    made = sparse()
    row = hybrid.figures(context, made, QUERIES)
    passages = context.passages.counts()
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
