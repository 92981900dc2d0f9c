from __future__ import annotations

from malmoi.mnemonics.compose.cognates import bases
from malmoi.mnemonics.compose.root_index import RootIndex
from tests.helpers import hand_made


def test_only_words_that_a_learner_knows_are_named() -> None:
    lexicon = hand_made.lexicon()
    facts = [basis.fact for basis in bases(hand_made.CANDID, lexicon, RootIndex({}))]
    assert facts == ["CANDid is related to CANDle."]
    (basis,) = bases(hand_made.CANDID, lexicon, RootIndex({}))
    assert basis.named
    assert basis.says == "candle"
    assert basis.reasons == ("Candid is related to candle.",)
    assert 0.5 < basis.trigger < 1
