from __future__ import annotations

import re

import pytest

from malmoi.core.files import stable_hash
from malmoi.lexicon.facts import PartOfSpeech
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.clauses import MAX_WORDS, clauses, is_phrase
from malmoi.text.english import lower_words


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("text", "pos", "keep", "first"),
    [
        ("a shelter for birds; usually of wood", "noun", "", "a shelter for birds"),
        ("a shed containing a number of beehives", "noun", "bee",
         "a shed containing a number of beehives"),
        ("recognize or perceive the difference", "verb", "", "recognize the difference"),
        ("cause physical pain or suffering in", "verb", "", "cause physical pain in"),
        ("of or relating to an island", "adjective", "", "relating to an island"),
        ("occurring among or involving several people", "adjective", "",
         "occurring among several people"),
        ("causing or tending to cause things to slip or slide", "adjective", "",
         "causing things to slip"),
        ("A salt of lactic acid", "noun", "", "a salt of lactic acid"),
    ],
)  # fmt: skip
def test_definitions_made_short(
    real_lexicon: Lexicon, text: str, pos: str, keep: str, first: str
) -> None:
    assert clauses(text.split(";")[0], pos, real_lexicon, keep)[0] == first  # type: ignore[arg-type]


@pytest.mark.usefixtures("shared_lexicon")
def test_a_clause_that_loses_the_anchor_is_none(real_lexicon: Lexicon) -> None:
    text = "a military aircraft that drops bombs during flight"
    assert all("bomb" in clause for clause in clauses(text, "noun", real_lexicon, "bomb"))
    assert clauses("change from a gaseous to a liquid state", "verb", real_lexicon) == []


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("text", "pos", "whole"),
    [
        ("from a gaseous", "verb", False),
        ("the concerned with stars", "noun", False),
        ("an armed", "noun", False),
        ("a small boat", "noun", True),
        ("a stone that is used to mark a grave", "noun", True),
        ("a shed containing", "noun", False),
        ("full of the", "adjective", False),
        ("look at", "verb", True),
        ("a branch of", "noun", False),
    ],
)
def test_phrases_are_whole(real_lexicon: Lexicon, text: str, pos: str, whole: bool) -> None:
    assert is_phrase(text, pos, real_lexicon) == whole


@pytest.mark.usefixtures("shared_lexicon")
def test_no_clause_of_any_word_dangles(real_lexicon: Lexicon) -> None:
    """What holds of every clause: short, one reading, no function word at its end."""
    for term in sorted(real_lexicon.candidates("B2", 2.0, 4.3), key=stable_hash)[:150]:
        for sense in real_lexicon.word(term).senses[:1]:
            for clause in clauses(sense.definition.split(";")[0], sense.pos, real_lexicon):
                words = lower_words(clause)
                assert len(words) <= MAX_WORDS
                assert not re.search(r"[()\[\]]|\bor\b", clause), clause
                assert words[-1] not in ("the", "a", "an", "and", "is", "that", "not"), clause


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("text", "pos", "keep", "first"),
    [
        ("willing to be taught or led or directed", "adjective", "teach", "willing to be taught"),
        ("using or containing too many words", "adjective", "", "containing too many words"),
        ("any of several small sharks", "noun", "", "a small shark"),
        ("a toilet that is available to the public", "noun", "",
         "a toilet that is available to the public"),
    ],
)  # fmt: skip
def test_lists_of_participles_and_of_kinds(
    real_lexicon: Lexicon, text: str, pos: PartOfSpeech, keep: str, first: str
) -> None:
    assert clauses(text, pos, real_lexicon, keep)[0] == first


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("text", "pos"),
    [
        ("so exceedingly large or extensive as to suggest a giant or mammoth", "adjective"),
        ("any of various breads made from usually unleavened dough", "noun"),
    ],
)
def test_what_was_cut_where_it_says_nothing(
    real_lexicon: Lexicon, text: str, pos: PartOfSpeech
) -> None:
    assert not [c for c in clauses(text, pos, real_lexicon) if c.endswith(("large", "made"))]


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("text", "pos", "told"),
    [
        ("any night of the week except Saturday or Sunday", "noun",
         "a night of the week except Saturday and Sunday"),
        ("relating to or having the nature of a parliament", "adjective",
         "relating to a parliament"),
        ("relating to or operating by means of valves", "adjective", "relating to valves"),
        ("the condition of being covered with glaciers or masses of ice", "noun",
         "the condition of being covered with masses of ice"),
        ("of a building having more than one level", "adjective", "having more than one level"),
    ],
)  # fmt: skip
def test_definitions_of_two_kinds_told_as_one(
    real_lexicon: Lexicon, text: str, pos: PartOfSpeech, told: str
) -> None:
    assert clauses(text, pos, real_lexicon)[0] == told


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("text", "pos", "end"),
    [
        ("an airplane that can land on or take off from water", "noun", "land"),
        ("a print made by an impression of the ridges in the skin of a finger", "noun", "ridges"),
        ("a swimming stroke like the crawl except the swimmer lies on his back", "noun", "lies"),
        ("not capable of being improved on", "adjective", "improved"),
        ("of purchase orders that have not been filled", "adjective", "filled"),
    ],
)
def test_what_the_rest_of_a_definition_is_needed_for(
    real_lexicon: Lexicon, text: str, pos: PartOfSpeech, end: str
) -> None:
    assert not [c for c in clauses(text, pos, real_lexicon) if c.endswith(end)]
