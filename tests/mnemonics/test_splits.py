from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.mnemonics.splits import PARTS, balance, band, split

FEATURES = ("phonetics", "orthography", "morphology", "etymology", "semantics")


def sample(count: int) -> tuple[dict[str, str], dict[str, str], dict[str, float]]:
    """Words in families of one or two, their features and frequencies, of uneven sizes."""
    chance = random.Random(5)
    words = {f"word{n}": f"word{n - n % 7 // 6}" for n in range(count)}
    features = {w: chance.choices(FEATURES, (30, 5, 20, 35, 10))[0] for w in words}
    zipf = {w: min(4.3, max(2.0, chance.gauss(3, 0.6))) for w in words}
    return words, features, zipf


def test_no_family_is_divided() -> None:
    words, features, zipf = sample(700)
    assert len(set(words.values())) == 600
    parts = split(words, features, zipf, 0.15, 0.05)
    assert list(parts) == list(words)
    assert len({(words[word], part) for word, part in parts.items()}) == 600


def test_each_stratum_has_its_share() -> None:
    words, features, zipf = sample(2000)
    rows = balance(split(words, features, zipf, 0.15, 0.05), features, zipf)
    assert {row.feature for row in rows} == {*FEATURES, "all"}
    for row in rows:
        size = row.train + row.dev + row.test
        # A family counts under its own stratum though one of its words may be of another.
        assert abs(row.test - 0.15 * size) <= max(3.5, 0.05 * size), row
        assert abs(row.dev - 0.05 * size) <= max(3.5, 0.05 * size), row
    whole = next(row for row in rows if row.feature == "all")
    assert whole.train + whole.dev + whole.test == 2000
    assert abs(whole.test - 300) < 12


def test_without_families_the_shares_are_exact() -> None:
    words, features, zipf = sample(2000)
    alone = {word: word for word in words}
    rows = balance(split(alone, features, zipf, 0.15, 0.05), features, zipf)
    for row in rows:
        size = row.train + row.dev + row.test
        if row.band != "all":
            assert abs(row.test - 0.15 * size) <= 1, row
            assert abs(row.dev - 0.05 * size) <= 1, row
    assert Counter(split(alone, features, zipf, 0.15, 0.05).values())["test"] == 300


def test_what_is_placed_stays_when_the_list_grows() -> None:
    words, features, zipf = sample(1000)
    some = dict(list(words.items())[:600])
    before = split(some, features, zipf, 0.15, 0.05)
    after = split(words, features, zipf, 0.15, 0.05, before)
    assert {word: after[word] for word in before} == before
    assert abs(Counter(after.values())["test"] - 150) < 12


def test_a_new_word_joins_the_family_that_is_placed() -> None:
    zipf: dict[str, float] = {}
    after = split({"abate": "abate", "abatement": "abate"}, {}, zipf, 0.1, 0.1, {"abate": "test"})
    assert after == {"abate": "test", "abatement": "test"}
    torn = {"abate": "train", "abatement": "test"}
    assert set(split(dict.fromkeys(torn, "abate"), {}, zipf, 0.1, 0.1, torn).values()) == {"test"}


def test_without_places_few_words_change_sides() -> None:
    words, features, zipf = sample(2200)
    alone = {word: word for word in words}
    some = dict(list(alone.items())[:2000])
    before = split(some, features, zipf, 0.15, 0.05)
    after = split(alone, features, zipf, 0.15, 0.05)
    moved = sum(before[word] != after[word] for word in before)
    assert 0 < moved <= 0.03 * len(before)


def test_the_order_of_the_list_means_nothing() -> None:
    words, features, zipf = sample(300)
    backwards = dict(reversed(words.items()))
    assert split(words, features, zipf, 0.15, 0.05) == split(backwards, features, zipf, 0.15, 0.05)


def test_a_small_list_has_a_test_word() -> None:
    words = {word: word for word in "abcdefg"}
    counts = Counter(split(words, {}, {}, 0.15, 0.05).values())
    assert counts["test"] == 1
    assert counts["train"] >= 5


@pytest.mark.parametrize(("test", "dev"), [(0.9, 0.1), (-0.1, 0.1), (0.1, -0.1), (1.0, 0.0)])
def test_shares_that_leave_nothing_are_refused(test: float, dev: float) -> None:
    with pytest.raises(ValueError, match="less than 1"):
        split({"a": "a"}, {}, {}, test, dev)


@given(
    st.dictionaries(st.text(max_size=4), st.sampled_from("abcdefgh"), max_size=40),
    st.floats(0, 0.45),
    st.floats(0, 0.45),
)
def test_every_word_is_placed_once(words: dict[str, str], test: float, dev: float) -> None:
    parts = split(words, {}, {}, test, dev)
    assert parts.keys() == words.keys()
    assert set(parts.values()) <= set(PARTS)


def test_bands() -> None:
    assert [band(z) for z in (None, 1.9, 2.0, 2.49, 3.99, 4.0, 7.0)] == [
        "unknown", "under 2", "2 to 2.5", "2 to 2.5", "3.5 to 4", "4 or more", "4 or more",
    ]  # fmt: skip
