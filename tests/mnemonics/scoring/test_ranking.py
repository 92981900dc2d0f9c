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
    "phonetics", "Candid starts like candy.",
    "A candid candy tells you frankly to your face that your teeth are bad.",
    "She gave a candid answer.",
)  # fmt: skip


def worth(draft: Draft) -> float:
    return score(DraftAnalysis(draft, WORD, SENSE, LEXICON))


def test_good_scores_high() -> None:
    assert worth(GOOD) > 0.7


def test_less_of_the_gate_scores_less() -> None:
    dull = replace(GOOD, mnemonic="A candid candy fell off the table and rolled under the sofa.")
    none = replace(GOOD, mnemonic="A candid uncle fell off the table and rolled under the sofa.")
    scores = [worth(draft) for draft in (GOOD, dull, none)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] - scores[1] > 0.1
    assert scores[1] - scores[2] > 0.1


def test_fields_that_are_the_same_are_worth_nothing() -> None:
    same = replace(GOOD, example=GOOD.mnemonic)
    assert "same" in poor_rest(same, WORD)
    assert worth(same) == 0


def test_example_without_the_term_is_worth_nothing() -> None:
    assert worth(replace(GOOD, example="She gave an honest answer.")) == 0


def test_reasoning_that_repeats_is_worth_nothing() -> None:
    assert worth(replace(GOOD, reasoning="candy " * 30)) == 0


def test_no_example_is_no_fault() -> None:
    assert worth(replace(GOOD, example="none")) > 0.7


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=150))
def test_score_stays_between_0_and_1(text: str) -> None:
    assert 0 <= worth(replace(GOOD, mnemonic=text)) <= 1
