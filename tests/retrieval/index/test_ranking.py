from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.retrieval.index.postings import PackedList, PostingList, pack_list
from malmoi.retrieval.index.ranking import matches_of, rank


def lists_of(matrix: np.ndarray, packed: bool) -> list[PostingList]:
    lists = []
    for column in matrix.T:
        rows = np.flatnonzero(column).astype(np.int32)
        each = PostingList(rows, column[rows])
        if packed and len(rows):
            parts, packing = pack_list(rows, column[rows])
            each = PackedList(np.concatenate(parts), packing)
        lists.append(each)
    return lists


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 1 << 16),
    st.sampled_from([5, 300, 7000]),
    st.lists(st.sampled_from([0.25, 0.7, 1.3, 3.0, -0.5]), max_size=5),
    st.integers(0, 12),
    st.booleans(),
    st.booleans(),
)
def test_the_best_are_those_of_brute_force(
    seed: int, documents: int, query: list[float], k: int, ties: bool, packed: bool
) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.gamma(2, 0.5, (documents, len(query))).astype(np.float32)
    if ties:
        matrix = np.ceil(matrix)
    matrix[rng.random(matrix.shape) < 0.6] = 0
    dead = np.flatnonzero(rng.random(documents) < 0.2)
    sums = np.zeros(documents, np.float32)
    sums[dead] = -np.inf
    rows, scores, weights = rank(lists_of(matrix, packed), query, k, sums)
    right = np.zeros(documents, np.float32)
    for column, weight in zip(matrix.T, query, strict=True):
        right += column * np.float32(weight)
    right[dead] = 0
    positive = np.sort(right[right > 0])[::-1]
    floor = positive[min(k, len(positive)) - 1] if k and len(positive) else np.inf
    expected = np.flatnonzero((right > 0) & (right >= floor))
    assert rows.tolist() == expected.tolist()
    assert scores.tolist() == right[expected].tolist()
    assert (weights == matrix[expected].T).all()


@pytest.mark.parametrize("packed", [False, True])
def test_scores_that_differ_in_the_last_bit_are_told_apart(packed: bool) -> None:
    weights = np.nextafter(np.float32(1.7), np.float32(2)) * np.ones(5000, np.float32)
    weights[40] = np.float32(1.7)
    weights[17] = np.nextafter(weights[0], np.float32(2))
    lists = lists_of(weights[:, None], packed)
    rows, scores, _ = rank(lists, [1.0], 1, np.zeros(5000, np.float32))
    assert rows.tolist() == [17]
    assert scores.tolist() == [float(weights[17])]


def test_matches_are_the_dimensions_that_both_have() -> None:
    lists = lists_of(np.array([[0, 2.0], [1.5, 0]], np.float32), packed=False)
    assert matches_of([(3, 0.5), (8, 1.0)], lists, 1) == {3: (0.5, 1.5)}
