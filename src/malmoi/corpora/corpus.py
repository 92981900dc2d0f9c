"""What is searched and what is asked of it: documents, passages, queries, qrels (as in BEIR)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

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

    @property
    def full_text(self) -> str:
        """Title and text, as encoders, glossary and index read them."""
        return full_text(self.title, self.text)


def full_text(title: str, text: str) -> str:
    """A document's title and text as one: the first line is the title, empty where there is none.

    Saved models and indexes hold what was made of exactly this.
    """
    return f"{title}\n{text}"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document: `id` is "<document>#<number from 0>", `document` its parent's id.

    `heading` is that of the section that it begins in, which a later passage of the same section
    repeats. Headings of further sections in it are lines of its text.
    """

    id: str
    document: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """A query with its language ("ko", "en").

    `kind` says who or what wrote it: "human", or "conversational" for a question as people ask it
    in a chat, which is for a test alone.
    """

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
    counts: dict[str, int] = field(default_factory=dict)
    """What was repaired or dropped while reading ("dropped_duplicate", "mended_control", …)."""
    conversational: tuple[Query, ...] = ()
    """Questions in spoken language, judged in `qrels` as `queries` are, which have a test of their
    own: what learns or chooses from `queries` never sees them."""

    @property
    def query_texts(self) -> list[str]:
        """What people wrote as queries, conversational ones too: none is ever a training query."""
        return [query.text for query in (*self.queries, *self.conversational)]

    def only(self, documents: Collection[str]) -> Corpus:
        """The same corpus with these documents alone, and what is asked of or aligned in them.

        Queries without a judged document among them are left out, and so are their judgements of
        other documents; so are conversational questions without the document that answers them
        best. Segments of pages that were never documents of this corpus are kept.
        """
        kept = set(documents)
        ours = {d.id for d in self.documents}
        lost = {q.id for q in self.conversational if self._answer(q) not in kept}
        qrels = {
            query: judged
            for query, all_judged in self.qrels.items()
            if query not in lost and (judged := {d: r for d, r in all_judged.items() if d in kept})
        }
        return replace(
            self,
            documents=tuple(d for d in self.documents if d.id in kept),
            queries=tuple(q for q in self.queries if q.id in qrels),
            conversational=tuple(q for q in self.conversational if q.id in qrels),
            qrels=qrels,
            segments=tuple(
                s for s in self.segments if s.document in kept or s.document not in ours
            ),
        )

    def _answer(self, question: Query) -> str:
        judged = self.qrels[question.id]
        return max(judged, key=judged.__getitem__)


_SENTENCE_END = re.compile(r"(?<=[.!?。！？…])[\"'”’)\]]*\s+")
_WORD_CHARACTERS = 20
"""A whitespace word longer than this weighs as much as several: text without spaces is cut too."""


def passages(document: Document, words: int) -> list[Passage]:
    """Cut a document into passages of about `words` whitespace words, in reading order.

    Cuts are made at sections, then at ends of lines and sentences, and inside a sentence only where
    it alone is longer than `words`. Short neighbours become one passage; none is longer than
    1.25 × `words`. Nothing of the headings and text is lost; the title is in no passage. A document
    without text is one passage with an empty text, so that each document has at least one.
    """
    chunks: list[_Chunk] = []
    for section in document.sections:
        for chunk in _section_chunks(section, words):
            if chunks and _may_join(chunks[-1], chunk, words):
                chunks[-1] = _join(chunks[-1], chunk)
            else:
                chunks.append(chunk)
    return [
        Passage(f"{document.id}#{number}", document.id, chunk.heading, chunk.text)
        for number, chunk in enumerate(chunks or [_Chunk("", "", 0, True)])
    ]


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Text of one section, or of several short ones; `starts`: its heading stands right here."""

    heading: str
    text: str
    weight: int
    starts: bool


def _weight(text: str) -> int:
    """Whitespace words of `text`, very long ones counted as several."""
    return sum(1 + (len(word) - 1) // _WORD_CHARACTERS for word in text.split())


def _may_join(left: _Chunk, right: _Chunk, words: int) -> bool:
    """Join what fits together, and what is too short to stand alone even if it overflows a bit."""
    total = left.weight + _weight(right.heading) * right.starts + right.weight
    short = min(left.weight, right.weight) < words // 4
    return total <= words or (short and total <= words * 5 // 4)


def _join(left: _Chunk, right: _Chunk) -> _Chunk:
    heading = right.heading if right.starts else ""
    text = "\n".join(part for part in (left.text, heading, right.text) if part)
    return _Chunk(left.heading, text, _weight(text), left.starts)


def _section_chunks(section: Section, words: int) -> Iterator[_Chunk]:
    """Chunks of near equal weight, each at most `words`; a bare heading is one without text."""
    target = _weight(section.text) / max(1, -(-_weight(section.text) // words))
    starts = True
    text, weight = "", 0
    for joint, piece in _pieces(section.text, words):
        size = _weight(piece)
        if text and (weight >= target or weight + size > words):
            yield _Chunk(section.heading, text, weight, starts)
            text, weight, starts = "", 0, False
        text = f"{text}{joint}{piece}" if text else piece
        weight += size
    if text or (starts and section.heading):
        yield _Chunk(section.heading, text, weight, starts)


def _pieces(text: str, words: int) -> Iterator[tuple[str, str]]:
    """Sentences of at most `words`, each with what joins it to the last one (newline or space)."""
    for line in text.split("\n"):
        joint, start = "\n", 0
        for end in [*(m.end() for m in _SENTENCE_END.finditer(line)), len(line)]:
            for piece in _short_enough(line[start:end].strip(), words):
                yield joint, piece
                joint = " "
            start = end


def _short_enough(sentence: str, words: int) -> Iterator[str]:
    """The sentence whole if it isn't too long, else in parts that are not."""
    if _weight(sentence) <= words:
        if sentence:
            yield sentence
        return
    longest = words * _WORD_CHARACTERS
    part: list[str] = []
    weight = 0
    for word in sentence.split():
        for at in range(0, len(word), longest):
            piece = word[at : at + longest]
            size = _weight(piece)
            if part and weight + size > words:
                yield " ".join(part)
                part, weight = [], 0
            part.append(piece)
            weight += size
    yield " ".join(part)
