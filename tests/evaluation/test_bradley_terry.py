from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.evaluation.bradley_terry import Comparison, fit, strengths


def reference(wins):
    """Maximum likelihood by a general optimiser: log strengths with mean 0."""
    from scipy.optimize import minimize

    n = len(wins)

    def loss(theta):
        difference = theta[:, None] - theta[None, :]
        return (wins * np.logaddexp(0, -difference)).sum() + 0.5 * theta.sum() ** 2

    found = minimize(loss, np.zeros(n), method="BFGS", options={"gtol": 1e-9}).x
    return found - found.mean()


@settings(max_examples=40)
@given(st.integers(2, 5).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, 12), min_size=n, max_size=n), min_size=n, max_size=n)
))  # fmt: skip
def test_mm_is_maximum_likelihood(table):
    wins = np.array(table, float) + 0.5
    np.fill_diagonal(wins, 0)
    assert fit(wins[None])[0] == pytest.approx(reference(wins), abs=1e-4)


def test_two_systems_are_log_odds():
    games = [Comparison("a", "b", float(i < 30), f"w{i}") for i in range(40)]
    found = strengths(games, prior=0)
    assert [s.name for s in found] == ["a", "b"]
    assert found[0].strength - found[1].strength == pytest.approx(math.log(30 / 10))
    assert (found[0].wins, found[0].losses, found[0].ties) == (30, 10, 0)
    assert found[0].low < found[0].strength < found[0].high


def test_a_tie_is_half_a_win_each():
    games = [Comparison("a", "b", 0.5, f"t{i}") for i in range(10)]
    games += [Comparison("a", "b", float(i < 15), f"w{i}") for i in range(20)]
    a, b = strengths(games, prior=0)
    assert a.strength - b.strength == pytest.approx(math.log(20 / 10))
    assert (a.wins, a.losses, a.ties) == (15, 5, 10)


def test_who_won_is_named_by_either_side():
    there = [Comparison("a", "b", 1.0, "x"), Comparison("a", "b", 0.0, "y")]
    back = [Comparison("b", "a", 0.0, "x"), Comparison("b", "a", 1.0, "y")]
    assert strengths(there) == strengths(back)


def test_systems_that_never_met_are_placed_through_a_third():
    games = [Comparison("a", "b", float(i % 3 > 0), f"x{i}") for i in range(60)]
    games += [Comparison("b", "c", float(i % 3 > 0), f"y{i}") for i in range(60)]
    found = {s.name: s.strength for s in strengths(games, prior=0)}
    assert found["a"] - found["c"] == pytest.approx(2 * math.log(2), abs=1e-6)


def test_never_losing_is_finite_with_the_prior_and_refused_without():
    games = [Comparison("a", "b", 1.0, f"w{i}") for i in range(20)]
    a, b = strengths(games)
    assert a.strength - b.strength == pytest.approx(math.log(20.5 / 0.5))
    with pytest.raises(SourceError, match="'b' has no win over 'a'"):
        strengths(games, prior=0)


def test_what_can_not_be_compared_is_refused():
    with pytest.raises(SourceError, match="no win over"):
        strengths([Comparison("a", "b", 1.0, "x"), Comparison("c", "d", 1.0, "y")])
    with pytest.raises(SourceError, match="at least one"):
        strengths([])
    with pytest.raises(SourceError, match="no comparison"):
        strengths([Comparison("a", "a", 1.0, "x")])
    with pytest.raises(SourceError, match="no comparison"):
        strengths([Comparison("a", "b", 0.7, "x")])


def test_intervals_are_over_clusters():
    rng = np.random.default_rng(3)
    taste = rng.random(30) < 0.6
    games = [Comparison("a", "b", float(taste[i % 30]), f"w{i % 30}") for i in range(300)]
    alone = [Comparison("a", "b", g.won, f"g{i}") for i, g in enumerate(games)]
    clustered, independent = strengths(games)[0], strengths(alone)[0]
    assert clustered.strength == pytest.approx(independent.strength)
    assert clustered.high - clustered.low > 2 * (independent.high - independent.low)


@settings(max_examples=40)
@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=3, max_size=40))
def test_strengths_mirror(results):
    assume(len(set(results)) > 1)
    games = [Comparison("a", "b", won, f"w{i}") for i, won in enumerate(results)]
    found = {s.name: s for s in strengths(games, resamples=50)}
    assert found["a"].strength == pytest.approx(-found["b"].strength, abs=1e-8)
    assert found["a"].low == pytest.approx(-found["b"].high, abs=1e-6)
    assert found["a"].low <= found["a"].high
