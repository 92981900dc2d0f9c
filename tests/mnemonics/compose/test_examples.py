from __future__ import annotations

from malmoi.lexicon.facts import Word
from malmoi.mnemonics.compose.examples import example
from malmoi.mnemonics.compose.phrases import meaning
from tests.helpers import hand_made

LEXICON = hand_made.lexicon()


def _example(term: str, pos: str, *examples: str) -> str:
    sense = hand_made.sense(term, pos, "of some kind", examples=examples)
    word = Word(term, term, senses=(sense,))
    return example(word, sense, meaning(word, sense, LEXICON))


def test_sentence_is_taken_as_it_is() -> None:
    assert _example("candid", "adjective", "I gave them my candid opinion") == (
        "I gave them my candid opinion."
    )


def test_phrase_is_framed() -> None:
    found = _example("candid", "adjective", "a candid answer")
    assert "a candid answer" in found
    assert found.endswith(".")
    assert found[0].isupper()


def test_example_of_another_word_or_an_old_one_is_passed_over() -> None:
    found = _example("candid", "adjective", "a frank answer", "thou art candid with thy king")
    assert "thou" not in found
    assert "candid" in found


def test_every_part_of_speech_has_a_plain_one() -> None:
    for pos in ("noun", "verb", "adjective", "adverb"):
        assert "zzz" in _example("zzz", pos)
