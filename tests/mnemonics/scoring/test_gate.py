from __future__ import annotations

import pytest

from malmoi.lexicon.facts import Word
from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from malmoi.mnemonics.scoring.gate import Gate
from tests.helpers import hand_made

LEXICON = hand_made.lexicon()
REASON = "Candid starts like candy."
EXAMPLE = "She gave a candid answer."
GOOD = "A candid candy tells you frankly to your face that your teeth are bad."


def _gate(mnemonic: str, reasoning: str = REASON) -> Gate:
    draft = Draft("phonetics", reasoning, mnemonic, EXAMPLE)
    return _gate_of(draft, hand_made.CANDID)


def _gate_of(draft: Draft, word: Word) -> Gate:
    return DraftAnalysis(draft, word, word.senses[0], LEXICON).gate


def test_good_mnemonic_passes_all_three() -> None:
    found = _gate(GOOD)
    assert found.passed
    assert found.reasons == ()


def test_without_anchor() -> None:
    found = _gate("My uncle was so candid and frank that the whole dinner party went home early.")
    assert not found.anchor
    assert not found.trigger
    assert found.enacted


def test_without_meaning() -> None:
    found = _gate("A candid candy fell off the kitchen table and rolled under the old sofa.")
    assert found.trigger
    assert not found.enacted
    assert "enacted" in found.reasons[0]


def test_rare_anchor_is_not_known() -> None:
    found = _gate("A candid candiru swam up frankly and told the fishermen about its teeth.",
                  "Candid starts like candiru.")  # fmt: skip
    assert not found.anchor


@pytest.mark.parametrize(
    "degenerate",
    [
        "candid candy candid candy candid candy frank frank frank frank",
        "candid, candy, frank, blunt, honest, open, direct, sincere, outspoken",
        "Candid means direct in manner or speech; without evasion, like candy.",
        "Candid starts like candy, and candid means frank.",
        "Candid is from Latin candidus white, related to candle, and frank.",
        "Two plain clauses: the word with that fact, then the step from the fact to candid.",
        "Remember candid by thinking of candy whenever you want to be frank.",
        "The candy of frank was to candid with the of kitchen and table for mule.",
        "mnemonic: A candid candy tells you frankly that your teeth are bad.",
        "A frank candy tells you to your face that your teeth are bad.",
        "A candid candy tells you frankly to your face that your teeth are the",
        "candid",
        "",
    ],
)
def test_degenerate_text_passes_nothing(degenerate: str) -> None:
    found = _gate(degenerate)
    assert (found.anchor, found.enacted, found.trigger) == (False, False, False)
    assert found.reasons[0].startswith("text:")


def test_root_counts_only_where_the_draft_names_it() -> None:
    word = hand_made.OBSTINATE
    text = "The obstinate mule takes a stand in the road, far too stubborn to move for a bus."
    told = Draft("etymology", "Obstinate is from Latin ob 'against' + stare 'to stand'.", text, "x")
    untold = Draft("etymology", "Obstinate is a long word.", text, "x")
    assert _gate_of(told, word).passed
    assert not _gate_of(untold, word).trigger
