from __future__ import annotations

import pytest

from malmoi.lexicon.facts import Root, Word
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.root_index import RootIndex
from tests.helpers import hand_made

DOCERE = Root("docere", "to teach", "Latin")


def test_without_the_dictionary_there_are_none() -> None:
    assert RootIndex.open(hand_made.lexicon()).words(DOCERE) == []


def test_the_cognate_shares_letters_and_is_no_relative() -> None:
    index = RootIndex({"latin|doc-": ["doctor", "teach", "doc"]})
    word = Word("docile", "docile")
    assert index.words(DOCERE) == ["doctor", "teach", "doc"]
    assert index.words(Root("docere", "", "French")) == ["doctor", "teach", "doc"]
    assert index.words(Root("docere", "", "Greek")) == []
    assert index.cognate(word, DOCERE, "to teach", Lexicon()) == "doctor"
    assert index.cognate(Word("wry", "wry"), DOCERE, "to teach", Lexicon()) == ""


@pytest.mark.usefixtures("shared_lexicon")
def test_the_dictionarys_index(real_lexicon: Lexicon) -> None:
    index = RootIndex.open(real_lexicon)
    assert "doctor" in index.words(DOCERE)
    assert RootIndex.open(real_lexicon).words(Root("ad", "to", "Latin")) == []
