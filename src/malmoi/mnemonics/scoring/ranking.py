"""Which of many mnemonics is the best: the likeliest to be kept, of those that are sentences."""

from __future__ import annotations

from malmoi.lexicon.facts import Word, forms
from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.form import NONE
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from malmoi.text.english import lower_words


def score(analysis: DraftAnalysis) -> float:
    """How likely a teacher keeps a draft, 0 to 1; 0 where a field is no sentence of its own."""
    if analysis.problem or poor_rest(analysis.draft, analysis.word):
        return 0.0
    return round(analysis.kept, 4)


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
