from __future__ import annotations

from malmoi.lexicon.facts import Word
from malmoi.mnemonics.compose.phrases import meaning, noun_kind
from tests.helpers import hand_made

LEXICON = hand_made.lexicon()


def _meaning(term: str, pos: str, definition: str, **more: tuple[str, ...]):  # type: ignore[no-untyped-def]
    sense = hand_made.sense(term, pos, definition, **more)
    return meaning(Word(term, term, senses=(sense,)), sense, LEXICON)


def test_synonyms_the_learner_knows() -> None:
    word = hand_made.CANDID
    found = meaning(word, word.senses[0], LEXICON)
    assert set(found.short.split(" and ")) == {"frank", "blunt"}
    assert found.collocate == "opinion"


def test_asides_and_hedges_are_cut() -> None:
    found = _meaning("bog", "noun", "wet (spongy) ground, especially in the north; has peat")
    assert found.phrase == "wet ground"


def test_circular_phrase_is_left_out() -> None:
    assert _meaning("deletion", "noun", "the act of deletion").phrase == ""


def test_verb_that_takes_an_object() -> None:
    found = _meaning("placate", "verb", "cause to be more content")
    assert found.does == "placate everything"
    assert found.phrase == "cause everything to be more content"
    assert _meaning("subside", "verb", "become less strong").does == "subside"


def test_make_with_an_object_of_its_own_takes_no_other() -> None:
    assert _meaning("rattle", "verb", "make short loud sounds").phrase == "make short loud sounds"


def test_kind_of_noun() -> None:
    assert noun_kind(hand_made.sense("x", "noun", "a person who sells books"), LEXICON) == "person"
    assert noun_kind(hand_made.sense("x", "noun", "a state of great anger"), LEXICON) == "abstract"
