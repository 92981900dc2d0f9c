from __future__ import annotations

from malmoi.mnemonics.compose.phrases import meaning
from malmoi.mnemonics.compose.picture_words import PictureWord
from malmoi.mnemonics.compose.spelling import compose
from tests.helpers import hand_made
from tests.helpers.hand_made import CANDID

LEXICON = hand_made.lexicon()
SENSE = CANDID.senses[0]
MEANING = meaning(CANDID, SENSE, LEXICON)


def test_a_hidden_word_is_named_and_pictured() -> None:
    picture_words = [PictureWord("can", "hidden", 0.9), PictureWord("candle", "starts", 0.9)]
    found = list(compose(CANDID, SENSE, MEANING, picture_words, "An example.", 0))
    assert found
    for each in found:
        draft = each.candidate.draft
        assert draft.feature == "orthography"
        assert "can" in draft.reasoning.replace(".", "").split()
        assert each.candidate.anchors[0].link == "spelling"
        assert each.candidate.anchors[0].word == "can"


def test_sounds_alone_give_no_spelling() -> None:
    picture_words = [PictureWord("candle", "starts", 0.9)]
    assert list(compose(CANDID, SENSE, MEANING, picture_words, "An example.", 0)) == []
