"""What composing gives: a draft, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import Anchor, Candidate, Draft, Feature
from malmoi.mnemonics.compose.meaning import Meaning
from malmoi.mnemonics.compose.phrases import upper_first
from malmoi.mnemonics.compose.similarity import stems

WRITER = "lexicon-writer"
"""The identity of what writes from facts alone."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A candidate and its worth.

    `link` is how surely the meaning follows from the anchor, `score` takes in how surely the word
    calls the anchor up; both 0 to 1.
    """

    candidate: Candidate
    link: float
    score: float


def composed(
    word: Word,
    sense: Sense,
    feature: Feature,
    reasoning: Sequence[str],
    mnemonic: str,
    example: str,
    anchor: Anchor,
    link: float,
    score: float,
) -> Composed:
    """A draft of the lexicon writer.

    Args:
        word, sense: what the draft is for.
        feature: what its reasoning builds on.
        reasoning, mnemonic, example: the draft's texts, the first in sentences.
        anchor: the word that it hangs on.
        link, score: as in `Composed`.
    """
    draft = Draft(feature, " ".join(reasoning), mnemonic, example)
    candidate = Candidate(
        word.term, sense.id, sense.definition, sense.pos, draft, WRITER, (anchor,)
    )
    return Composed(candidate, link, score)


def says(term: str, meaning: Meaning, anchor: str) -> list[str]:
    """The sentence that tells the meaning; none where it tells it by the anchor itself."""
    if not meaning.text or stems(anchor) & stems(meaning.text):
        return []
    if meaning.pos == "verb":
        text = " ".join(meaning.text.replace("{}", "something").split())
        return [f"To {term} means to {text}."]
    return [f"{upper_first(term)} means {meaning.text}."]
