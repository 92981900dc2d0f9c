"""What every system says of a query and of a document: scores, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from malmoi.retrieval.query import AnalysedQuery

Array = np.ndarray[Any, Any]

KEPT = 32
"""Queries of which a system keeps what it made: a page asks for it again for each hit."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a token of the query adds to a document's score: its weight times the document's.

    Attributes:
        token: as people read it.
        query_weight: of the token in the query.
        word: the document's weight that its own words give.
        translation: that of its words' translations.
        neural: what the network added.
        unsplit: a weight of an index, which doesn't say where it comes from.
    """

    token: str
    query_weight: float
    word: float = 0.0
    translation: float = 0.0
    neural: float = 0.0
    unsplit: float = 0.0

    @property
    def document_weight(self) -> float:
        """All parts together; 0 where the document doesn't have the token."""
        return self.word + self.translation + self.neural + self.unsplit

    @property
    def contribution(self) -> float:
        """What the token adds to the score."""
        return self.query_weight * self.document_weight


@dataclass(frozen=True, slots=True)
class Explanation:
    """The tokens of a query with what each adds to a document's score, in the query's order.

    `similarity` is what the likeness of its best passage adds, 0 where a system doesn't look at it.
    The matches' contributions and the similarity add up to the score.
    """

    matches: tuple[Match, ...]
    similarity: float = 0.0


class System(Protocol):
    """A way to rank a collection's documents."""

    name: str
    ranks_all: bool
    """Whether every document is a hit, however low its score; else those above 0."""

    def prepare(self) -> None:
        """Make what a first search would wait for; nothing depends on it."""
        ...

    def analyse(self, text: str) -> AnalysedQuery:
        """The query's tokens with their weights, its corrections and unknown words."""
        ...

    def scores(self, text: str) -> Array:
        """Each document's score, float32 in the collection's order."""
        ...

    def explain(self, text: str, row: int) -> Explanation:
        """Where the score of the document at a row comes from."""
        ...


NOTHING = AnalysedQuery({}, (), ())
"""Of a system that sees no tokens."""
