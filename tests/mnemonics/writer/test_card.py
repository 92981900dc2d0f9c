from __future__ import annotations

from dataclasses import replace

import pytest

from malmoi.core.errors import SourceError
from malmoi.core.files import stable_hash
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.grammar import faults
from malmoi.mnemonics.writer import card as module
from malmoi.mnemonics.writer.card import write_card
from malmoi.mnemonics.writer.lexicon_writer import best_candidates
from tests.helpers import hand_made

WORD = hand_made.VIRULENT
LEXICON = hand_made.lexicon()


def test_it_is_the_lexicon_writers_best_with_its_claims() -> None:
    card = write_card("virulent", LEXICON)
    (composed,) = best_candidates(WORD, WORD.senses[0], LEXICON, 1)
    assert card
    assert card.draft == composed.draft
    assert card.writer == "lexicon-writer"
    assert card.sense == WORD.senses[0].id
    assert {claim.verdict for claim in card.claims} == {"supported"}


def test_another_sense_may_be_asked_for() -> None:
    other = replace(WORD.senses[0], id="virulent.adjective.9")
    card = write_card("virulent", LEXICON, other)
    assert card
    assert card.sense == other.id


def test_a_word_without_a_meaning_is_named() -> None:
    with pytest.raises(SourceError, match="'zzyzx': no meaning"):
        write_card("zzyzx", LEXICON)
    with pytest.raises(SourceError, match="learner: saw 'fr', expected 'en' or 'ko'"):
        write_card("candid", LEXICON, learner="fr")


def test_no_good_mnemonic_is_no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "checked", lambda *_: [])
    assert write_card("virulent", LEXICON) is None


@pytest.mark.usefixtures("shared_lexicon")
def test_a_korean_learner_gets_a_korean_keyword(real_lexicon: Lexicon) -> None:
    card = write_card("commotion", real_lexicon, learner="ko")
    assert card
    assert any("가" <= letter <= "힣" for letter in card.mnemonic)


@pytest.mark.usefixtures("shared_lexicon")
def test_of_senses_as_likely_the_one_that_its_anchor_explains_is_told(
    real_lexicon: Lexicon,
) -> None:
    card = write_card("exemplify", real_lexicon)
    assert card
    assert card.definition.startswith("clarify by giving")


@pytest.mark.usefixtures("shared_lexicon")
def test_no_card_of_any_word_is_faulty_english(real_lexicon: Lexicon) -> None:
    """What holds of every card that is written: two sentences, no fault, every claim supported."""
    listed = sorted(real_lexicon.candidates("B2", 2.0, 4.3), key=stable_hash)[150:300]
    known = [term for term in listed if real_lexicon.word(term).senses]
    cards = [card for term in known if (card := write_card(term, real_lexicon))]
    assert len(cards) > 15
    for card in cards:
        assert faults(card.mnemonic, real_lexicon) == [], card.mnemonic
        assert card.mnemonic.endswith(".")
        assert "{}" not in card.mnemonic
        assert "  " not in card.mnemonic
        assert {claim.verdict for claim in card.claims} == {"supported"}
