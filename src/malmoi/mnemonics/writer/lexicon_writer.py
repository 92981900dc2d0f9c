"""The lexicon writer: a teacher without a model. It composes from facts, or abstains.

word = lexicon.word("candid")
best_candidates(word, word.senses[0], lexicon, 1)[0].draft.mnemonic
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import Candidate, Claim
from malmoi.mnemonics.compose import compose
from malmoi.mnemonics.compose.composed import Composed
from malmoi.mnemonics.compose.link import MIN_LINK
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from malmoi.mnemonics.scoring.keep import MIN_KEEP
from malmoi.mnemonics.scoring.ranking import score
from malmoi.mnemonics.scoring.rewards import assess

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

VERSION = 5
"""Raised when composing or ranking changes, so that candidates are written again."""

MAX_ANALYSED = 16
"""Most candidates, best first, whose claims are checked."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A candidate whose claims are all supported, with its analysis and its score."""

    candidate: Candidate
    analysis: DraftAnalysis
    score: float


def best_candidates(
    word: Word, sense: Sense, lexicon: Lexicon, limit: int, learner: str = "en", gloss: str = ""
) -> list[Candidate]:
    """The best candidates, best first; for Korean learners keyword cards stand before them.

    Args:
        word, sense: what the mnemonics are for.
        lexicon: gives the facts, and looks claims up.
        limit: candidates at most.
        learner: the learner's first language, "en" or "ko".
        gloss: the meaning in Korean, "" where none is known.
    """
    found: list[Candidate] = []
    if learner == "ko":
        from malmoi.mnemonics.korean.composing import compose as compose_korean

        found += compose_korean(word, sense, lexicon, gloss, limit)
    found += [each.candidate for each in checked(word, sense, lexicon, limit)]
    return found[:limit]


def checked(word: Word, sense: Sense, lexicon: Lexicon, limit: int) -> list[Checked]:
    """Candidates over the thresholds that pass every rule, no claim of them in doubt.

    Each but the first differs from those before it in its anchor, so that several candidates are
    several ideas.

    Args:
        word, sense: what the mnemonics are for.
        lexicon: gives the facts, and looks claims up.
        limit: candidates at most.
    """
    kept: list[Checked] = []
    anchors: set[str] = set()
    linked = [each for each in compose(word, sense, lexicon) if each.link >= MIN_LINK]
    for each in linked[:MAX_ANALYSED]:
        anchor = each.candidate.anchors[0].word
        if anchor in anchors:
            continue
        analysis = _without_doubts(each, word, sense, lexicon)
        if analysis is None or assess(analysis).problem or score(analysis) < MIN_KEEP:
            continue
        candidate = replace(each.candidate, draft=analysis.draft)
        kept.append(Checked(candidate, analysis, each.score))
        anchors.add(anchor)
        if len(kept) == limit:
            break
    return kept


def _without_doubts(
    composed: Composed, word: Word, sense: Sense, lexicon: Lexicon
) -> DraftAnalysis | None:
    """The draft's analysis where every claim is supported, else None.

    A meaning that the sources word too differently to agree is left out, not doubted.
    """
    draft = composed.candidate.draft
    analysis = DraftAnalysis(draft, word, sense, lexicon)
    if _all_supported(analysis.claims):
        return analysis
    short = replace(draft, reasoning=_without_meaning(draft.reasoning))
    analysis = DraftAnalysis(short, word, sense, lexicon)
    return analysis if short.reasoning and _all_supported(analysis.claims) else None


def _all_supported(claims: Iterable[Claim]) -> bool:
    verdicts = [claim.verdict for claim in claims]
    return bool(verdicts) and all(verdict == "supported" for verdict in verdicts)


def _without_meaning(reasoning: str) -> str:
    """The sentences of a reasoning that tell no meaning."""
    told = re.split(r"(?<=\.) ", reasoning)
    return " ".join(sentence for sentence in told if " means " not in sentence)
