from __future__ import annotations

import pytest

from malmoi.lexicon.heteronyms import readings
from malmoi.lexicon.lookup import Lexicon


@pytest.mark.parametrize(
    ("term", "pos", "stress"),
    [("august", "adjective", 1), ("august", "noun", 0), ("minute", "adjective", 1),
     ("record", "verb", 1), ("record", "noun", 0), ("invalid", "noun", 0)],
)  # fmt: skip
def test_the_stress_of_each_part_of_speech(
    shared_lexicon: Lexicon, term: str, pos: str, stress: int
) -> None:
    found = shared_lexicon.word(term).readings
    assert (pos, stress) in {(reading.pos, reading.stress) for reading in found}


def test_a_form_of_another_word_sounds_as_that_word_does(shared_lexicon: Lexicon) -> None:
    by_term = {term: shared_lexicon.word(term).readings for term in ("does", "number")}
    assert [r.phones for r in by_term["does"]] == [("D", "OW1", "Z")]
    assert ("N", "AH1", "M", "ER0") in [r.phones for r in by_term["number"]]
    assert by_term["does"][0].source.startswith("doe + -s")


def test_most_words_have_one_reading(shared_lexicon: Lexicon) -> None:
    for term in ("abate", "obstinate", "mass", "tower", "corner", "leaves"):
        assert shared_lexicon.word(term).readings == (), term


def test_without_sources_there_are_none() -> None:
    assert readings("august", None, None, None) == ()
