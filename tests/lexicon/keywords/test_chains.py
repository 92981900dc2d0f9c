"""Weights of phones and the best chains of keywords."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.lexicon.keywords.chains import MAX_KEYWORDS, Match, best_chains, weights
from malmoi.lexicon.keywords.inventory import Keyword

PHONES = tuple("K AE1 N D AH0 D L IY0".split())


def match(word, start, end, value):
    return Match(Keyword(word, PHONES[start:end], 4.0, 4.5), start, end, 0.0, value)


def test_beginning_and_stress_weigh_most_and_endings_least():
    found = weights(PHONES)
    assert max(found) == found[1]  # the stressed vowel
    assert found[0] > found[3] > found[7]


def test_one_long_keyword_beats_two_short_ones_of_the_same_worth():
    (_, best), *_ = best_chains(
        PHONES, [match("candle", 0, 6, 6.0), match("can", 0, 3, 3.0), match("dead", 3, 6, 3.0)], 3
    )
    assert [m.keyword.word for m in best] == ["candle"]


def test_beginning_late_costs():
    late, early = match("dead", 1, 6, 3.0), match("can", 0, 3, 3.0)
    assert best_chains(PHONES, [late, early], 2)[0][1] == (early,)


def test_nothing_matches():
    assert best_chains(PHONES, [], 5) == []


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(2, 6), st.floats(0.1, 5.0)),
        min_size=1,
        max_size=20,
    )
)
def test_chains_never_overlap_and_come_best_first(drawn):
    matches = [
        match(f"w{at}", start, min(start + size, len(PHONES)), value)
        for at, (start, size, value) in enumerate(drawn)
    ]
    found = best_chains(PHONES, matches, 10)
    assert found
    scores = [score for score, _ in found]
    assert scores == sorted(scores, reverse=True)
    for _, chain in found:
        assert 1 <= len(chain) <= MAX_KEYWORDS
        assert all(a.end <= b.start for a, b in itertools.pairwise(chain))
