from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.retrieval.fusion import reciprocal_rank_fusion


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
