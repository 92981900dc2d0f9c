from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.claims.checks import check_draft
from malmoi.mnemonics.compose import compose
from malmoi.mnemonics.scoring.rewards import assess
from malmoi.mnemonics.writer import lexicon_writer as module
from malmoi.mnemonics.writer.lexicon_writer import (
    MIN_KEEP,
    _without_meaning,
    best_candidates,
    checked,
)
from tests.helpers import hand_made

LEXICON = hand_made.lexicon()


def test_best_has_only_supported_claims() -> None:
    word = hand_made.VIRULENT
    (found,) = best_candidates(word, word.senses[0], LEXICON, 1)
    claims = check_draft(word, word.senses[0], found.draft, LEXICON)
    assert claims
    assert {claim.verdict for claim in claims} == {"supported"}
    assert found.draft.mnemonic.startswith("VIRUlent comes from Latin virus 'poison'. ")
    assert found.draft.example == "They found a virulent snake in the garden."


@pytest.mark.usefixtures("shared_lexicon")
def test_several_candidates_are_several_ideas(
    real_lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MIN_LINK", 0.3)
    monkeypatch.setattr(module, "MIN_KEEP", 0.3)
    word = real_lexicon.word("geneticist")
    found = best_candidates(word, word.senses[0], real_lexicon, 3)
    assert len({c.anchors[0].word for c in found}) == len(found) > 1


def test_where_the_meaning_does_not_follow_the_writer_abstains() -> None:
    word = hand_made.CANDID  # "white" and "frank": true, and no help
    assert compose(word, word.senses[0], LEXICON)
    assert checked(word, word.senses[0], LEXICON, 1) == []


def test_what_is_composed_is_accepted_by_the_checks() -> None:
    word = hand_made.VIRULENT
    for found in checked(word, word.senses[0], LEXICON, 2):
        assert found.score >= MIN_KEEP
        assert assess(found.analysis).problem == ""


def test_without_meaning() -> None:
    assert _without_meaning("Bog rhymes with dog. Bog means wet ground.") == "Bog rhymes with dog."
