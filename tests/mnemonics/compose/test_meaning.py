from __future__ import annotations

import re

import pytest

from malmoi.core.files import stable_hash
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.clauses import MAX_WORDS
from malmoi.mnemonics.compose.meaning import (
    definition_clauses,
    plain_definition,
    short_meaning,
)
from malmoi.mnemonics.compose.senses import first_sense
from malmoi.text.english import lower_words
from tests.helpers import hand_made


def test_what_is_told_is_a_clause_of_the_definition() -> None:
    word = hand_made.CANDID
    meaning = short_meaning(word, word.senses[0], hand_made.lexicon())
    assert meaning.text == "without evasion"


def test_definitions_are_cut_at_semicolons_and_lose_their_brackets() -> None:
    text = "(of persons) open; frank (with others); "
    assert definition_clauses(text) == ["open", "frank"]
    assert plain_definition(text) == "open"
    assert plain_definition("(only this)") == "(only this)"


@pytest.mark.usefixtures("shared_lexicon")
def test_meanings_are_short_and_whole(real_lexicon: Lexicon) -> None:
    """No alternatives, no brackets, never the word itself, a clause at most."""
    listed = sorted(real_lexicon.candidates("B2", 2.0, 4.3), key=stable_hash)[:150]
    told = 0
    for term in listed:
        word = real_lexicon.word(term)
        sense = first_sense(word, real_lexicon)
        if sense is None:
            continue
        meaning = short_meaning(word, sense, real_lexicon)
        if not meaning.text:
            continue
        told += 1
        words = lower_words(meaning.plain)
        assert len(words) <= MAX_WORDS + 2, meaning  # an article, and "to do with"
        assert not re.search(r"[()\[\]]|(?<!two )\bor\b", meaning.plain), meaning
        assert term not in words
        assert words[-1] not in ("of", "the", "a", "and", "if", "as", "with"), meaning
    assert told > 60


@pytest.mark.parametrize(
    ("term", "wrong"), [("banal", "tired"), ("comprehend", "dig"), ("aperture", "a device")]
)
@pytest.mark.usefixtures("shared_lexicon")
def test_what_misleads_is_refused(real_lexicon: Lexicon, term: str, wrong: str) -> None:
    word = real_lexicon.word(term)
    for sense in word.senses:
        assert short_meaning(word, sense, real_lexicon).text != wrong


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("term", "countable"),
    [
        ("warship", True), ("meatball", True), ("nosebleed", True), ("metropolis", True),
        ("barnyard", True), ("gunfire", False), ("airmail", False), ("airflow", False),
        ("paperboard", False),
        ("philanthropy", False), ("adjustment", False),
    ],
)  # fmt: skip
def test_which_nouns_take_an_article(real_lexicon: Lexicon, term: str, countable: bool) -> None:
    word = real_lexicon.word(term)
    meaning = short_meaning(word, word.senses[0], real_lexicon, term[:4])
    assert meaning.countable == countable


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize("term", ["belongings", "vitals", "swimwear", "magnificence"])
def test_nouns_that_are_not_what_their_definition_says(real_lexicon: Lexicon, term: str) -> None:
    """A plural is no "something", clothing no garment, a quality not imposing."""
    word = real_lexicon.word(term)
    assert short_meaning(word, word.senses[0], real_lexicon).text == ""


@pytest.mark.usefixtures("shared_lexicon")
def test_someone_does_it_not_one(real_lexicon: Lexicon) -> None:
    word = real_lexicon.word("guarantor")
    meaning = short_meaning(word, word.senses[0], real_lexicon, "guarantee")
    assert meaning.text == "someone who provides a guarantee to another"
