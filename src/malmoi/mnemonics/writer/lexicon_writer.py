"""The lexicon writer: a teacher without a model. It composes from facts, ranks, or abstains.

word = lexicon.word("candid")
best_candidates(word, word.senses[0], lexicon, 1)[0].draft.mnemonic
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from malmoi.core.files import stable_share
from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import Candidate, Claim
from malmoi.mnemonics.compose import compose
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from malmoi.mnemonics.scoring.ranking import Ranked, rank
from malmoi.mnemonics.scoring.rules import reject

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

VERSION = 1
"""Raised when composing or ranking changes, so that candidates are written again."""

FLOOR = 0.5
"""Score under which no mnemonic is better than this one."""

FAVOUR = {"etymology": 0.08, "morphology": 0.14, "orthography": 0.06}

MAX_ANALYSED = 16
"""Most candidates, best first, whose claims are checked."""


def best_candidates(
    word: Word,
    sense: Sense,
    lexicon: Lexicon,
    limit: int,
    seed: int = 0,
    learner: str = "en",
    gloss: str = "",
) -> list[Candidate]:
    """The best candidates, best first; for Korean learners keyword cards stand before them.

    Args:
        word, sense: what the mnemonics are for.
        lexicon: gives words that sound alike, and looks claims up.
        limit: candidates at most.
        seed: chooses among templates and equals.
        learner: the learner's first language, "en" or "ko".
        gloss: the meaning in Korean, "" where none is known.
    """
    found: list[Candidate] = []
    if learner == "ko":
        from malmoi.mnemonics.korean.composing import compose as compose_korean

        found += compose_korean(word, sense, lexicon, gloss, limit)
    found += [r.candidate for r in checked(word, sense, lexicon, limit, seed)]
    return found[:limit]


def checked(
    word: Word, sense: Sense, lexicon: Lexicon, limit: int, seed: int = 0, floor: float = FLOOR
) -> list[Ranked]:
    """Candidates over a floor that pass every rule, no claim of them in doubt.

    Each but the first differs from those before it in anchor or feature, so that several candidates
    are several ideas.

    Args:
        word, sense: what the mnemonics are for.
        lexicon: gives words that sound alike, and looks claims up.
        limit: candidates at most.
        seed: chooses among templates and equals.
        floor: score (0 to 1) that a candidate must have.
    """
    kept: list[Ranked] = []
    ideas: set[tuple[str, str]] = set()
    looked = 0
    doubted: set[str] = set()
    found = rank(compose(word, sense, lexicon, seed), word, sense, lexicon)
    found.sort(key=lambda ranked: -ranked.score - _favour(ranked.candidate, seed))
    for ranked in found:
        if len(kept) == limit or looked == MAX_ANALYSED:
            break
        if ranked.score < floor:
            continue
        draft = ranked.candidate.draft
        idea = (draft.feature, ranked.candidate.anchors[0].word)
        if idea in ideas or draft.reasoning in doubted:
            continue
        looked += 1
        if reject(ranked.analysis) or ranked.analysis.mislabelled:
            continue
        if _all_supported(ranked.analysis.claims):
            kept.append(ranked)
            ideas.add(idea)
            continue
        # A meaning that the sources word too differently to agree is left out, not doubted.
        short = replace(draft, reasoning=_without_meaning(draft.reasoning))
        analysis = DraftAnalysis(short, word, sense, lexicon)
        if short.reasoning and _all_supported(analysis.claims):
            candidate = replace(ranked.candidate, draft=short)
            kept.append(replace(ranked, candidate=candidate, analysis=analysis))
            ideas.add(idea)
        else:
            doubted.add(draft.reasoning)
    return kept


def _all_supported(claims: Iterable[Claim]) -> bool:
    verdicts = [claim.verdict for claim in claims]
    return bool(verdicts) and all(verdict == "supported" for verdict in verdicts)


def _without_meaning(reasoning: str) -> str:
    """The sentences of a reasoning that tell no meaning."""
    told = re.split(r"(?<=\.) ", reasoning)
    return " ".join(sentence for sentence in told if " means " not in sentence)


def _favour(candidate: Candidate, seed: int) -> float:
    """What a feature is given above the score: roots and parts explain a word, a rhyme does not.

    A small share by hash keeps all features in use where scores are close.
    """
    feature = candidate.draft.feature
    share = stable_share(f"{candidate.term}|{feature}", str(seed))
    return FAVOUR.get(feature, 0.0) + 0.1 * share
