from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.evaluation.classification import (
    auc,
    auc_interval,
    macro_f1,
    macro_f1_interval,
    per_class,
)

LABELS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1)
SCORES = st.lists(st.integers(0, 5), min_size=1, max_size=20)


@given(SCORES, SCORES)
def test_auc_is_the_share_of_pairs_with_ties_half(high, low):
    pairs = [(h > x) + 0.5 * (h == x) for h in high for x in low]
    assert auc(high, low) == pytest.approx(sum(pairs) / len(pairs))


def test_auc_of_nothing_is_refused():
    with pytest.raises(SourceError, match="both sides"):
        auc([], [1.0])


def test_a_worked_macro_f1():
    # a: 1 of 2 told right of 1 said; b: 1 of 1 right of 2 said: F1 2/3 each.
    assert macro_f1(["a", "a", "b"], ["a", "b", "b"]) == pytest.approx(2 / 3)
    assert per_class(["a", "a", "b"], ["a", "b", "b"])["a"].recall == 0.5


@given(LABELS)
def test_macro_f1_is_that_of_scikit_learn(pairs):
    metrics = pytest.importorskip("sklearn.metrics")
    truth, told = zip(*pairs, strict=True)
    expected = metrics.f1_score(truth, told, average="macro")
    assert macro_f1(truth, told) == pytest.approx(expected)


def test_intervals_hold_their_value():
    found = auc_interval([3, 2, 2, 1], [0, 1, 2], 200)
    assert found.low <= found.mean <= found.high
    f1 = macro_f1_interval(["a", "b"] * 10, ["a", "b"] * 9 + ["b", "a"], 200)
    assert f1.low <= f1.mean <= f1.high


def test_labels_of_another_number_are_refused():
    with pytest.raises(SourceError, match="expected a label"):
        per_class(["a"], [])
