from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.retrieval.dense import search


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 9))
def test_search_is_the_best_passage_of_each_document(seed, k):
    rng = np.random.default_rng(seed)
    queries = rng.normal(size=(3, 4)).astype(np.float32)
    passages = rng.normal(size=(12, 4)).astype(np.float32)
    ids = [f"d{i}" for i in rng.integers(0, 6, 12)]
    for query, (found, scores) in zip(queries, search(queries, passages, ids, k, 2), strict=True):
        best: dict[str, float] = {}
        for identifier, score in zip(ids, passages @ query, strict=True):
            best[identifier] = max(best.get(identifier, -np.inf), float(score))
        assert found == sorted(best, key=best.__getitem__, reverse=True)[:k]
        np.testing.assert_allclose(scores, [best[i] for i in found], rtol=1e-4, atol=1e-5)


def test_equal_scores_come_in_trec_evals_order():
    vectors = np.ones((3, 2), np.float32)
    (ids, _), *_ = search(vectors[:1], vectors, ["a", "c", "b"], k=2)
    assert ids == ["c", "b"]


def test_passages_without_their_documents_are_refused():
    with pytest.raises(SourceError, match="3 passages with 2 ids"):
        search(np.ones((1, 2), np.float32), np.ones((3, 2), np.float32), ["a", "b"])
