"""What each way of composing gives: a draft, the claims and the template that it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import Anchor, Candidate, Draft, Feature
from malmoi.mnemonics.claims.reading import RawClaim
from malmoi.mnemonics.compose.phrases import Meaning, upper_first
from malmoi.mnemonics.compose.statements import Statement, claims_of, text_of

WRITER = "lexicon-writer"
"""The identity of what writes from facts alone."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A candidate, the claims of its reasoning, and its mnemonic's template ("picture.verb.3")."""

    candidate: Candidate
    claims: tuple[RawClaim, ...]
    template: str


def composed(
    word: Word,
    sense: Sense,
    feature: Feature,
    reasoning: Sequence[Statement],
    mnemonic: str,
    example: str,
    anchors: tuple[Anchor, ...],
    template: str,
) -> Composed:
    """A draft of the lexicon writer.

    Args:
        word, sense: what the draft is for.
        feature: what its reasoning builds on.
        reasoning, mnemonic, example: the draft's texts, the first as statements.
        anchors: the words that it hangs on.
        template: of its mnemonic ("picture.verb.3").
    """
    draft = Draft(feature, text_of(reasoning), mnemonic, example)
    return Composed(
        Candidate(word.term, sense.id, sense.definition, sense.pos, draft, WRITER, anchors),
        claims_of(word.term, reasoning),
        template,
    )


def says(term: str, meaning: Meaning) -> list[Statement]:
    """The sentence that tells the meaning; [] where there is no phrase for it."""
    text = meaning.phrase if meaning.pos == "noun" and meaning.phrase else meaning.any
    if not text:
        return []
    subject = upper_first(term)
    if meaning.pos == "verb":
        said = text.replace("everyone", "someone").replace("everything", "something")
        subject, text = f"To {term}", f"to {said}"
    return [Statement(f"{subject} means {text}.")]
