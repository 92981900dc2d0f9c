from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.phrases import (
    countable,
    family_of,
    in_slot,
    noun_kind,
    only_intransitive,
    surely_counted,
    takes_object,
    unfit,
)
from tests.helpers import hand_made
from tests.helpers.hand_made import sense

WORD = hand_made.CANDID


@pytest.mark.parametrize(
    ("text", "pos", "phrase"),
    [
        ("relating to the head", "adjective", "to do with the head"),
        ("make less active", "verb", "make {} less active"),
        ("cause physical pain in", "verb", "cause physical pain in {}"),
        ("in a hurry", "adverb", "in a hurry"),
        ("hurried", "adverb", ""),
    ],
)
def test_a_clause_fits_its_slot(text: str, pos: str, phrase: str) -> None:
    assert in_slot(text, pos) == phrase


def test_what_says_the_word_itself_is_unfit_but_for_its_anchor() -> None:
    family, lexicon = family_of(WORD), Lexicon()
    assert unfit(["candid", "in", "speech"], family, WORD, lexicon)
    assert unfit(["candidly", "told"], family, WORD, lexicon)
    assert not unfit(["white", "as", "a", "candle"], family, WORD, lexicon, "candle")


def test_kinds_of_nouns() -> None:
    lexicon = hand_made.lexicon()
    assert noun_kind(sense("miser", "noun", "a stingy person"), lexicon) == "person"
    assert noun_kind(sense("greed", "noun", "the quality of wanting more"), lexicon) == "abstract"
    assert countable("boat", lexicon)
    assert not countable("wisdom", lexicon)


@pytest.mark.usefixtures("shared_lexicon")
def test_verbs_that_take_an_object(real_lexicon: Lexicon) -> None:
    for term, takes in (("quell", True), ("digress", False), ("placate", True)):
        word = real_lexicon.word(term)
        assert takes_object(word, word.senses[0], "", real_lexicon) == takes


@pytest.mark.usefixtures("shared_lexicon")
def test_what_glosses_never_show_takes_no_article_for_sure(real_lexicon: Lexicon) -> None:
    assert surely_counted("drove", real_lexicon) is None
    assert surely_counted("water", real_lexicon) is False
    assert surely_counted("sword", real_lexicon) is True


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("term", "alone"), [("pertain", True), ("quell", False), ("docile", False)]
)
def test_verbs_that_have_no_object_in_the_second_dictionary(
    real_lexicon: Lexicon, term: str, alone: bool
) -> None:
    assert only_intransitive(real_lexicon.word(term), real_lexicon) == alone
