from __future__ import annotations

from malmoi.mnemonics.compose.phrases import meaning
from malmoi.mnemonics.compose.picture_words import PictureWord
from malmoi.mnemonics.compose.sounds import compose, pictured, section
from tests.helpers import hand_made
from tests.helpers.hand_made import CANDID

LEXICON = hand_made.lexicon()
SENSE = CANDID.senses[0]
MEANING = meaning(CANDID, SENSE, LEXICON)


def test_a_picture_word_acts_and_the_reasoning_says_what_it_sounds_like() -> None:
    picture_words = [PictureWord("candle", "starts", 0.9), PictureWord("can", "hidden", 0.9)]
    found = list(compose(CANDID, SENSE, MEANING, picture_words, "An example.", 0))
    assert found
    for each in found:
        draft = each.candidate.draft
        assert draft.feature == "phonetics"
        assert "candle" in draft.reasoning
        assert "candid" in draft.mnemonic.lower()
        assert [anchor.word for anchor in each.candidate.anchors] == ["candle"]


def test_without_a_sound_hook_there_is_nothing() -> None:
    hidden = [PictureWord("can", "hidden", 0.9)]
    assert list(compose(CANDID, SENSE, MEANING, hidden, "An example.", 0)) == []


def test_another_seed_gives_other_scenes() -> None:
    one = [text for _, text in pictured("candid", MEANING, "candle", 3, 0)]
    assert one == [text for _, text in pictured("candid", MEANING, "candle", 3, 0)]
    assert one != [text for _, text in pictured("candid", MEANING, "candle", 3, 1)]


def test_nouns_have_sections_by_kind() -> None:
    assert section(MEANING) == "adjective"
