"""What is searched and what is asked of it: documents, passages, queries, qrels (as in BEIR)."""

from __future__ import annotations

from dataclasses import dataclass, field

Qrels = dict[str, dict[str, int]]
"""Query id → document id → relevance (> 0 is relevant)."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading (may be empty) and the text under it."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document: a title and sections. `date` is ISO 8601 or empty."""

    id: str
    title: str
    sections: tuple[Section, ...]
    date: str = ""

    @property
    def text(self) -> str:
        """Headings and text of all sections, without the title, one block a line."""
        blocks = (block for s in self.sections for block in (s.heading, s.text) if block)
        return "\n".join(blocks)


@dataclass(frozen=True, slots=True)
class Query:
    """A query with its language ("ko", "en"); `kind` says who or what wrote it ("human", …)."""

    id: str
    text: str
    language: str
    kind: str = "human"


@dataclass(frozen=True, slots=True)
class Segment:
    """A pair of aligned texts, and the document that both come from."""

    document: str
    korean: str
    english: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus with its human queries, their qrels, and aligned segments where it has any."""

    name: str
    documents: tuple[Document, ...]
    queries: tuple[Query, ...] = ()
    qrels: Qrels = field(default_factory=dict)
    segments: tuple[Segment, ...] = ()
    licence: str = ""
