from __future__ import annotations

import json

from malmoi.mnemonics.cards import Card, Claim, card_id, from_record, to_record

CARD = Card(
    id=card_id("obstinate", "obstinate.adjective.1"),
    term="obstinate",
    sense="obstinate.adjective.1",
    definition="unwilling to yield",
    pos="adjective",
    feature="etymology",
    reasoning="from stare 'to stand'",
    mnemonic="An obstinate mule stands.",
    example="He is obstinate.",
    claims=(Claim("origin", "from stare", "supported", "GCIDE"),),
    score=0.5,
    writer="lexicon-writer",
    sources=("GCIDE",),
)


def test_an_id_depends_on_term_and_sense_alone() -> None:
    assert card_id(" Obstinate ", "s") == card_id("obstinate", "s")
    assert card_id("obstinate", "s") != card_id("obstinate", "t")
    assert card_id("ab", "c") != card_id("a", "bc")
    # Learners' decks hold these ids: they never change.
    assert CARD.id == "b97f6640e74cfa53"


def test_a_card_survives_json() -> None:
    assert from_record(json.loads(json.dumps(to_record(CARD)))) == CARD
    assert CARD.draft.mnemonic == CARD.mnemonic
