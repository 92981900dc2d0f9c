"""Hangul: what is written in it, letters of syllables, particles, shares of scripts."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.text.hangul import (
    CODAS,
    ONSETS,
    VOWELS,
    compose,
    count_syllables,
    decompose,
    hangul_words,
    has_hangul,
    has_hangul_letter,
    has_joining_jamo,
    is_hangul,
    script_shares,
    with_particle,
)

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=40)
SYLLABLE = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
HANGUL = st.text(SYLLABLE, min_size=1, max_size=3)
MIXED = st.text("가힣ㄱㅋ\u1100\u11a8aZ 1.", max_size=12)


def test_letters_of_a_syllable() -> None:
    assert decompose("값") == ("ㄱ", "ㅏ", "ㅄ")
    assert decompose("가") == ("ㄱ", "ㅏ", "")
    assert compose("ㅎ", "ㅣ", "ㅎ") == "힣"


@given(SYLLABLE)
def test_a_syllable_is_its_letters(syllable: str) -> None:
    onset, vowel, coda = decompose(syllable)
    assert compose(onset, vowel, coda) == syllable
    assert (onset in ONSETS, vowel in VOWELS, coda in CODAS) == (True, True, True)


@given(st.sampled_from(ONSETS), st.sampled_from(VOWELS), st.sampled_from(CODAS))
def test_letters_make_the_syllable_that_unicode_makes(onset: str, vowel: str, coda: str) -> None:
    joining = (0x1100 + ONSETS.index(onset), 0x1161 + VOWELS.index(vowel))
    last = chr(0x11A7 + CODAS.index(coda)) if coda else ""
    syllable = compose(onset, vowel, coda)
    assert syllable == unicodedata.normalize("NFC", "".join(map(chr, joining)) + last)
    assert decompose(syllable) == (onset, vowel, coda)


@pytest.mark.parametrize("text", ["", "a", "ㄱ", "가나", "\u1100"])
def test_what_is_no_syllable_has_no_letters(text: str) -> None:
    with pytest.raises(ValueError, match="no Hangul syllable"):
        decompose(text)


@pytest.mark.parametrize("letters", [("ㅏ", "ㅏ", ""), ("ㄱ", "ㄱ", ""), ("ㄱ", "ㅏ", "ㄸ")])
def test_letters_that_make_no_syllable(letters: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="not"):
        compose(*letters)


@pytest.mark.parametrize(
    ("text", "syllable", "joining", "letter"),
    [
        ("T셔츠", True, False, True), ("ㅋㅋ", False, False, True), ("ㆎ", False, False, True),
        ("\u1100", False, True, True), ("漢字 abc 12", False, False, False),
        ("", False, False, False),
    ],
)  # fmt: skip
def test_what_is_written_in_hangul(text: str, syllable: bool, joining: bool, letter: bool) -> None:
    assert has_hangul(text) is syllable
    assert has_joining_jamo(text) is joining
    assert has_hangul_letter(text) is letter


@given(HANGUL)
def test_taken_apart_it_is_hangul_still(word: str) -> None:
    apart = unicodedata.normalize("NFD", word)
    assert is_hangul(word)
    assert has_joining_jamo(apart)
    assert has_hangul_letter(apart)
    assert not has_hangul(apart)


@given(MIXED)
def test_words_and_syllables_are_counted_alike(text: str) -> None:
    words = hangul_words(text)
    assert count_syllables(text) == sum(map(len, words))
    assert all(map(is_hangul, words))
    assert has_hangul(text) is bool(words)
    assert is_hangul(text) is (words == [text])


def test_particles() -> None:
    assert with_particle("칼", "을", "를") == "칼을"
    assert with_particle("엄마", "을", "를") == "엄마를"
    with pytest.raises(ValueError, match="Hangul"):
        with_particle("knife", "을", "를")


@given(HANGUL)
def test_every_syllable_takes_one_of_two(noun: str) -> None:
    assert with_particle(noun, "이", "가") in {noun + "이", noun + "가"}


@given(ANYTHING)
def test_shares_of_scripts_are_shares(text: str) -> None:
    hangul, latin = script_shares(text)
    assert 0 <= hangul + latin <= 1


def test_shares_are_of_letters_alone() -> None:
    assert script_shares("가나 ab 12 !?") == (0.5, 0.5)
    assert script_shares("가나다字") == (0.75, 0.0)
    assert script_shares("12 !?") == (0.0, 0.0)
