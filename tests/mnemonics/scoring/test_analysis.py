from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.claims.checks import check_draft
from malmoi.mnemonics.scoring import analysis as module
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from malmoi.mnemonics.scoring.ranking import score
from malmoi.mnemonics.scoring.rewards import assess
from malmoi.mnemonics.scoring.rules import reject
from tests.helpers import hand_made

WORD = hand_made.CANDID
LEXICON = hand_made.lexicon()
GOOD = Draft(
    "phonetics", "Candid starts like candy.",
    "A candid candy tells you frankly to your face that your teeth are bad.",
    "She gave a candid answer.",
)  # fmt: skip


def analysis(draft: Draft) -> DraftAnalysis:
    return DraftAnalysis(draft, WORD, WORD.senses[0], LEXICON)


def test_claims_are_those_of_reasoning_and_mnemonic_in_order() -> None:
    draft = replace(GOOD, mnemonic="Candid rhymes with lamp, said the candid candy to its face.")
    claims = analysis(draft).claims
    assert claims == check_draft(WORD, None, draft, LEXICON)
    assert [claim.text for claim in claims] == [
        "Candid starts like candy", "Candid rhymes with lamp",
    ]  # fmt: skip


def test_each_text_is_read_once_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    find = module.find_claims

    def counted(term: str, text: str) -> Any:
        read.append(text)
        return find(term, text)

    monkeypatch.setattr(module, "find_claims", counted)
    found = analysis(GOOD)
    assert not read
    assert reject(found) == found.mislabelled == assess(found).problem == ""
    assert found.gate.passed
    assert 0 < score(found) < 1
    assert sorted(read) == sorted([GOOD.reasoning, GOOD.mnemonic])


def test_label_and_feature_are_two_things() -> None:
    wrong = analysis(replace(GOOD, feature="etymology"))
    assert wrong.feature == "phonetics"
    assert wrong.mislabelled == "wrong feature: phonetics, not etymology"


def test_forms_hold_the_terms_inflections() -> None:
    assert {"candid"} <= analysis(GOOD).forms
