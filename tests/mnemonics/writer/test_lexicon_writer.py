from __future__ import annotations

from malmoi.mnemonics.claims.checks import check_draft
from malmoi.mnemonics.compose import compose
from malmoi.mnemonics.writer.lexicon_writer import (
    _without_meaning,
    best_candidates,
    checked,
)
from tests.helpers import hand_made

LEXICON = hand_made.lexicon()


def test_best_has_only_supported_claims() -> None:
    for word in (hand_made.CANDID, hand_made.OBSTINATE):
        (found,) = best_candidates(word, word.senses[0], LEXICON, 1)
        claims = check_draft(word, word.senses[0], found.draft, LEXICON)
        assert claims
        assert {claim.verdict for claim in claims} == {"supported"}
        assert word.term in found.draft.mnemonic.lower()


def test_same_word_same_card_other_seed_other_card() -> None:
    word = hand_made.CANDID
    first = compose(word, word.senses[0], LEXICON)
    assert first == compose(word, word.senses[0], LEXICON)
    assert first != compose(word, word.senses[0], LEXICON, seed=7)


def test_several_candidates_are_several_ideas() -> None:
    word = hand_made.CANDID
    found = best_candidates(word, word.senses[0], LEXICON, 3)
    ideas = {(c.draft.feature, c.anchors[0].word) for c in found}
    assert len(ideas) == len(found) > 1


def test_floor_abstains() -> None:
    word = hand_made.CANDID
    assert checked(word, word.senses[0], LEXICON, 1, floor=1.0) == []


def test_without_meaning() -> None:
    assert _without_meaning("Bog rhymes with dog. Bog means wet ground.") == "Bog rhymes with dog."
