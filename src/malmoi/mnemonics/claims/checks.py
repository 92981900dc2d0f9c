"""Looks claims up: each becomes supported or contradicted by a source, or stays unverified."""

from __future__ import annotations

from collections.abc import Iterable

from malmoi.lexicon.facts import Sense, Word
from malmoi.lexicon.protocol import LexiconLike
from malmoi.mnemonics.cards import Claim, Draft, Verdict
from malmoi.mnemonics.claims import check_form, check_meaning, check_origin, check_sound
from malmoi.mnemonics.claims.finding import UNVERIFIED, Finding, negated
from malmoi.mnemonics.claims.reading import RawClaim, find_claims
from malmoi.mnemonics.claims.shapes import is_unambiguous

_KINDS = {
    "sound": check_sound.check,
    "spelling": check_form.spelling,
    "parts": check_form.parts,
    "origin": check_origin.check,
    "meaning": check_meaning.check,
}
_WORST_FIRST: tuple[Verdict, ...] = ("contradicted", "unverified", "supported")


def check_claims(word: str, text: str, lexicon: LexiconLike) -> tuple[Claim, ...]:
    """Look up what a text says of a word: its sound, spelling, parts, origin and meaning.

    Args:
        word: an English word, in any case.
        text: English sentences about it.
        lexicon: where the facts come from; a word or package that it lacks leaves claims
            unverified, never contradicted.

    Returns:
        A `Claim` for each statement that can be checked, in reading order, with `kind`, `text`,
        `verdict` ("supported", "contradicted" or "unverified") and `source`; () where there is
        none.

    Raises:
        SourceError: a dictionary that is there is broken.

    Example:
        >>> for claim in malmoi.check_claims("abate", "It rhymes with 'late'.", lexicon):
        ...     print(claim.verdict, claim.source)
        supported CMUdict: abate /əˈbeɪt/; late /leɪt/
    """
    return check_of(lexicon.word(word), text, lexicon)


def check_of(word: Word, text: str, lexicon: LexiconLike) -> tuple[Claim, ...]:
    """`check_claims` for a word whose facts are at hand."""
    return looked_up(find_claims(word.term, text), word, lexicon)


def looked_up(claims: Iterable[RawClaim], word: Word, lexicon: LexiconLike) -> tuple[Claim, ...]:
    """Claims with their verdicts."""
    return tuple(Claim(c.kind, c.text, *look_up(c, word, lexicon)) for c in claims)


def look_up(raw: RawClaim, word: Word, lexicon: LexiconLike) -> Finding:
    """The verdict on one claim."""
    found = _KINDS[raw.kind](raw, word, lexicon)
    found = negated(found) if raw.negated else found
    if found.verdict == "contradicted" and not is_unambiguous(raw, word.term):
        return UNVERIFIED
    # A verdict without a source would be a guess.
    return found if found.verdict == "unverified" or found.source else UNVERIFIED


def check_draft(
    word: Word, sense: Sense | None, draft: Draft, lexicon: LexiconLike
) -> tuple[Claim, ...]:
    """The claims of a draft's reasoning and mnemonic; its example tells a story, not facts.

    Args:
        word: what the draft is about.
        sense: the sense it is for; claims are checked against all senses.
        draft: the mnemonic with its reasoning.
        lexicon: looks up what sources say.
    """
    return check_of(word, draft.reasoning, lexicon) + check_of(word, draft.mnemonic, lexicon)


def verdict_of(claims: tuple[Claim, ...]) -> Verdict:
    """The worst verdict: contradicted, then unverified, then supported; unverified of none."""
    verdicts = {c.verdict for c in claims}
    return next((v for v in _WORST_FIRST if v in verdicts), "unverified")
