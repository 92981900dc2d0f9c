"""A rhyme runs from the stressed vowel on."""

from __future__ import annotations

import pytest

from malmoi.lexicon.facts import Reading
from malmoi.mnemonics.claims.rhymes import reading_is_meant, rhyme, rimes

METRO, BUFFALO, RETRO = "M EH1 T R OW2", "B AH1 F AH0 L OW2", "R EH1 T R OW0"
ALIMONY, PATRIMONY = "AE1 L AH0 M OW2 N IY0", "P AE1 T R AH0 M OW2 N IY0"


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ("AH0 B EY1 T", "L EY1 T", "yes"),
        ("AH0 B EY1 T", "D AH0 B EY1 T", "yes"),
        (METRO, RETRO, "yes"),
        (METRO, BUFFALO, "no"),
        (BUFFALO, "G OW1", "perhaps"),
        ("HH ER1 AH0 K EY2 N", "P L EY1 N", "yes"),
        (ALIMONY, PATRIMONY, "perhaps"),
        ("IH0 L EH1 K T R AH0 F AY2", "B AH1 T ER0 F L AY2", "perhaps"),
        ("B AH0 N AE1 N AH0", "S OW1 F AH0", "no"),
        ("F AY1 ER0", "W AY1 R", "perhaps"),
        ("P UH1 R", "D AO1 R", "perhaps"),
    ],
)
def test_from_the_stressed_vowel_on(a: str, b: str, verdict: str) -> None:
    assert rhyme([tuple(a.split())], [tuple(b.split())]) == verdict
    assert rhyme([tuple(b.split())], [tuple(a.split())]) == verdict


def test_any_pronunciation_may_rhyme() -> None:
    assert rhyme([("R", "EH1", "D"), ("R", "IY1", "D")], [("S", "IY1", "D")]) == "yes"


def test_a_word_without_any_stress_has_a_rime() -> None:
    assert rimes(("DH", "AH0")) == (("ə",), ("ə",))
    assert rimes(("M",)) == (("m",), ("m",))


def test_a_sentence_says_which_reading_it_means() -> None:
    verb = Reading("verb", 1, 2, (), "GCIDE")
    doe = Reading("noun", 0, 1, ("D", "OW1", "Z"), "doe + -s, CMUdict: doe D OW1")
    assert reading_is_meant(verb, "The verb record is stressed on the second syllable.")
    assert not reading_is_meant(verb, "Record is stressed on the second syllable.")
    assert reading_is_meant(doe, "Does, the plural of doe, rhymes with nose.")
