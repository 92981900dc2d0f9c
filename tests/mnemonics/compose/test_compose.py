from __future__ import annotations

from malmoi.mnemonics.compose import compose
from tests.helpers import hand_made

LEXICON = hand_made.lexicon()


def test_several_features() -> None:
    made = compose(hand_made.CANDID, hand_made.CANDID.senses[0], LEXICON)
    features = {m.candidate.draft.feature for m in made}
    assert {"phonetics", "etymology"} <= features
    assert len(made) >= 12
    assert all("candid" in m.candidate.draft.mnemonic.lower() for m in made)


def test_parts() -> None:
    word = hand_made.UNBREAKABLE
    made = compose(word, word.senses[0], LEXICON)
    told = [m.candidate.draft for m in made if m.candidate.draft.feature == "morphology"]
    assert told
    assert "un- 'not' + break + -able 'able to be'" in told[0].reasoning


def test_other_parts_of_speech_get_none() -> None:
    word = hand_made.CANDID
    assert compose(word, hand_made.sense("candid", "other", "x"), LEXICON) == []


def test_insults_get_none() -> None:
    word = hand_made.CANDID
    insult = hand_made.sense("candid", "noun", "offensive term for a frank person")
    assert compose(word, insult, LEXICON) == []
