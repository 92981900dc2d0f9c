"""Exact ranking of a whole matrix."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from malmoi.retrieval.scores import best_places, best_rows, search_matrix

quarters = st.integers(0, 4).map(lambda n: n / 4)


@settings(deadline=None)
@given(st.binary(max_size=400), st.integers(0, 8))
def test_best_rows_are_all_that_may_be_in_the_top_k(data, k):
    # Scores of five values alone, so that there are ties; binary data is quick to draw.
    scores = (np.frombuffer(data, np.uint8) % 5 / 4).astype(np.float32)
    positive = sorted((s for s in scores.tolist() if s > 0), reverse=True)
    floor = positive[min(k, len(positive)) - 1] if positive and k else np.inf
    expected = [n for n, s in enumerate(scores.tolist()) if s > 0 and s >= floor]
    assert best_rows(scores, k).tolist() == expected


@settings(deadline=None)
@given(st.binary(max_size=400), st.integers(0, 8))
def test_best_places_are_all_that_may_be_in_the_top_k_whatever_their_sign(data, k):
    scores = (np.frombuffer(data, np.uint8) % 5 / 4 - 0.5).astype(np.float32)
    floor = sorted(scores.tolist(), reverse=True)[:k][-1:] or [np.inf]
    expected = [n for n, s in enumerate(scores.tolist()) if s >= floor[0]]
    assert best_places(scores, k).tolist() == expected


@settings(deadline=None)
@given(
    arrays(np.float32, (3, 7), elements=quarters),
    arrays(np.float32, (9, 7), elements=quarters),
    st.permutations(range(9)),
    st.integers(1, 5),
)
def test_a_ranking_is_that_of_brute_force_in_any_order_of_documents(queries, documents, order, k):
    products = queries @ documents.T
    expected = [
        [(i, -s) for s, i in sorted((-float(s), f"d{n}") for n, s in enumerate(row) if s > 0)[:k]]
        for row in products
    ]
    shuffled = sp.csr_matrix(documents[order])
    ids = [f"d{n}" for n in order]
    assert search_matrix(sp.csr_matrix(queries), shuffled, ids, k) == expected


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="don't fit"):
        search_matrix(sp.csr_matrix((1, 3)), sp.csr_matrix((2, 4)), ["a", "b"], 1)
    with pytest.raises(ValueError, match="don't fit"):
        search_matrix(sp.csr_matrix((1, 3)), sp.csr_matrix((2, 3)), ["a"], 1)
