"""Which of many mnemonics is the best: the gate of three first, then the weighted measures."""

from __future__ import annotations

from malmoi.lexicon.facts import Word, forms
from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.form import NONE
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from malmoi.mnemonics.scoring.measures import values
from malmoi.text.english import lower_words

WEIGHTS = (0.22, 0.12, 0.10, 0.14, 0.10, 0.22, 0.10)
"""Of the measures in their order: cover, nearness, spelling, concreteness, familiarity, link and
length."""
PASSED = (0.4, 0.55, 0.75, 1.0)
"""Share of the measures that counts with none, one, two, all three questions of the gate passed."""


def score(analysis: DraftAnalysis) -> float:
    """The score of a draft, 0 to 1; 0 where a field is no sentence of its own."""
    if analysis.problem or poor_rest(analysis.draft, analysis.word):
        return 0.0
    weighted = zip(WEIGHTS, values(analysis.measures), strict=True)
    mean = sum(w * v for w, v in weighted) / sum(WEIGHTS)
    gate = analysis.gate
    passed = sum((gate.anchor, gate.enacted, gate.trigger))
    # The square root spreads good cards over the upper half: a mean of 0.5 is a good card.
    root: float = mean**0.5
    return round(PASSED[passed] * root, 4)


def poor_rest(draft: Draft, word: Word) -> str:
    """What makes reasoning or example worthless, "" where nothing does."""
    example, reason = lower_words(draft.example), lower_words(draft.reasoning)
    none = draft.example == NONE
    if not none and not (3 <= len(example) <= 40 and set(example) & forms(word)):
        return "the example doesn't use the term in a sentence"
    if lower_words(draft.mnemonic) in (example, reason) or example == reason:
        return "two fields are the same"
    if not 3 <= len(reason) <= 80 or len(set(reason)) < 0.4 * len(reason):
        return "the reasoning says nothing"
    if not none and len(set(example)) < 0.6 * len(example):
        return "the example repeats itself"
    return ""
