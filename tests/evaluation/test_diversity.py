from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.evaluation.diversity import compare, distinct, tokens

TEXTS = st.lists(st.text("abcde ", min_size=0, max_size=30), min_size=2, max_size=20)


def test_tokens_are_words():
    assert tokens("An OBSTINATE mule's ill-kept, 'stand'!") == [
        "an", "obstinate", "mule's", "ill-kept", "stand",
    ]  # fmt: skip


def test_distinct_by_hand():
    # a b, b a, a b | a b: four bigrams, two of them different
    assert distinct(["a b a b", "A b!"]) == 0.5
    assert distinct(["a b a b"], n=1) == 0.5
    assert distinct(["one", ""]) is None


def test_grams_do_not_run_from_text_to_text():
    assert distinct(["a b", "b a"]) == 1
    assert distinct(["x y", "z x", "y z"]) == 1


@given(TEXTS)
def test_distinct_is_a_share(texts):
    value = distinct(texts)
    assert value is None or 0 < value <= 1
    doubled = distinct(texts + texts)
    assert doubled == (None if value is None else pytest.approx(value / 2))


def vocabulary(rng, n, words):
    return [" ".join(f"w{i}" for i in rng.integers(0, words, 12)) for _ in range(n)]


def test_size_alone_is_no_difference():
    rng = np.random.default_rng(0)
    small, large = vocabulary(rng, 100, 30), vocabulary(rng, 2000, 30)
    assert distinct(small) > 1.5 * distinct(large)  # the trap
    found = compare({"small": small, "large": large})
    assert found["texts"] == 50
    a, b = found["systems"]["small"], found["systems"]["large"]
    assert a["mean"] == pytest.approx(b["mean"], abs=0.02)
    assert a["low"] <= b["mean"] <= a["high"]
    assert (b["size"], b["words"]) == (2000, 12)


def test_poorer_texts_are_less_diverse_and_draws_are_the_same_each_time():
    rng = np.random.default_rng(1)
    systems = {"rich": vocabulary(rng, 80, 200), "poor": vocabulary(rng, 200, 10)}
    found = compare(systems)
    assert found["systems"]["rich"]["low"] > found["systems"]["poor"]["high"]
    assert compare(systems) == found


def test_interval_is_as_wide_as_the_spread_of_new_sets():
    rng = np.random.default_rng(2)
    halves = [distinct(vocabulary(rng, 100, 25)) for _ in range(200)]
    found = compare({"one": vocabulary(rng, 200, 25)})["systems"]["one"]
    # At half of the set the draws' spread is the standard error of 200 texts' figure, taken at 100:
    # about 1/√2 of the spread of fresh sets of 100.
    ratio = (found["high"] - found["low"]) / (4 * np.std(halves))
    assert 0.45 < ratio < 1.2


def test_one_text_is_refused_and_empty_ones_are_unknown():
    with pytest.raises(SourceError, match="two texts"):
        compare({"a": ["x y"]})
    assert compare({"a": ["", "x"]})["systems"]["a"]["mean"] is None
    assert compare({})["systems"] == {}


def test_texts_may_be_given_as_their_words() -> None:
    assert distinct([["글꼴", "을"], ["글꼴", "을"]], 1) == 0.5
    assert distinct(["글꼴을", "글꼴을"], 1) == 0.5
    assert distinct([["글꼴", "을", "바꾸"], ["글꼴", "을"]], 2) == pytest.approx(2 / 3)
