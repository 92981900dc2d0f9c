from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.evaluation.agreement import alpha

N = None
# Krippendorff 2011: A (binary, two observers), B (nominal, two observers), C and D (any number of
# observers, missing data, every metric).
BINARY = ([0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0])
NOMINAL = (list("aabbdcccedda"), list("babbbccceddd"))
MISSING = (
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
)
# The example of the encyclopaedias: three coders, fifteen units, much of it missing.
FIFTEEN = (
    [N, N, N, N, N, 3, 4, 1, 2, 1, 1, 3, 3, N, 3],
    [1, N, 2, 1, 3, 3, 4, 3, N, N, N, N, N, N, N],
    [N, N, 2, 1, 3, 4, 4, N, 2, 1, 1, 3, 3, N, 4],
)


def units(raters):
    return list(zip(*raters, strict=True))


@pytest.mark.parametrize(
    ("raters", "scale", "expected"),
    [
        (BINARY, "nominal", 0.095),
        (NOMINAL, "nominal", 0.692),
        (MISSING, "nominal", 0.743),
        (MISSING, "ordinal", 0.815),
        (MISSING, "interval", 0.849),
        (FIFTEEN, "nominal", 0.691),
        (FIFTEEN, "ordinal", 0.807),
        (FIFTEEN, "interval", 0.811),
    ],
)
def test_worked_examples_of_krippendorff(raters, scale, expected):
    assert round(alpha(units(raters), scale).alpha, 3) == expected


def test_counts_of_the_example_with_missing_data():
    found = alpha(units(MISSING), "nominal")
    assert (found.units, found.values) == (11, 40)  # the twelfth unit has one value
    assert found.low < found.alpha < found.high <= 1


def slow(ratings, delta):
    """α from its definition: pairs within units against all pairs of pairable values."""
    rated = [[v for v in unit if v is not None] for unit in ratings]
    rated = [unit for unit in rated if len(unit) > 1]
    values = [v for unit in rated for v in unit]
    n = len(values)
    observed = (
        sum(
            sum(delta(a, b, values) for a, b in itertools.permutations(unit, 2)) / (len(unit) - 1)
            for unit in rated
        )
        / n
    )
    expected = sum(delta(a, b, values) for a, b in itertools.permutations(values, 2))
    return None if not expected else 1 - observed / (expected / (n * (n - 1)))


def nominal(a, b, values):
    return float(a != b)


def interval(a, b, values):
    return float((a - b) ** 2)


def ordinal(a, b, values):
    low, high = sorted((a, b))
    between = sum(low <= v <= high for v in values)
    return (between - (values.count(low) + values.count(high)) / 2) ** 2 if a != b else 0.0


TABLES = st.integers(2, 4).flatmap(
    lambda raters: st.lists(
        st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=raters, max_size=raters),
        min_size=1,
        max_size=10,
    )
)


@settings(max_examples=40)
@given(TABLES)
def test_every_scale_is_its_definition(table):
    for scale, delta in (("nominal", nominal), ("ordinal", ordinal), ("interval", interval)):
        expected = (
            slow(table, delta) if any(sum(v is not None for v in u) > 1 for u in table) else N
        )
        found = alpha(table, scale, resamples=20).alpha
        assert found == (None if expected is None else pytest.approx(expected))


@settings(max_examples=40)
@given(TABLES, st.randoms(use_true_random=False))
def test_order_of_raters_and_units_is_nothing(table, random):
    mixed = [random.sample(unit, len(unit)) for unit in table]
    random.shuffle(mixed)
    first = alpha(table, "ordinal", resamples=20).alpha
    assert alpha(mixed, "ordinal", resamples=20).alpha == (
        None if first is None else pytest.approx(first)
    )


def test_undefined_is_none_not_one():
    assert alpha([[1, 1], [1, 1]], "nominal").alpha is None
    assert alpha([[1, None], [None, 2]], "interval").alpha is None
    assert alpha([], "nominal").alpha is None


def test_ends_of_the_range():
    assert alpha([[1, 1], [2, 2], [3, 3]], "ordinal").alpha == pytest.approx(1)
    opposed = alpha([["a", "b"], ["b", "a"]] * 10, "nominal").alpha
    assert opposed == pytest.approx(-0.95)  # → −1 as units grow


def test_words_have_no_order():
    with pytest.raises(SourceError, match="'bad' is no number"):
        alpha([["good", "bad"], ["good", "good"]], "ordinal")


def test_interval_covers_the_truth_about_as_often_as_it_says():
    def sample(rng, n):
        truth = rng.integers(0, 2, n)
        return [[int(t ^ (rng.random() < 0.15)) for _ in range(2)] for t in truth]

    rng = np.random.default_rng(0)
    true = alpha(sample(rng, 20_000), "nominal", resamples=2).alpha
    hits = 0
    for _ in range(120):
        found = alpha(sample(rng, 80), "nominal", resamples=300)
        hits += found.low <= true <= found.high
    assert 0.88 <= hits / 120 <= 1
