"""A card: a finished mnemonic with the claims it makes, and the draft that it comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NotRequired, TypedDict, cast, get_args

from malmoi.lexicon.facts import Sense, Word
from malmoi.reports.mnemonics_results import CardRecord

Feature = Literal["phonetics", "orthography", "morphology", "etymology", "semantics", "other"]
FEATURES: tuple[Feature, ...] = get_args(Feature)
"""What a mnemonic builds on."""

NO_EXAMPLE = "none"
"""The example of a draft that has none."""

Verdict = Literal["supported", "contradicted", "unverified"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A checkable statement about a word.

    Attributes:
        kind: what it is about.
        text: the words that make it, as they stand in the card.
        verdict: supported or contradicted by `source`; unverified where no source tells.
        source: who says so, and what ("CMUdict: /ˈɑbstənət/"); "" for unverified.
    """

    kind: Literal["sound", "spelling", "parts", "origin", "meaning"]
    text: str
    verdict: Verdict
    source: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a teacher or student writes about a word: the four fields of `form.py`."""

    feature: Feature
    reasoning: str
    mnemonic: str
    example: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """A known word that a mnemonic hangs on, and why ("sound", "root", "part", "meaning")."""

    word: str
    link: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A draft for a term and a sense before it is checked, and who wrote it."""

    term: str
    sense: str
    definition: str
    pos: str
    draft: Draft
    writer: str
    anchors: tuple[Anchor, ...] = ()


class AnchorRecord(TypedDict):
    """An anchor in a candidate's record."""

    word: str
    link: str


class CandidateRecord(TypedDict):
    """A candidate as the stages `candidates-…` keep it.

    `key` is of the word and sense, `text` the draft as `form.render` writes it; a teacher's has the
    number of its `sample`.
    """

    key: str
    text: str
    term: str
    sense: str
    sample: NotRequired[int]
    writer: str
    anchors: list[AnchorRecord]


@dataclass(frozen=True, slots=True)
class Card:
    """A candidate that passed every check.

    Attributes:
        id: the same for the same term and sense, whatever the mnemonic says (`card_id`).
        term, sense, definition, pos: what is learned (`sense` is the id of a lexicon's sense).
        feature, reasoning, mnemonic, example: the draft; an example of "" is none.
        claims: what it says of the word, looked up; none of them contradicted.
        score: what the ranking gave, 0 to 1.
        writer: the teacher's or student's identity.
        ipa, sources: for the card's back.
        korean: a Korean gloss, "" where none is known.
    """

    id: str
    term: str
    sense: str
    definition: str
    pos: str
    feature: Feature
    reasoning: str
    mnemonic: str
    example: str
    claims: tuple[Claim, ...]
    score: float
    writer: str
    ipa: str = ""
    sources: tuple[str, ...] = ()
    korean: str = ""

    @property
    def draft(self) -> Draft:
        """The four fields that were written."""
        return Draft(self.feature, self.reasoning, self.mnemonic, self.example or NO_EXAMPLE)


def card_id(term: str, sense: str) -> str:
    """16 hexadecimal digits that stay the same for a term and a sense for ever."""
    return hashlib.sha256(f"{term.strip().casefold()}\x1f{sense}".encode()).hexdigest()[:16]


def to_record(card: Card) -> CardRecord:
    """A card as JSON values, for a stage's records."""
    return cast(CardRecord, asdict(card))


def from_record(record: Mapping[str, Any]) -> Card:
    """The card that `to_record` wrote."""
    claims = tuple(Claim(**claim) for claim in record["claims"])
    return Card(**{**record, "claims": claims, "sources": tuple(record["sources"])})


def make_card(
    word: Word, sense: Sense, draft: Draft, claims: Sequence[Any], score: float, writer: str
) -> Card:
    """A card of a draft that was checked.

    Args:
        word, sense: what the card teaches.
        draft: the text, checked.
        claims: what the text says of the word, each with its verdict and source.
        score: what the draft is worth, 0 to 1.
        writer: who wrote it ("lexicon", or a model's name).
    """
    sources = {claim.source.split(":")[0] for claim in claims if claim.source}
    return Card(
        id=card_id(word.term, sense.id),
        term=word.term,
        sense=sense.id,
        definition=sense.definition,
        pos=sense.pos,
        feature=draft.feature,
        reasoning=draft.reasoning,
        mnemonic=draft.mnemonic,
        example="" if draft.example == NO_EXAMPLE else draft.example,
        claims=tuple(claims),
        score=round(score, 4),
        writer=writer,
        ipa=word.pronunciations[0].ipa if word.pronunciations else "",
        sources=tuple(sorted(sources | {sense.source})),
    )
