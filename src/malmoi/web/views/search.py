"""Search: two systems side by side, what matched, what moved, and why a document isn't there."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field
from starlette.responses import Response

from malmoi.pipelines.search.systems.collection import Collection, Filter, Hit, Ranking, Why
from malmoi.pipelines.search.systems.student import tokens_of
from malmoi.pipelines.search.systems.system import Explanation, Match, System
from malmoi.retrieval.query import AnalysedQuery
from malmoi.text.unicode import is_invisible
from malmoi.web.pages import page
from malmoi.web.views.snippets import snippet
from malmoi.web.visit import Visit
from malmoi.web.workspace import default_pair

MAX_QUERY, MAX_ID, MAX_HITS = 500, 1000, 50
KINDS = ("word", "translation", "neural", "unsplit")


def plain(value: object) -> object:
    """A text without characters that nobody sees; anything else as it is."""
    if not isinstance(value, str):
        return value
    return "".join(" " if is_invisible(c) else c for c in value).replace("\n", " ").strip()


Plain = BeforeValidator(plain)
QueryText = Annotated[str, Field(max_length=MAX_QUERY), Plain]
Name = Annotated[str, Field(max_length=200)]
Day = Annotated[str, Field(pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$"), Plain]


class Filters(BaseModel):
    """Which documents may be found; empty: all."""

    language: Literal["", "ko", "en"] = ""
    since: Day = ""
    until: Day = ""
    prefix: Annotated[str, Field(max_length=MAX_ID)] = ""

    def filter(self) -> Filter:
        """As a collection takes it."""
        return Filter(self.language, self.since, self.until, self.prefix)


class SearchQuery(Filters):
    """The address of a search page; `document` asks why one is, or isn't, there."""

    collection: Name = ""
    q: QueryText = ""
    a: Name = ""
    b: Name = ""
    k: Annotated[int, Field(ge=1, le=MAX_HITS)] = 10
    document: Annotated[str, Field(max_length=MAX_ID)] = ""


@dataclass(frozen=True)
class Bar:
    """A token of a hit; `parts` are kind, start and width (per cent of the longest bar), value."""

    token: str
    total: float
    weights: str
    parts: list[tuple[str, float, float, float]]


@dataclass(frozen=True)
class Row:
    """A hit; `moved` is how many ranks it stands above where the other system has it: None where
    that doesn't show it."""

    hit: Hit
    moved: int | None
    bars: list[Bar]
    snippet: list[tuple[str, bool]]


@dataclass(frozen=True)
class Side:
    """One system's column."""

    name: str
    ranking: Ranking
    rows: list[Row]
    seconds: float
    query: dict[str, Any]
    why: Why | None
    why_bars: list[Bar]


def search(visit: Visit) -> Response:
    """The search page; without a query its form alone."""
    asked = visit.query(SearchQuery)
    names = list(visit.workspace.collections())
    name = asked.collection or (names[0] if names else "")
    if not name:
        return page(visit, "search.html", asked=asked, names=names, collection=None, sides=[])
    collection = visit.workspace.collection(name)
    usual = default_pair(collection.systems)
    chosen = (asked.a or usual[0], asked.b or usual[1])
    sides = compare(collection, asked, chosen) if asked.q else []
    return page(
        visit,
        "search.html",
        asked=asked,
        names=names,
        collection=collection,
        chosen=chosen,
        sides=sides,
        translations=_translations(collection, asked.q, sides),
        link={**asked.model_dump(), "collection": name, "a": chosen[0], "b": chosen[1]},
    )


def document(visit: Visit) -> Response:
    """A document whole."""
    asked = visit.query(SearchQuery)
    collection = visit.workspace.collection(asked.collection)
    row = collection.rows.get(asked.document)
    if row is None:
        return page(visit, "document.html", 404, document=None, collection=collection, asked=asked)
    found = collection.documents[row]
    return page(visit, "document.html", document=found, collection=collection, asked=asked)


