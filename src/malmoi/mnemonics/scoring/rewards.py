"""The score of a written mnemonic: one definition for cards, reward and evaluation.

    assess   a draft through every check: rules, claims, feature label, gate, measures
    reward   a text's worth for GRPO: 0 if the form, the term or a check is wrong, else content

    content = (FLOOR + (1 - FLOOR) * ranking.score * (1 + verified) / 2) * grounded

`verified` is the share of the claims that are supported: a draft without one supported claim is
worth half of what it would be with all of them. `grounded` is 1 where the reasoning names a fact
of this word, supported or in the word's own data, else UNGROUNDED: fine sentences that would do for
any word are worth little. FLOOR is what a draft earns that passes every check, however dull.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics import form
from malmoi.mnemonics.cards import Claim, Draft
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from malmoi.mnemonics.scoring.gate import MIN_TRIGGER
from malmoi.mnemonics.scoring.ranking import score
from malmoi.mnemonics.scoring.rules import reject
from malmoi.text.english import lower_words

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

VERSION = 4
"""Raised when a check changes, so that cards are made again."""

FLOOR = 0.3
"""Of a draft that passes every check."""

UNGROUNDED = 0.25
"""What is left of the worth of a draft whose reasoning names no fact of the word."""

ABSTAINED = "no good mnemonic"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the checks say: why a draft can't be a card ("" if it can), its claims, its worth."""

    problem: str
    claims: tuple[Claim, ...]
    score: float


def assess(analysis: DraftAnalysis) -> Assessment:
    """Check a draft. `score` is 0 to 1, and 0 where there is a problem."""
    from malmoi.mnemonics.korean.claims import is_korean, judged

    draft, word = analysis.draft, analysis.word
    if draft.mnemonic.lower().strip(" .") == form.NONE:
        return Assessment(ABSTAINED, (), 0.0)
    if problem := reject(analysis):
        return Assessment(problem, (), 0.0)
    if is_korean(draft):
        return Assessment(*judged(draft, word, analysis.sense, analysis.lexicon))
    claims = analysis.claims
    if false := next((claim for claim in claims if claim.verdict == "contradicted"), None):
        return Assessment(f"contradicted: {false.text} ({false.source})", claims, 0.0)
    if problem := _garbled(draft) or _entry(draft, word) or analysis.mislabelled:
        return Assessment(problem, claims, 0.0)
    content = score(analysis)
    if not content:
        return Assessment("dull: the mnemonic is no sentence of its own", claims, 0.0)
    supported = sum(claim.verdict == "supported" for claim in claims)
    verified = supported / len(claims) if claims else 0.0
    sure = supported or any(analysis.facts.values()) or _hung(analysis)
    grounded = 1.0 if sure else UNGROUNDED
    earned = FLOOR + (1 - FLOOR) * content * (1 + verified) / 2
    return Assessment("", claims, round(earned * grounded, 4))


def reward(text: str, word: Word, sense: Sense | None, lexicon: Lexicon) -> float:
    """The worth of a student's answer, 0 to 1; 0 for one that isn't in the form.

    Args:
        text: the answer as it was written.
        word, sense: what was asked for; without a sense all senses count.
        lexicon: looks up claims, sounds and known words.
    """
    try:
        draft = form.parse(text)
    except form.FormError:
        return 0.0
    return assess(DraftAnalysis(draft, word, sense, lexicon)).score


def _hung(analysis: DraftAnalysis) -> bool:
    """Whether an anchor of the mnemonic that the term calls up is what the reasoning speaks of."""
    told = set(lower_words(analysis.draft.reasoning, ""))
    return any(a.strength >= MIN_TRIGGER and a.word in told for a in analysis.anchors)


_GARBLED = re.compile(
    # No subject pronoun follows "to", "of", "with"; no pronoun an article; no verb an article.
    r"\b(?:to|of|with|at|from|into|onto) (?:he|she|they|we)\b"
    r"|\b(?:the|an?) (?:me|him|them|us|he|she|they|we|of|and|or|is|are|was|were|the|an?)\b"
    r"|\b(?:is|are|was|were) (?:is|are|was|were)\b"
    r"|\ba [aeio](?!ne\b|nce\b|uro|we)[a-z]{2,}",
    re.IGNORECASE,
)


def _garbled(draft: Draft) -> str:
    """Why a field is no English, "" where nothing shows it."""
    for name in ("reasoning", "mnemonic", "example"):
        text = re.sub(r"[\"'“”‘’][^\"'“”‘’]{1,20}[\"'“”‘’]", "x", getattr(draft, name))
        if found := _GARBLED.search(text):
            return f"garbled: {found[0]!r} in the {name}"
    return ""


def _entry(draft: Draft, word: Word) -> str:
    """Why a mnemonic is a dictionary's entry and no sentence, "" where it isn't."""
    opening = rf"\W*(?:an? |the |to )?{re.escape(word.term)}\W*(?:\(\w+\)\W*)?"
    told = r"(?::|(?:means?|meaning|refers to|is defined as)\b)"
    found = re.match(opening + told, draft.mnemonic, re.IGNORECASE)
    return f"definition: {found[0]!r} opens the mnemonic" if found else ""
