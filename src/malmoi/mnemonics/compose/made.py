"""What each way of composing gives: a draft with the template that it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import Anchor, Candidate, Draft, Feature
from malmoi.mnemonics.compose.phrases import Meaning, upper_first

WRITER = "lexicon-writer"
"""The identity of what writes from facts alone."""


@dataclass(frozen=True, slots=True)
class Made:
    """A candidate, and the template of its mnemonic ("picture.verb.3")."""

    candidate: Candidate
    template: str


def made(
    word: Word,
    sense: Sense,
    feature: Feature,
    reasoning: str,
    mnemonic: str,
    example: str,
    anchors: tuple[Anchor, ...],
    template: str,
) -> Made:
    """A draft of the lexicon writer.

    Args:
        word, sense: what the draft is for.
        feature: what its reasoning builds on.
        reasoning, mnemonic, example: the draft's texts.
        anchors: the words that it hangs on.
        template: of its mnemonic ("picture.verb.3").
    """
    draft = Draft(feature, reasoning, mnemonic, example)
    return Made(
        Candidate(word.term, sense.id, sense.definition, sense.pos, draft, WRITER, anchors),
        template,
    )


def says(term: str, meaning: Meaning) -> str:
    """A sentence that tells the meaning in words that the claims checker reads; "" for none."""
    text = meaning.phrase if meaning.pos == "noun" and meaning.phrase else meaning.any
    if not text:
        return ""
    if meaning.pos == "verb":
        said = text.replace("everyone", "someone").replace("everything", "something")
        return f"To {term} means to {said}."
    return f"{upper_first(term)} means {text}."
