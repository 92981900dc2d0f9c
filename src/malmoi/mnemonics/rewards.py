"""What a written mnemonic is worth: one definition for cards, reward and proof.

    assess   a draft through every check: rules, claims, feature label, gate, measures
    reward   a text's worth for GRPO: 0 if the form, the term or a check is wrong, else content

The content score is the ranking's (`ranking.score`), less for what is claimed and not verified:
a draft without one supported claim is worth half of what it would be with all of them supported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics import form
from malmoi.mnemonics.cards import Claim, Draft

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

VERSION = 1
"""Raised when a check changes, so that cards are made anew."""

ABSTAINED = "no good mnemonic"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the checks say: why a draft can't be a card ("" if it can), its claims, its worth."""

    problem: str
    claims: tuple[Claim, ...]
    score: float


def assess(draft: Draft, word: Word, sense: Sense | None, lexicon: Lexicon) -> Assessment:
    """Check a draft. `score` is 0 to 1, and 0 where there is a problem."""
    from malmoi.mnemonics.checks import check_draft
    from malmoi.mnemonics.feature import disagrees
    from malmoi.mnemonics.ranking import score
    from malmoi.mnemonics.rules import reject

    if draft.mnemonic.lower().strip(" .") == form.NONE:
        return Assessment(ABSTAINED, (), 0.0)
    if problem := reject(word, sense, draft, lexicon):
        return Assessment(problem, (), 0.0)
    claims = check_draft(word, sense, draft, lexicon)
    if false := next((claim for claim in claims if claim.verdict == "contradicted"), None):
        return Assessment(f"contradicted: {false.text} ({false.source})", claims, 0.0)
    if problem := disagrees(draft, word):
        return Assessment(problem, claims, 0.0)
    supported = sum(claim.verdict == "supported" for claim in claims)
    verified = supported / len(claims) if claims else 0.0
    return Assessment("", claims, score(draft, word, sense, lexicon) * (0.5 + 0.5 * verified))


def reward(text: str, word: Word, sense: Sense | None, lexicon: Lexicon) -> float:
    """The worth of a student's answer, 0 to 1."""
    try:
        draft = form.parse(text)
    except form.FormError:
        return 0.0
    return assess(draft, word, sense, lexicon).score
