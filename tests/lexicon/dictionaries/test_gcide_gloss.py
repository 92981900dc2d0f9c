from __future__ import annotations

import pytest

from malmoi.lexicon.dictionaries.gcide_gloss import gloss_of, is_english

WORDS = set("to make known run coming after part of the second wild horse be on guard cur".split())


def knows(word: str) -> bool:
    return word in WORDS


@pytest.mark.parametrize("word", ["run", "Run", "runs", "horses", "wild-horse", "horse's", "a"])
def test_known_words_and_their_forms_are_english(word: str) -> None:
    assert is_english(word, knows)


@pytest.mark.parametrize("word", ["dicere", "le", "tān", "?", "", "wild-equus", "L."])
def test_others_are_not(word: str) -> None:
    assert not is_english(word, knows)


@pytest.mark.parametrize(
    ("pieces", "gloss"),
    [
        (["to make known", "dicere to run"], "to make known"),
        (["coming after", "coming after"], "coming after"),
        (["to run on", "the second part of"], "to run on"),
        (["dicere", "run"], ""),
        (["from a wild horse"], ""),
        (["to run", "cur horse"], "to run"),
        (["currere"], ""),
        (["on"], "on"),
        ([], ""),
    ],
)
def test_a_gloss_ends_at_the_first_piece_that_is_not_english(pieces: list[str], gloss: str) -> None:
    assert gloss_of(pieces, "currere", knows) == gloss


def test_a_sentence_is_no_gloss_and_neither_is_the_word_itself() -> None:
    assert gloss_of(["run " * 20], "x", knows) == ""
    assert gloss_of(["horse"], "horse", knows) == ""
