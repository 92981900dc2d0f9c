from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.evaluation.significance import bootstrap, draws, holm, page_of, permutation_p


def simulate(rng, clusters=60, per_cluster=5, between=1.0, within=0.5, mean=0.3):
    names = [f"p{i}" for i in range(clusters) for _ in range(per_cluster)]
    effects = np.repeat(rng.normal(0, between, clusters), per_cluster)
    return mean + effects + rng.normal(0, within, len(names)), names


def test_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(1)
    covered = plain = 0
    for _ in range(200):
        values, pages = simulate(rng)
        interval = bootstrap(values, pages, resamples=400)
        covered += interval.low <= 0.3 <= interval.high
        ignoring = bootstrap(values, [str(i) for i in range(len(values))], resamples=400)
        plain += ignoring.low <= 0.3 <= ignoring.high
    assert 0.90 <= covered / 200 <= 0.985
    assert plain / 200 < 0.75  # without clusters the interval promises what it doesn't hold


def test_intervals_are_wider_when_queries_of_a_page_agree():
    rng = np.random.default_rng(2)
    values, pages = simulate(rng, between=1.0, within=0.1)
    clustered = bootstrap(values, pages)
    independent = bootstrap(values, [str(i) for i in range(len(values))])
    assert clustered.mean == pytest.approx(independent.mean)
    assert clustered.high - clustered.low > 1.8 * (independent.high - independent.low)


def test_single_query_clusters_match_scipys_percentile_bootstrap():
    from scipy.stats import bootstrap as reference

    values = np.random.default_rng(3).normal(0.5, 1, 80)
    ours = bootstrap(values, [str(i) for i in range(80)], resamples=5000)
    theirs = reference(
        (values,), np.mean, method="percentile", n_resamples=5000, rng=4
    ).confidence_interval
    assert ours.low == pytest.approx(theirs.low, abs=0.02)
    assert ours.high == pytest.approx(theirs.high, abs=0.02)


def test_mean_is_over_queries_not_over_pages():
    assert bootstrap([1, 1, 1, 0], ["a", "a", "a", "b"]).mean == 0.75


def test_same_seed_same_interval_whatever_the_chunks():
    values, pages = simulate(np.random.default_rng(5))
    whole, parts = list(draws(60, 500)), list(draws(60, 500, at_once=1000))
    assert len(parts) > len(whole) == 1
    np.testing.assert_array_equal(np.concatenate(parts), whole[0])
    p = permutation_p(values, values * 0, pages, 10_000)
    assert permutation_p(values, values * 0, pages, 10_000, at_once=1000) == p


def test_p_is_uniform_when_nothing_differs():
    rng = np.random.default_rng(6)
    ps = []
    for _ in range(300):
        difference, pages = simulate(rng, clusters=25, mean=0.0)
        ps.append(permutation_p(difference, np.zeros_like(difference), pages, permutations=300))
    below = [np.mean(np.array(ps) <= share) for share in (0.05, 0.25, 0.5, 0.75)]
    np.testing.assert_allclose(below, [0.05, 0.25, 0.5, 0.75], atol=0.075)


def test_p_of_a_clear_difference_and_of_one_page():
    pages = [f"p{i}" for i in range(30)]
    worse = np.random.default_rng(7).random(30)
    assert permutation_p(worse + 0.3, worse, pages, 999) == 1 / 1000
    assert permutation_p(worse, worse, pages, 999) == 1.0
    # Thirty queries of one page are one observation: nothing can be concluded.
    assert permutation_p(worse + 0.3, worse, ["p"] * 30, 999) == 1.0


def test_p_against_all_sign_flips():
    from itertools import product

    difference = np.array([0.4, -0.1, 0.3, 0.25, -0.05, 0.2, 0.1, 0.15])
    sums = [abs(np.dot(signs, difference)) for signs in product((-1, 1), repeat=8)]
    exact = np.mean(np.array(sums) >= abs(difference.sum()) - 1e-12)
    p = permutation_p(difference, np.zeros(8), [str(i) for i in range(8)], permutations=40_000)
    assert p == pytest.approx(exact, abs=0.006)


def test_holm_by_hand():
    # Sorted .005, .01, .03, .04 times 4, 3, 2, 1, made monotone.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.7, 0.9]) == [1.0, 1.0]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10))
def test_holm_never_lowers_p_and_keeps_the_order(ps):
    adjusted = holm(ps)
    assert all(p <= a <= 1 for p, a in zip(ps, adjusted, strict=True))
    assert max(adjusted) <= min(1, len(ps) * max(ps))
    order = np.argsort(ps, kind="stable")
    assert (np.diff(np.array(adjusted)[order]) >= 0).all()


def test_page_of_a_query_with_several_pages_is_the_first_by_id():
    assert page_of({"q": {"c": 1, "a": 0, "b": 2}}, ["q"]) == ["b"]
    with pytest.raises(SourceError, match="no relevant document"):
        page_of({"q": {"a": 0}}, ["q"])


def test_errors():
    with pytest.raises(SourceError, match="2 values with 1 clusters"):
        bootstrap([1, 2], ["a"])
    with pytest.raises(SourceError, match="at least one value"):
        bootstrap([], [])
    with pytest.raises(SourceError, match="pairs"):
        permutation_p([1, 2], [1], ["a", "b"], 99)
