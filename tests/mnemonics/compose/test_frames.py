from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.frames import Frame, frame_of, inventory, of_people


def test_a_noun_brings_its_article_and_its_number() -> None:
    assert Frame("palace", "things").with_adjective("opulent") == "an opulent palace"
    assert Frame("child", "people").with_adjective("docile") == "docile children"
    assert Frame("food", "stuff").with_adjective("insipid") == "insipid food"
    assert Frame("", "things").with_adjective("arduous") == "something arduous"
    assert Frame("", "people").object == "someone"
    assert Frame("revolt", "things").object == "a revolt"
    assert Frame("anger", "stuff").object == "anger"
    assert Frame("child", "people").be == "are"
    assert Frame("", "people").be == "is"
    assert Frame("", "people").pronoun == "they"


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("term", "phrase"), [("arid", "an arid climate"), ("verbal", "a verbal protest")]
)
def test_an_example_gives_the_noun(real_lexicon: Lexicon, term: str, phrase: str) -> None:
    word = real_lexicon.word(term)
    assert frame_of(word, word.senses[0], real_lexicon).with_adjective(term) == phrase


@pytest.mark.usefixtures("shared_lexicon")
def test_a_verb_gets_an_object_of_its_kind(real_lexicon: Lexicon) -> None:
    word = real_lexicon.word("pester")
    assert frame_of(word, word.senses[0], real_lexicon).kind == "people"
    word = real_lexicon.word("digress")
    assert frame_of(word, word.senses[0], real_lexicon).noun == ""


def test_every_noun_has_one_kind() -> None:
    assert set(inventory().values()) == {"people", "animals", "things", "stuff"}
    assert all(noun.isalpha() for noun in inventory())


@pytest.mark.usefixtures("shared_lexicon")
def test_examples_show_whom_a_verb_is_done_to(real_lexicon: Lexicon) -> None:
    word = real_lexicon.word("demote")
    assert of_people(word.senses[0], real_lexicon)  # "She was demoted"
    word = real_lexicon.word("rename")
    assert not of_people(word.senses[0], real_lexicon)
