"""Which of many mnemonics is the best: the gate of three first, then the weighted measures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from malmoi.core.files import stable_hash
from malmoi.lexicon.facts import Sense, Word, forms
from malmoi.mnemonics.cards import Candidate, Draft
from malmoi.mnemonics.compose.composed import Composed
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from malmoi.mnemonics.scoring.measures import values
from malmoi.text.english import lower_words

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

WEIGHTS = (0.22, 0.12, 0.10, 0.14, 0.10, 0.22, 0.10)
"""Of the measures in their order: cover, nearness, spelling, concreteness, familiarity, link and
length."""
PASSED = (0.4, 0.55, 0.75, 1.0)
"""Share of the measures that counts with none, one, two, all three questions of the gate passed."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with the analysis of its draft, and its score."""

    candidate: Candidate
    analysis: DraftAnalysis
    score: float


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
    if not 3 <= len(example) <= 40 or not set(example) & forms(word):
        return "the example doesn't use the term in a sentence"
    if lower_words(draft.mnemonic) in (example, reason) or example == reason:
        return "two fields are the same"
    if not 3 <= len(reason) <= 80 or len(set(reason)) < 0.4 * len(reason):
        return "the reasoning says nothing"
    if len(set(example)) < 0.6 * len(example):
        return "the example repeats itself"
    return ""


def rank(
    composed: Iterable[Composed], word: Word, sense: Sense | None, lexicon: Lexicon
) -> list[Ranked]:
    """Best first; of equals the order is by a stable hash of the mnemonic, not of the input.

    Args:
        composed: drafts for one word, each with what its reasoning claims.
        word, sense: what they are for; without a sense all senses count.
        lexicon: looks up sounds and known words.
    """
    found = []
    for made in composed:
        analysis = DraftAnalysis(made.candidate.draft, word, sense, lexicon, made.claims)
        found.append(Ranked(made.candidate, analysis, score(analysis)))
    return sorted(found, key=lambda r: (-r.score, stable_hash(r.candidate.draft.mnemonic)))
