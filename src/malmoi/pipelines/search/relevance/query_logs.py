"""Queries as people have them: one a line, pasted as CSV, or a log of user behaviour (UBI)."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from malmoi.text.unicode import usual_form

MAX_QUERIES = 500
MAX_LENGTH = 300
"""Characters of a query; what is longer is no query, and left out."""
NAMES = ("user_query", "query", "querytext", "query_text", "search_query", "keyword", "q", "검색어")
"""Columns or fields that hold queries, the likeliest first; UBI's is `user_query`."""


def read_queries(text: str, limit: int = MAX_QUERIES) -> list[str]:
    """The different queries of a text, those that were asked most first, at most `limit`.

    A text of JSON objects (one a line, or a list; documents of OpenSearch with `_source`) gives
    their field, a table with a header its column of one of `NAMES`; any other text has a query a
    line.
    """
    counts = Counter[str]()
    written: dict[str, str] = {}
    for query in _queries(text.lstrip("\ufeff")):
        plain = " ".join(usual_form(query).split())
        if plain and len(plain) <= MAX_LENGTH:
            counts[plain.casefold()] += 1
            written.setdefault(plain.casefold(), plain)
    return [written[key] for key, _ in counts.most_common(limit)]


def _queries(text: str) -> Iterator[str]:
    if text.lstrip()[:1] in {"{", "["} and (records := _objects(text)):
        yield from _fields(records)
        return
    lines = text.splitlines()
    delimiter = _delimiter(lines[0]) if lines else None
    if delimiter:
        rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
        yield from _fields(rows)
    else:
        yield from lines[1:] if lines and _name(lines[0]) in NAMES else lines


def _objects(text: str) -> list[dict[str, Any]]:
    """The objects of a JSON list or of JSON lines; none where it is neither."""
    try:
        found = json.loads(text)
        if isinstance(found, dict):
            found = found.get("hits", {}).get("hits", [found]) if "hits" in found else [found]
    except (ValueError, AttributeError, RecursionError):
        found = []
        for line in filter(str.strip, text.splitlines()):
            try:
                found.append(json.loads(line))
            except (ValueError, RecursionError):
                return []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _fields(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    for record in records:
        source = record.get("_source")
        values = source if isinstance(source, dict) else record
        named = {_name(str(key)): value for key, value in values.items() if key is not None}
        query = next((named[name] for name in NAMES if isinstance(named.get(name), str)), None)
        if query is not None:
            yield query


def _delimiter(header: str) -> str | None:
    """What parts the columns of a table whose header names a column of queries."""
    for delimiter in ("\t", ",", ";"):
        columns = [_name(column) for column in header.split(delimiter)]
        if len(columns) > 1 and set(columns) & set(NAMES):
            return delimiter
    return None


def _name(column: str) -> str:
    return column.strip().strip("\"'").casefold().replace(" ", "_")
