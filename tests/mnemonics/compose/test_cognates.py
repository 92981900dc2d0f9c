from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
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


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("term", "told", "not_told"),
    [
        ("adjustment", "adjust", "just"),  # a base that is no commoner helps
        ("circlet", "circle", "circus"),  # "a small circle"
        ("heartless", "heart", "countless"),  # they share an ending alone
    ],
)
def test_relatives_that_help(real_lexicon: Lexicon, term: str, told: str, not_told: str) -> None:
    index = RootIndex.open(real_lexicon)
    named = {basis.anchor.word for basis in bases(real_lexicon.word(term), real_lexicon, index)}
    assert not_told not in named
    assert told in named


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("term", "denied"),
    [("unconvinced", "convince"), ("unpopular", "popularity"), ("worthless", "worth")],
)
def test_nobody_thinks_of_the_opposite(real_lexicon: Lexicon, term: str, denied: str) -> None:
    """Nor of "something worth": that adjective stands after a verb."""
    index = RootIndex.open(real_lexicon)
    named = {basis.anchor.word for basis in bases(real_lexicon.word(term), real_lexicon, index)}
    assert denied not in named


@pytest.mark.usefixtures("shared_lexicon")
def test_an_adjective_of_people_is_said_of_someone(real_lexicon: Lexicon) -> None:
    index = RootIndex.open(real_lexicon)
    found = bases(real_lexicon.word("bravery"), real_lexicon, index)
    assert {basis.object for basis in found if basis.says == "brave"} == {"people"}
