"""Pronunciations, rhymes and distances against CMUdict itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.lexicon.sound.pronunciation import Sounds, ipa, read_phones, spoken

WORDS = ["abate", "obstinate", "candid", "languid", "knight", "fire", "a", "through", "judge"]


@pytest.fixture(scope="module")
def sounds():
    return Sounds.open()


def test_pronunciations_have_stress_and_source(sounds):
    (first, *_) = sounds.pronunciations("Obstinate")
    assert first.ipa == "ˈɑbstənət"
    assert (first.stress, first.syllables, first.source) == ("100", 3, "CMUdict")
    assert [p.ipa for p in sounds.pronunciations("read")] == ["ɹɛd", "ɹid"]


def test_unknown_words_have_nothing(sounds):
    assert sounds.pronunciations("qwzzk") == ()
    assert sounds.say("qwzzk") == sounds.syllables("qwzzk") == sounds.homophones("qwzzk") == ()


def test_comments_and_variants_are_read():
    read = Sounds(read_phones(["d'art(2) D AA1 R T # foreign french", "d'art D AA1 R", ""]))
    assert read.phones("d'art") == (("D", "AA1", "R", "T"), ("D", "AA1", "R"))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("obstinate", ("ob", "sti", "nate")),
        ("preposterous", ("pre", "po", "ster", "ous")),
        ("knight", ("knight",)),
        ("taciturn", ("ta", "ci", "turn")),
        ("exacerbate", ("ex", "a", "cer", "bate")),
    ],
)
def test_syllables_are_spelled(sounds, word, expected):
    assert sounds.syllables(word) == expected


def test_letters_of_phones(sounds):
    assert sounds.letters("knight") == ("kn", "igh", "t")
    assert sounds.letters("mansion") == ("m", "a", "n", "si", "o", "n")


def test_rhymes_are_perfect(sounds):
    assert sounds.rhyme("cat", "hat")
    assert sounds.rhyme("nation", "station")
    assert not sounds.rhyme("cat", "cat")
    assert not sounds.rhyme("languid", "liquid")
    assert not sounds.rhyme("night", "knight")  # the same sound is no rhyme


def test_homophones(sounds):
    assert "night" in sounds.homophones("knight")
    assert "knight" not in sounds.homophones("knight")


def test_distance_orders_what_ears_order(sounds):
    near = sounds.distance("bæt", "pæt")
    assert 0 < near < sounds.distance("bæt", "kæt") < sounds.distance("bæt", "kɪŋ") <= 1
    assert sounds.distance("ˈkændɪd", "kændɪd") == 0


def test_stress_marks_stand_before_the_syllable():
    assert ipa(("AH0", "B", "EY1", "T")) == "əˈbeɪt"
    assert ipa(("K", "AE1", "T")) == "kæt"


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_distance_is_symmetric_and_bounded(a, b):
    sounds = Sounds.open()
    left, right = "".join(sounds.say(a)), "".join(sounds.say(b))
    there, back = sounds.distance(left, right), sounds.distance(right, left)
    assert there == pytest.approx(back)
    assert 0 <= there <= 1
    assert (there == 0) == (left == right)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(WORDS))
def test_spelled_pieces_make_the_word(word):
    sounds = Sounds.open()
    assert "".join(sounds.letters(word)) == word
    assert "".join(sounds.syllables(word)) in {word, ""}


@pytest.mark.parametrize(
    ("word", "said", "kept"),
    [
        ("cod", ["S IY1 OW1 D IY1", "K AA1 D"], ["K AA1 D"]),
        ("html", ["EY2 CH T IY2 EH2 M EH1 L"], ["EY2 CH T IY2 EH2 M EH1 L"]),
        ("rep", ["R EH1 P", "R EH0 P R IY0 Z EH1 T AH0 T IH0 V"], ["R EH1 P"]),
        ("does", ["D AH1 Z", "D IH0 Z"], ["D AH1 Z"]),
        ("tonsil", ["T AA2 N S AH0 L"], ["T AA1 N S AH0 L"]),
        ("hm", ["HH M"], ["HH M"]),
        ("read", ["R EH1 D", "R IY1 D"], ["R EH1 D", "R IY1 D"]),
    ],
)
def test_what_no_lexicographer_would_give_is_left_out(
    word: str, said: list[str], kept: list[str]
) -> None:
    assert spoken(word, said) == kept
