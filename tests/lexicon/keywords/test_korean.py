"""Korean keywords: the two sound systems against each other."""

import pytest

from malmoi.lexicon.keywords.korean import MAX_DISTANCE, MIN_COVERED, Korean, confusion_costs
from malmoi.lexicon.sound.pronunciation import Sounds

WORDS = [("칼", "A"), ("엄마", "A"), ("택시", "A"), ("가슴", "A"), ("재미", "A"), ("서비스", "B"),
         ("호텔", "A"), ("코피", "B"), ("강아지", "A")]  # fmt: skip


@pytest.fixture(scope="module")
def korean():
    return Korean(Sounds.open(), WORDS)


def test_two_words_in_order(korean):
    best = korean.keywords("columnist")[0]
    assert best.words == ("칼", "엄마")
    assert best.ipa == ("kʰal", "ʌmma")
    assert best.letters == ("col", "umni")
    assert best.grades == ("A", "A")
    assert 0 < best.distance < 0.15


def test_one_word_for_the_beginning(korean):
    best = korean.keywords("taxable")[0]
    assert (best.words, best.letters, best.spans) == (("택시",), ("taxa",), ((0, 5),))


def test_final_r_is_not_heard_and_f_is_aspirated_p(korean):
    assert korean.keywords("courted")[0].words == ("코피",)


def test_the_borrowed_word_itself_is_no_keyword(korean):
    assert korean.keywords("hotel") == []
    assert all("서비스" not in c.words for c in korean.keywords("serviceable"))


def test_nothing_good_is_nothing(korean):
    assert korean.keywords("languid") == korean.keywords("qwzzk") == []


def test_bounds_hold_over_the_whole_list():
    whole = Korean.open()
    for word in ("carcinogenic", "distortion", "mansion", "secrete", "subroutine", "abandon"):
        for cover in whole.keywords(word):
            assert cover.distance <= MAX_DISTANCE
            assert MIN_COVERED <= cover.covered <= 1
            assert 0 <= cover.raw <= 1
            assert all(word in whole.grades for word in cover.words)


def test_every_sound_has_a_price():
    table, insert, delete = confusion_costs()
    assert table.shape == (len(delete), len(insert))
    assert (table >= 0).all()
