"""Keyword covers over a small inventory of CMUdict words."""

import pytest

from malmoi.lexicon.keywords.english import MAX_DISTANCE, MIN_COVERED, Keywords
from malmoi.lexicon.sound.pronunciation import Sounds

KNOWN = """candy can lamb bait date device tractor cable room prism money plate cell brain teach
apple fuse bed spread pasta prey tree hat cat""".split()


def known(word):
    return 4.5 if word in KNOWN else None


@pytest.fixture(scope="module")
def keywords():
    return Keywords(Sounds.open(), known, known)


def test_one_long_keyword_is_preferred(keywords):
    best = keywords.covers("candid")[0]
    assert best.words == ("candy",)
    assert best.spans == ((0, 5),)
    assert best.letters == ("candi",)
    assert 0 < best.distance < 0.1
    assert best.covered == pytest.approx(5 / 6, abs=1e-3)


def test_keywords_follow_each_other(keywords):
    best = keywords.covers("celebrant")[0]
    assert best.words == ("cell", "brain")
    (_, middle), (begin, _) = best.spans
    assert middle <= begin


def test_a_reduced_first_vowel_may_be_left_out(keywords):
    best = keywords.covers("abate")[0]
    assert (best.words, best.spans, best.letters) == (("bait",), ((1, 4),), ("bate",))


def test_a_relative_is_no_keyword(keywords):
    assert all("teach" not in cover.words for cover in keywords.covers("teacher"))
    assert all("spread" not in cover.words for cover in keywords.covers("bedspread"))
    related = Keywords(Sounds.open(), known, known, lambda a, b: b == "candy")
    assert all("candy" not in cover.words for cover in related.covers("candid"))


def test_no_cover_is_an_answer(keywords):
    assert keywords.covers("ubiquitous") == []
    assert keywords.covers("qwzzk") == keywords.begins("qwzzk") == keywords.rhymes("qwzzk") == []


def test_begins_and_rhymes(keywords):
    assert keywords.begins("divisive")[0].words == ("device",)
    assert keywords.ends("inflate")[0].words == ("plate",)
    assert set(keywords.rhymes("abate")) == {"date", "plate", "bait"} - {"bait"}


def test_what_is_returned_keeps_the_bounds(keywords):
    for word in ("manipulative", "celebrant", "rheumatism", "preposterous", "candid", "abate"):
        for cover in keywords.covers(word):
            assert cover.distance <= MAX_DISTANCE
            assert MIN_COVERED <= cover.covered <= 1
            assert len(cover.words) == len(cover.spans) == len(cover.letters) <= 3
