"""What a candidate is: a Korean term, an English term, and the evidence that speaks for the pair.

Evidence never decides. It says what one source saw, a number between 0 and 1 whose meaning stands
in the source's module; `calibration.py` learns from pairs with known answers what the numbers are
worth together. A source that knows neither side says nothing; one that knows a side and never saw
the pair says 0, which speaks against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

Direction = Literal["ko→en", "en→ko", "both"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one source says of a pair.

    `source` is one of `sources.NAMES`; `value` is 0 to 1; `direction` says which way it was
    looked: "ko→en" asks of the Korean term's partners, "en→ko" of the English one's. `detail` is
    for people: counts, the package's name, a sentence of context.
    """

    source: str
    value: float
    direction: Direction
    detail: str = ""


class EvidenceRecord(TypedDict):
    """Evidence as the records of candidates and verdicts hold it."""

    source: str
    value: float
    direction: Direction
    detail: str


class PairRecord(TypedDict):
    """A candidate as the stage `synonyms-candidates` keeps it."""

    korean: str
    english: str
    evidence: list[EvidenceRecord]


@dataclass(frozen=True, slots=True)
class Pair:
    """A candidate: the terms as they are written in a dictionary, and its evidence."""

    korean: str
    english: str
    evidence: tuple[Evidence, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that said anything, each once, in the order of the evidence."""
        return tuple(dict.fromkeys(e.source for e in self.evidence))
