from __future__ import annotations

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from malmoi.retrieval.fusion import reciprocal_rank_fusion, standardised, standardised_sum


def test_by_hand():
    lexical = {"q": [("a", 9.0), ("b", 8.0)]}
    dense = {"q": [("b", 0.9), ("c", 0.8)]}
    fused = reciprocal_rank_fusion([lexical, dense])["q"]
    assert [document for document, _ in fused] == ["b", "a", "c"]
    assert fused[0][1] == pytest.approx(1 / 62 + 1 / 61)
    assert fused[2][1] == pytest.approx(1 / 62)


def test_scores_do_not_matter_only_ranks():
    one = reciprocal_rank_fusion([{"q": [("a", 1e6), ("b", 1.0)]}, {"q": [("b", 0.1)]}])
    two = reciprocal_rank_fusion([{"q": [("a", 2.0), ("b", 1.0)]}, {"q": [("b", 99.0)]}])
    assert one == two


def test_a_query_that_one_run_lacks():
    assert reciprocal_rank_fusion([{"q": [("a", 1.0)]}, {"r": [("b", 1.0)], "q": []}]) == {
        "q": [("a", 1 / 61)],
        "r": [("b", 1 / 61)],
    }


def test_depth_cuts_what_goes_in_and_what_comes_out():
    run = {"q": [(f"d{i}", -float(i)) for i in range(9)]}
    assert [d for d, _ in reciprocal_rank_fusion([run], depth=3)["q"]] == ["d0", "d1", "d2"]


@given(st.permutations(["a", "b", "c", "d"]), st.permutations(["a", "b", "c", "d"]))
def test_order_of_the_runs_does_not_matter(first, second):
    runs = [{"q": [(d, -float(i)) for i, d in enumerate(order)]} for order in (first, second)]
    forwards = reciprocal_rank_fusion(runs)["q"]
    backwards = reciprocal_rank_fusion(runs[::-1])["q"]
    assert [d for d, _ in forwards] == [d for d, _ in backwards]


SCORES = arrays(np.float32, (2, 6), elements=st.integers(-8, 8).map(lambda n: n / 8))


@given(SCORES, SCORES, st.integers(0, 8))
def test_a_standardised_sum_by_hand(sparse, dense, weight):
    fused = standardised_sum(sparse, dense, weight)
    for row, (mine, theirs) in enumerate(zip(sparse.tolist(), dense.tolist(), strict=True)):
        spread = statistics.pstdev(theirs)
        for place, score in enumerate(mine):
            z = (theirs[place] - statistics.fmean(theirs)) / spread if spread else 0.0
            assert fused[row, place] == pytest.approx(score + weight * z, abs=1e-4)


def test_it_is_no_matter_how_similarities_are_scaled():
    dense = np.array([0.81, 0.84, 0.93, 0.8], np.float32)
    np.testing.assert_allclose(standardised(dense), standardised(dense * 50 - 3), atol=1e-4)


@pytest.mark.parametrize("alike", [0.0, 0.83, -1.0])
def test_equal_similarities_say_nothing(alike):
    dense = np.full(5, alike, np.float32)
    dense[2] *= np.float32(1 + 2**-23)  # as a product in another order gives
    sparse = np.array([0, 3, 1, 0, 2], np.float32)
    assert standardised_sum(sparse, dense).tolist() == sparse.tolist()


def test_one_document_has_no_spread_and_none_no_scores():
    assert standardised_sum(np.float32([2.5]), np.float32([0.9])).tolist() == [2.5]
    assert standardised(np.zeros((3, 0), np.float32)).shape == (3, 0)


def test_a_query_without_a_known_word_is_ranked_by_similarity():
    dense = np.array([0.8, 0.9, 0.7], np.float32)
    fused = standardised_sum(np.zeros(3, np.float32), dense)
    assert np.argsort(-fused).tolist() == [1, 0, 2]


def test_a_query_is_standardised_by_itself():
    dense = np.array([[0.8, 0.9, 0.7], [0.1, 0.2, 0.3]], np.float32)
    both = standardised(dense)
    np.testing.assert_array_equal(both[1], standardised(dense[1]))
    np.testing.assert_allclose(both.std(axis=1), 1, rtol=1e-5)
