"""One word with two spellings."""

from __future__ import annotations

import pytest

from malmoi.lexicon.frequency import Frequency
from malmoi.lexicon.lookup import Lexicon
from malmoi.lexicon.spelling_variants import variants


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("colour", "color"), ("offence", "offense"), ("defence", "defense"), ("café", "cafe"),
        ("naïve", "naive"), ("grey", "gray"), ("organise", "organize"), ("axe", "ax"),
        ("judgement", "judgment"), ("aeroplane", "airplane"), ("traveller", "traveler"),
        ("archaeology", "archeology"), ("fulfil", "fulfill"), ("catalogue", "catalog"),
    ],
)  # fmt: skip
def test_both_spellings_know_each_other(shared_lexicon: Lexicon, one: str, other: str) -> None:
    assert other in shared_lexicon.word(one).variants
    assert one in shared_lexicon.word(other).variants


@pytest.mark.parametrize(
    "term", ["ideal", "complement", "flower", "storey", "practice", "mare", "check", "abate", "or"]
)
def test_other_words_of_like_spelling_are_none(shared_lexicon: Lexicon, term: str) -> None:
    assert shared_lexicon.word(term).variants == ()


def test_a_spelling_has_what_is_known_of_the_other(shared_lexicon: Lexicon) -> None:
    for one, other in (("colour", "color"), ("offence", "offense"), ("café", "cafe")):
        ours, theirs = shared_lexicon.word(one), shared_lexicon.word(other)
        assert ours.pronunciations
        assert {s.definition for s in ours.senses} & {s.definition for s in theirs.senses}
        assert ours.origins
    order = [sense.definition for sense in shared_lexicon.word("defense").senses]
    assert [s.definition for s in shared_lexicon.word("defence").senses][:3] == order[:3]


def test_without_dictionaries_there_are_none() -> None:
    assert variants("colour", None, None, None, Frequency.open()) == ()
