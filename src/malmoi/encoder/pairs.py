"""Training pairs: queries with their document, mined negatives and a dense model's scores.

    pairs = [*own_pairs(documents), *written_pairs(records)]
    pairs = distinct(pairs, human=corpus.query_texts)
    pairs = with_negatives(pairs, section, lexical=bm25f.search, passages=passages)

`kind` tells titles, headings and excerpts (`excerpts.py`), which a corpus has of itself, from what
a teacher wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypedDict

from malmoi.corpora.corpus import Document
from malmoi.encoder.negatives import Rank, mine
from malmoi.recipe import TrainingSection
from malmoi.retrieval.passages import DensePassages
from malmoi.text.morphemes import clean
from malmoi.text.unicode import usual_form


class WrittenQuery(TypedDict):
    """What a pair takes of the record of a query that a teacher wrote."""

    text: str
    document: str
    kind: str


class TrainingPair(TypedDict):
    """A query and its document; the encoder does not see `without` in the document."""

    query: str
    document: str
    kind: str
    without: str


class MinedPair(TrainingPair):
    """A pair as the stage `pairs` keeps it: `scores` are of the document, then of `negatives`."""

    negatives: list[str]
    scores: list[float]


OWN_KINDS = {"title", "heading", "own sentence", "own phrase", "own terms"}
"""Pairs that a corpus has of itself; all others were written by a teacher."""


def own_pairs(documents: Iterable[Document], hide: bool) -> list[TrainingPair]:
    """Titles and headings as queries of their documents; one without a text teaches nothing.

    With `hide` the encoder does not see the words of the document that are the query itself.
    """
    pairs: list[TrainingPair] = []
    for document in documents:
        if not document.text.strip():
            continue
        headings = [section.heading for section in document.sections]
        for kind, texts in (("title", [document.title]), ("heading", headings)):
            pairs += [
                make_pair(text, document.id, kind, text if hide else "")
                for text in texts
                if text and (kind == "title" or text != document.title)
            ]
    return pairs


def written_pairs(records: Iterable[WrittenQuery]) -> list[TrainingPair]:
    """What a teacher wrote as training pairs."""
    return [make_pair(r["text"], r["document"], r["kind"], "") for r in records]


def make_pair(query: str, document: str, kind: str, without: str) -> TrainingPair:
    """A training pair.

    Args:
        query: the text that is searched with.
        document: the id of the document that it should find.
        kind: what the query is, or who wrote it.
        without: words of the document that the encoder doesn't see.
    """
    return {"query": query, "document": document, "kind": kind, "without": without}


def distinct(pairs: Iterable[TrainingPair], human: Iterable[str]) -> list[TrainingPair]:
    """Each pair once, whatever its case and spaces, and none whose query is among `human`.

    A text that a person wrote as a query, of either split, is no training query.
    """
    taken = {normalised(text) for text in human}
    seen: set[tuple[str, str]] = set()
    kept = []
    for pair in pairs:
        key = (normalised(pair["query"]), pair["document"])
        if key[0] and key[0] not in taken and key not in seen:
            seen.add(key)
            kept.append(pair)
    return kept


def normalised(text: str) -> str:
    """A text without differences of case, of spaces and of width."""
    return clean(usual_form(text)).casefold()


def with_negatives(
    pairs: Sequence[TrainingPair],
    section: TrainingSection,
    lexical: Rank,
    passages: DensePassages,
) -> Iterator[MinedPair]:
    """The pairs with `negatives` (ids) and the dense `scores` of the document and of them.

    Args:
        pairs: training pairs.
        section: how many negatives, how deep, and what may be relevant after all.
        lexical: ranks documents by words.
        passages: rank them by a dense model, and score them.
    """
    mined = mine(
        [pair["query"] for pair in pairs],
        [pair["document"] for pair in pairs],
        lexical=lexical,
        dense=passages.search,
        scores=passages.scores,
        count=section.num_negatives,
        depth=section.mined_depth,
        margin=section.margin,
    )
    for pair, (names, scores) in zip(pairs, mined, strict=True):
        yield {**pair, "negatives": names, "scores": [round(score, 5) for score in scores]}
