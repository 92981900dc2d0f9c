from __future__ import annotations

from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.composed import WRITER, composed, says
from malmoi.mnemonics.compose.phrases import Meaning
from malmoi.mnemonics.compose.statements import stated
from tests.helpers.hand_made import CANDID


def test_a_verb_is_told_with_to_and_the_others_without() -> None:
    (told,) = says("abate", Meaning("verb", phrase="lessen"))
    assert told.text == "To abate means to lessen."
    (told,) = says("candid", Meaning("adjective", phrase="frank"))
    assert told.text == "Candid means frank."
    assert says("candid", Meaning("adjective")) == []


def test_what_is_made_is_the_lexicon_writers() -> None:
    anchor = (Anchor("candy", "sound"),)
    told = [
        stated("Candid rhymes with splendid.", "rhymes", "sound", "rhymes", "candid", "splendid")
    ]
    one = composed(
        CANDID, CANDID.senses[0], "phonetics", told, "m", "e", anchor, "picture.adjective.1"
    )
    assert one.candidate.draft.reasoning == "Candid rhymes with splendid."
    assert [claim.relation for claim in one.claims] == ["rhymes"]
    assert one.template == "picture.adjective.1"
    assert one.candidate.writer == WRITER
    assert one.candidate.term == "candid"
    assert one.candidate.draft.mnemonic == "m"
    assert one.candidate.anchors == anchor
