from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.evaluation.paired import Measure, cohens_d, mcnemar, paired_tests, wilcoxon

YES_NO = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=60)
RATINGS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=60)


def words(n: int) -> list[str]:
    return [f"w{i}" for i in range(n)]


def test_mcnemar_is_the_binomial_sum_by_hand():
    # 8 items only the first solves, 2 only the second: 2 · Σ_{k≤2} C(10, k) / 2^10
    first = [1] * 8 + [0] * 2 + [1] * 5 + [0] * 5
    second = [0] * 8 + [1] * 2 + [1] * 5 + [0] * 5
    found = mcnemar(first, second)
    assert (found.only_first, found.only_second) == (8, 2)
    assert found.p == pytest.approx(2 * (1 + 10 + 45) / 1024)


def test_mcnemar_without_a_difference_is_one_and_numbers_are_refused():
    assert mcnemar([1, 0, 1], [1, 0, 1]).p == 1
    with pytest.raises(SourceError, match="yes"):
        mcnemar([1, 2], [0, 1])


@given(YES_NO)
def test_mcnemar_is_symmetric_and_blind_to_what_both_do_alike(pairs):
    first, second = zip(*pairs, strict=True)
    there, back = mcnemar(first, second), mcnemar(second, first)
    assert there.p == pytest.approx(back.p)
    assert 0 < there.p <= 1
    more = mcnemar([*first, 1, 0], [*second, 1, 0])
    assert more == there


def test_wilcoxon_by_hand_without_ties():
    # Differences 1…6, the smallest negative: W = 1; P(W ≤ 1) two-sided = 2 · 2 / 2^6.
    first = np.array([0, 2, 3, 4, 5, 6.0])
    second = np.array([1, 0, 0, 0, 0, 0.0])
    found = wilcoxon(first, second)
    assert (found.statistic, found.zeros) == (1, 0)
    assert found.p == pytest.approx(4 / 64)


def test_pratt_keeps_the_ranks_of_zeros():
    from scipy.stats import wilcoxon as reference

    rng = np.random.default_rng(4)
    first, second = rng.integers(1, 6, 80).astype(float), rng.integers(1, 6, 80).astype(float)
    found = wilcoxon(first, second)
    assert found.zeros == int((first == second).sum()) > 5
    assert found.p == pytest.approx(reference(first, second, zero_method="pratt").pvalue)
    assert found.p != pytest.approx(reference(first, second, zero_method="wilcox").pvalue)


def test_decimals_that_are_equal_but_for_rounding_are_ties():
    found = wilcoxon([0.1 + 0.2, 0.5, 1.0], [0.3, 0.5, 1.0])
    assert found.zeros == 3
    assert found.p == 1


@settings(max_examples=25)  # scipy's exact distribution of long ones takes long
@given(RATINGS)
def test_wilcoxon_is_symmetric(pairs):
    first, second = zip(*pairs, strict=True)
    there, back = wilcoxon(first, second), wilcoxon(second, first)
    assert there.p == pytest.approx(back.p, abs=1e-9)
    assert there.statistic == pytest.approx(back.statistic)
    assert 0 <= there.p <= 1


def test_both_ds_by_hand():
    first, second = [3, 4, 5, 6], [1, 3, 3, 5]
    # differences 2, 1, 2, 1: mean 1.5, sd √(1/3); sds of both: √(5/3), √(8/3)
    found = cohens_d(first, second)
    assert found.d_z == pytest.approx(1.5 / math.sqrt(1 / 3))
    assert found.d_av == pytest.approx(1.5 / ((math.sqrt(5 / 3) + math.sqrt(8 / 3)) / 2))


def test_ds_differ_when_systems_go_together():
    rng = np.random.default_rng(0)
    base = rng.normal(0, 1, 300)
    found = cohens_d(base + 0.3 + rng.normal(0, 0.1, 300), base)
    assert found.d_z > 2
    assert found.d_av == pytest.approx(0.3, abs=0.05)


def test_d_is_unknown_where_nothing_varies():
    assert cohens_d([1, 1, 1], [0, 0, 0]) == cohens_d([2, 2], [1, 1])
    assert cohens_d([1, 1, 1], [0, 0, 0]).d_z is None
    assert cohens_d([1, 2, 3], [0, 1, 2]).d_z is None  # the same difference each time
    assert cohens_d([1, 2, 3], [0, 1, 2]).d_av == pytest.approx(1)


@given(RATINGS)
def test_d_changes_its_sign_with_the_order(pairs):
    first, second = zip(*pairs, strict=True)
    there, back = cohens_d(first, second), cohens_d(second, first)
    if there.d_z is not None and back.d_z is not None:
        assert there.d_z == pytest.approx(-back.d_z)


def test_tests_pick_themselves_and_are_corrected_together():
    rng = np.random.default_rng(1)
    n = 120
    good = (rng.random(n) < 0.9).astype(float)
    bad = (rng.random(n) < 0.3).astype(float)
    long = rng.integers(10, 30, n).astype(float)
    measures = [
        Measure("right", good, bad),
        Measure("wrong", 1 - good, 1 - bad, "lower"),
        Measure("length", long + 3, long, ""),
        Measure("noise", rng.integers(1, 6, n), rng.integers(1, 6, n)),
    ]
    right, wrong, length, noise = paired_tests(measures, words(n))
    assert [t["test"][:8] for t in (right, wrong, length, noise)] == [
        "McNemar,", "McNemar,", "Wilcoxon", "Wilcoxon",
    ]  # fmt: skip
    assert [right["verdict"], wrong["verdict"], length["verdict"]] == ["gain", "gain", "higher"]
    assert noise["verdict"] == "no difference shown"
    assert wrong["difference"] == pytest.approx(-right["difference"])
    assert right["counts"]["only_first"] > right["counts"]["only_second"]
    assert all(t["p_holm"] >= t["p"] for t in (right, wrong, length, noise))
    alone = paired_tests([measures[3]], words(n))[0]
    assert alone["p_holm"] == alone["p"]
    worse = paired_tests([Measure("right", bad, good)], words(n))[0]
    assert worse["verdict"] == "loss"


def test_pairs_with_a_hole_are_left_out_and_counted():
    nan = float("nan")
    test = paired_tests([Measure("m", [1, nan, 3, 5], [1, 2, nan, 4])], words(4))[0]
    assert (test["n"], test["dropped"], test["first"], test["second"]) == (2, 2, 3, 2.5)
    empty = paired_tests([Measure("m", [nan, 1], [1, 1])], words(2))[0]
    assert (empty["verdict"], empty["p"]) == ("too few pairs", None)


def test_intervals_are_clustered():
    rng = np.random.default_rng(2)
    effects = np.repeat(rng.normal(0, 1, 40), 5)
    values = 3 + effects
    same = [f"w{i // 5}" for i in range(200)]
    measure = Measure("m", values.tolist(), [3.0] * 200)
    clustered, alone = (paired_tests([measure], c)[0] for c in (same, words(200)))
    assert clustered["high"] - clustered["low"] > 1.8 * (alone["high"] - alone["low"])


def test_unequal_lengths_are_refused():
    with pytest.raises(SourceError, match="2 and 1 values"):
        paired_tests([Measure("m", [1, 2], [1])], words(2))
    with pytest.raises(SourceError, match="shapes"):
        wilcoxon([1, 2], [1])
    with pytest.raises(SourceError, match="NaN"):
        wilcoxon([1, float("nan")], [1, 2])
    with pytest.raises(SourceError, match="two items"):
        cohens_d([1], [2])
