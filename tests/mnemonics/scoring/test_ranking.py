from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from malmoi.mnemonics.scoring.ranking import poor_rest, score
from tests.helpers import hand_made

LEXICON = hand_made.lexicon()
WORD = hand_made.CANDID
SENSE = WORD.senses[0]
GOOD = Draft(
    "etymology", "Candid comes from Latin candidus 'white'.",
    "CANDid comes from Latin candidus 'white'. To be candid is to be direct in speech.",
    "She gave a candid answer.",
)  # fmt: skip


def worth(draft: Draft) -> float:
    return score(DraftAnalysis(draft, WORD, SENSE, LEXICON))


def test_a_plain_card_is_likelier_kept_than_a_scene() -> None:
    scene = replace(GOOD, mnemonic="A candid candy tells you frankly that your teeth are bad.")
    assert worth(GOOD) > 0.5 > 0.1 > worth(scene)


def test_fields_that_are_the_same_are_worth_nothing() -> None:
    same = replace(GOOD, example=GOOD.mnemonic)
    assert "same" in poor_rest(same, WORD)
    assert worth(same) == 0


def test_example_without_the_term_is_worth_nothing() -> None:
    assert worth(replace(GOOD, example="She gave an honest answer.")) == 0


def test_reasoning_that_repeats_is_worth_nothing() -> None:
    assert worth(replace(GOOD, reasoning="candy " * 30)) == 0


def test_no_example_is_no_fault() -> None:
    assert worth(replace(GOOD, example="none")) == worth(GOOD)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=150))
def test_score_stays_between_0_and_1(text: str) -> None:
    assert 0 <= worth(replace(GOOD, mnemonic=text)) <= 1
