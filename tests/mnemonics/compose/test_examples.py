from __future__ import annotations

from dataclasses import replace

from malmoi.mnemonics.compose.examples import example
from tests.helpers import hand_made

WORD = hand_made.CANDID


def test_a_dictionarys_sentence_or_none() -> None:
    sense = WORD.senses[0]
    assert example(WORD, sense) == "I gave them my candid opinion."
    for text in ("a candid opinion", "he hath a candid mind", "they were frank with us all"):
        assert example(WORD, replace(sense, examples=(text,))) == ""
