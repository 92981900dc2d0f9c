from __future__ import annotations

from malmoi.lexicon.facts import Pronunciation, Word


def test_a_syllable_has_a_stress_digit() -> None:
    said = Pronunciation("ˈɑbstənət", ("AA1", "B", "S", "T", "AH0", "N", "AH0", "T"), "100", "x")
    assert said.syllables == 3


def test_a_word_of_which_nothing_is_known_has_empty_fields_of_its_own() -> None:
    one, other = Word("a", "a"), Word("b", "b")
    one.unknown["cefr"] = "not rated"
    assert other.unknown == {}
    assert one.senses == ()
