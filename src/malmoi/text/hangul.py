"""Hangul: what is written in it, syllables as letters and back, the particle that a noun takes.

    decompose("값")                        # ("ㄱ", "ㅏ", "ㅄ")
    compose("ㄱ", "ㅏ", "ㅄ")              # "값"
    with_particle("칼", "을", "를")        # "칼을"

Letters (jamo) are written in two ways: joining ones (U+1100 to U+11FF), into which NFD takes
syllables apart and which kiwi gives for endings, and stand-alone ones (U+3131 to U+318E), which are
typed ("ㅋㅋ") and which `decompose` gives.
"""

from __future__ import annotations

import re
from functools import cache

from malmoi.text.english import only_letters

ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
CODAS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
"""The letters of a syllable in Unicode's order; the first of `CODAS` is none."""

_FIRST = ord("가")
_SYLLABLE = re.compile("[가-힣]")
_WORD = re.compile("[가-힣]+")
_JOINING = re.compile("[ᄀ-ᇿ]")
_LETTER = re.compile("[가-힣ᄀ-ᇿㄱ-ㆎ]")


def has_hangul(text: str) -> bool:
    """Whether a text holds a Hangul syllable."""
    return _SYLLABLE.search(text) is not None


def has_joining_jamo(text: str) -> bool:
    """Whether a text holds letters of Hangul that are parts of a syllable, as NFD has them."""
    return _JOINING.search(text) is not None


def has_hangul_letter(text: str) -> bool:
    """Whether a text holds any Hangul: a syllable, or letters alone ("ㅋㅋ")."""
    return _LETTER.search(text) is not None


def is_hangul(text: str) -> bool:
    """Whether a text is one word of Hangul syllables and nothing else; not if it is empty."""
    return _WORD.fullmatch(text) is not None


def hangul_words(text: str) -> list[str]:
    """Every run of Hangul syllables, in order."""
    return _WORD.findall(text)


def count_syllables(text: str) -> int:
    """How many Hangul syllables a text holds."""
    return len(_SYLLABLE.findall(text))


@cache
def decompose(syllable: str) -> tuple[str, str, str]:
    """Onset, vowel and coda of a syllable as stand-alone letters, "" for no coda.

    Raises:
        ValueError: it is no Hangul syllable.
    """
    if len(syllable) != 1 or not _SYLLABLE.match(syllable):
        raise ValueError(f"{syllable!r} is no Hangul syllable")
    rest, coda = divmod(ord(syllable) - _FIRST, len(CODAS))
    onset, vowel = divmod(rest, len(VOWELS))
    return ONSETS[onset], VOWELS[vowel], CODAS[coda]


def compose(onset: str, vowel: str, coda: str = "") -> str:
    """The syllable of three stand-alone letters, of which the last may be "".

    Raises:
        ValueError: no syllable has one of them there.
    """
    onsets = ONSETS.index(onset) * len(VOWELS)
    return chr(_FIRST + (onsets + VOWELS.index(vowel)) * len(CODAS) + CODAS.index(coda))


def with_particle(noun: str, after_consonant: str, after_vowel: str) -> str:
    """The noun with the particle that its last sound asks for ("칼을", "엄마를").

    Raises:
        ValueError: the noun doesn't end in a Hangul syllable.
    """
    return noun + (after_consonant if decompose(noun[-1])[2] else after_vowel)


def script_shares(text: str) -> tuple[float, float]:
    """Shares of Hangul syllables and of Latin letters among the letters of `text` (0 to 1 each)."""
    letters = sum(c.isalpha() for c in text)
    if not letters:
        return 0.0, 0.0
    return count_syllables(text) / letters, len(only_letters(text, latin=True)) / letters
