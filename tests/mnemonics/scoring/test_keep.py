from __future__ import annotations

from dataclasses import replace

import pytest

from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from malmoi.mnemonics.scoring.keep import Features
from malmoi.models import use
from tests.helpers import hand_made

LEXICON = hand_made.lexicon()
WORD = hand_made.CANDID
PLAIN = Draft(
    "etymology", "Candid comes from Latin candidus 'white'.",
    "CANDid comes from Latin candidus 'white'. To be candid is to be direct in speech.", "none",
)  # fmt: skip


def of(mnemonic: str) -> DraftAnalysis:
    return DraftAnalysis(replace(PLAIN, mnemonic=mnemonic), WORD, WORD.senses[0], LEXICON)


def test_features_are_read_off_the_text() -> None:
    found = of(PLAIN.mnemonic).keep_features
    assert replace(found, step=0.0, common=0.0) == Features(
        step=0.0, words=3, senses=1, common=0.0, supported=2, fault=False, two=True
    )
    assert 2 < found.common < 5
    assert 0.3 < found.step <= 1.0001


def test_a_sentence_that_is_cut_off_lowers_it() -> None:
    whole, cut = of(PLAIN.mnemonic), of(PLAIN.mnemonic.replace("direct in speech", "direct in"))
    assert cut.keep_features.fault
    assert cut.kept < whole.kept - 0.2


@pytest.mark.skipif(not use.installed(), reason="pip install 'malmoi[embedded]'")
def test_a_step_that_leads_elsewhere_lowers_it() -> None:
    other = of(PLAIN.mnemonic.replace("direct in speech", "fond of old ships"))
    assert other.kept < of(PLAIN.mnemonic).kept - 0.1


def test_one_sentence_is_hardly_ever_kept() -> None:
    assert of("A candid candy tells you frankly that your teeth are bad.").kept < 0.15


def test_nothing_at_all_is_between_0_and_1() -> None:
    assert 0 < of("").kept < 0.5
    assert 0 < DraftAnalysis(PLAIN, replace(WORD, senses=()), None, LEXICON).kept < 1
