"""The sentences of a composed reasoning, each with the claim that it was composed from.

A claim that is handed over need not be read back from its text; that the reader finds the same in
it is a test of the reader. It is handed over where the words are ours: how the term sounds and is
spelled, and what its opposite is. Sentences that quote a dictionary (a definition, glosses of roots
or affixes) or name a cognate are read back: the reader takes a part of a long phrase, or sees
another claim in it, and the part is what cards and records have always been checked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from malmoi.lexicon.facts import Root
from malmoi.mnemonics.claims.patterns import patterns
from malmoi.mnemonics.claims.reading import Kind, RawClaim, find_claims


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, with its full stop, and the claim that it makes; None: it is read back."""

    text: str
    claim: RawClaim | None = None


READ_OTHERWISE = frozenset({"fig", "letter"})
"""Words in which the reader sees an abbreviation ("fig.") or a claim about letters."""


def stated(text: str, cue: str, kind: Kind, relation: str, subject: str, value: str) -> Statement:
    """A sentence that makes one claim.

    Args:
        text: the sentence.
        cue: the words in it that state the relation.
        kind: what the claim is about.
        relation: what is said; it and `kind` are those of `RawClaim`.
        subject: of which word.
        value: of which other word.
    """
    # "Baby" beside "babe" is taken for a form of it.
    one, other = sorted((subject, value), key=len)
    if READ_OTHERWISE & {subject, value} or other.startswith(one.rstrip("ey")) or _states(subject):
        return Statement(text)
    # Before a comma stands how it is said, not what.
    clause = text[text.rfind(", ", 0, text.index(cue)) + 1 :].strip(" ,;.")
    position = text.index(cue)
    claim = RawClaim(
        kind, relation, subject, (Root(value),), clause, position=position, sentence=text
    )
    return Statement(text, claim)


@lru_cache(maxsize=1000)
def _states(word: str) -> bool:
    """Whether a word is itself one by which the reader finds claims ("signify")."""
    return any(pattern.trigger.search(f"{word} ") for pattern in patterns())


def text_of(statements: Iterable[Statement]) -> str:
    """The reasoning that the statements make up."""
    return " ".join(statement.text for statement in statements)


def claims_of(term: str, statements: Sequence[Statement]) -> tuple[RawClaim, ...]:
    """The claims of `text_of`, in order, as `find_claims` would give them."""
    claims: list[RawClaim] = []
    context = ""
    for read, group in groupby(statements, key=lambda statement: statement.claim is None):
        # What is read back is read together: "fig." at a sentence's end joins it to the next.
        parts = list(group)
        for part in [Statement(text_of(parts))] if read else parts:
            own = [part.claim] if part.claim else find_claims(term, part.text)
            claims += (
                replace(c, position=len(context) + c.position, context=context + c.context)
                for c in own
            )
            context += f"{part.text} "
    return tuple(claims)
