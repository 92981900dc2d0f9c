from __future__ import annotations

from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.made import WRITER, made, says
from malmoi.mnemonics.compose.phrases import Meaning
from tests.helpers.hand_made import CANDID


def test_a_verb_is_told_with_to_and_the_others_without() -> None:
    assert says("abate", Meaning("verb", phrase="lessen")) == "To abate means to lessen."
    assert says("candid", Meaning("adjective", phrase="frank")) == "Candid means frank."
    assert says("candid", Meaning("adjective")) == ""


def test_what_is_made_is_the_lexicon_writers() -> None:
    anchor = (Anchor("candy", "sound"),)
    one = made(CANDID, CANDID.senses[0], "phonetics", "r", "m", "e", anchor, "picture.adjective.1")
    assert one.template == "picture.adjective.1"
    assert one.candidate.writer == WRITER
    assert one.candidate.term == "candid"
    assert one.candidate.draft.mnemonic == "m"
    assert one.candidate.anchors == anchor