def compare(collection: Collection, asked: SearchQuery, chosen: tuple[str, str]) -> list[Side]:
    """Both columns; one where both systems are the same."""
    found = []
    for name in dict.fromkeys(chosen):
        system = collection.system(name)
        start = time.perf_counter()
        ranking = collection.search(name, asked.q, asked.k, asked.filter())
        found.append((system, ranking, time.perf_counter() - start))
    rankings = [ranking for _, ranking, _ in found]
    return [
        _side(collection, asked, each, rankings[1 - n] if len(rankings) > 1 else None)
        for n, each in enumerate(found)
    ]


def _side(
    collection: Collection,
    asked: SearchQuery,
    found: tuple[System, Ranking, float],
    other: Ranking | None,
) -> Side:
    system, ranking, seconds = found
    ranks = {hit.document.id: hit.rank for hit in other.hits} if other else {}
    longest = max((_longest(hit.explanation) for hit in ranking.hits), default=0.0)
    rows = []
    for hit in ranking.hits:
        words = _words(collection, hit.explanation)
        pieces = snippet(collection.line(hit.document), words)
        other_rank = ranks.get(hit.document.id)
        moved = None if other_rank is None else other_rank - hit.rank
        rows.append(Row(hit, moved, bars(hit.explanation, longest), pieces))
    why = None
    if asked.document:
        only = asked.filter()
        why = collection.why(system.name, asked.q, asked.document, asked.k, only)
    return Side(
        system.name,
        ranking,
        rows,
        seconds,
        _query(system.analyse(asked.q)),
        why,
        bars(why.explanation, max(longest, _longest(why.explanation)), lacking=True) if why else [],
    )


def bars(explanation: Explanation, longest: float, lacking: bool = False) -> list[Bar]:
    """A bar a token, the one that counts most first.

    Args:
        explanation: of a document's score.
        longest: the contribution that fills the width.
        lacking: also tokens that the document doesn't have.
    """
    found = [
        _bar(match, longest)
        for match in _by_contribution(explanation)
        if lacking or match.contribution > 0
    ]
    if explanation.similarity:
        width = 100 * max(0.0, explanation.similarity) / longest if longest > 0 else 0.0
        part = ("similarity", 0.0, round(min(width, 100.0), 2), explanation.similarity)
        found.append(Bar("", explanation.similarity, "", [part]))
    return found


def _words(collection: Collection, explanation: Explanation) -> list[str]:
    """What to mark in a document: its tokens, and what those that are translations are of."""
    found = [match for match in _by_contribution(explanation) if match.contribution > 0]
    crossed = collection.translations.of(m.token for m in found if m.translation > 0)
    words = [match.token for match in found]
    return words + [each.word for translations in crossed.values() for each in translations]


def _bar(match: Match, longest: float) -> Bar:
    parts, start = [], 0.0
    for kind in KINDS:
        value = match.query_weight * getattr(match, kind)
        if value > 0:
            width = 100 * value / longest if longest > 0 else 0.0
            parts.append((kind, round(start, 2), round(width, 2), value))
            start += width
    weights = f"{match.query_weight:.2f} × {match.document_weight:.2f}"
    return Bar(match.token, match.contribution, weights, parts)


def _by_contribution(explanation: Explanation) -> list[Match]:
    return sorted(explanation.matches, key=lambda m: (-m.contribution, m.token))


def _longest(explanation: Explanation) -> float:
    return max((*(m.contribution for m in explanation.matches), explanation.similarity, 0.0))


def _query(analysed: AnalysedQuery) -> dict[str, Any]:
    return {
        "tokens": tokens_of(analysed),
        "corrections": analysed.corrections,
        "unknown": analysed.unknown,
    }


def _translations(
    collection: Collection, query: str, sides: Sequence[Side]
) -> Mapping[str, Sequence[Any]]:
    """Of the query's words as they are written, and of its tokens."""
    words = query.split()
    tokens = [token for side in sides for token, _ in side.query["tokens"]]
    return collection.translations.of([query, *words, *tokens])
