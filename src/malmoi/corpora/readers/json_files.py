"""JSON as people keep records in it: an object a line, an array, or an object that holds one."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.corpora.readers.cleaning import Counts, decode, ending_of

logger = logging.getLogger(__name__)

_SPACE = re.compile(r"\s*")

Place = tuple[str, dict[str, Any]]


def json_records(path: Path, counts: Counts) -> Iterator[Place]:
    """Objects of a file with their places ("docs.jsonl:3", "docs.json[3]"), whatever its ending.

    A file whose first line is an object is JSON Lines; empty lines are skipped. Any other is an
    array of objects, an object in which one such array is, or objects one after the other (said).

    Raises:
        SourceError: the file can't be read, isn't JSON, or holds no object or several arrays.
    """
    text = decode(path, counts)
    if _is_lines(path, text):
        yield from _lines(path.name, text)
        return
    content = parse(path, text)
    where, found = ("", content) if isinstance(content, list) else _only_list(path, content)
    if not found:
        raise SourceError(f"{path.name} holds an empty JSON array. Expected objects in it.")
    logger.info(f"{path.name}: read as one JSON array{f' ({where})' if where else ''}")
    for number, record in enumerate(found):
        if not isinstance(record, dict):
            raise SourceError(
                f"{path.name}{where}[{number}] is a {type(record).__name__}. Expected an object."
            )
        yield f"{path.name}{where}[{number}]", record


def parse(path: Path, text: str) -> Any:
    """A JSON value, or the list of several that follow each other over many lines, as jq's do.

    Raises:
        SourceError: the text is no JSON.
    """
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    at = 0
    text = text.strip()
    try:
        while at < len(text) or not values:
            value, end = decoder.raw_decode(text, at)
            values.append(value)
            at = space.end() if (space := _SPACE.match(text, end)) else end
        return values[0] if len(values) == 1 else values
    except (ValueError, RecursionError) as error:
        line = next((line for line in text.split("\n") if line.strip()), "")
        raise SourceError(
            f"{path.name}:1 is not JSON ({error}): {line[:80]!r}. Expected one object a line, or "
            "one array of objects."
        ) from error


def _is_lines(path: Path, text: str) -> bool:
    """Whether each line is a value of its own; a `.json` of one line holds one value."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    try:
        value = json.loads(first, strict=False)
    except (ValueError, RecursionError):
        return False
    alone = not text.lstrip()[len(first.strip()) :].strip()
    return not alone or (isinstance(value, dict) and ending_of(path) != ".json")


def _lines(name: str, text: str) -> Iterator[Place]:
    # Not splitlines(): it also splits at U+2028 and U+0085, which JSON strings may hold.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{name}:{number}"
        try:
            record = json.loads(line, strict=False)
        except (ValueError, RecursionError) as error:
            raise SourceError(
                f"{where} is not JSON ({error}): {line[:80]!r}. Expected one object a line."
            ) from error
        if not isinstance(record, dict):
            raise SourceError(f"{where} is a {type(record).__name__}. Expected a JSON object.")
        yield where, record


def _only_list(path: Path, content: Any) -> tuple[str, list[Any]]:
    """The one array of objects in an object, however deep, and where it is (".data.items")."""
    try:
        lists = _lists_in(content)
    except RecursionError:
        lists = {}
    if len(lists) == 1:
        return next(iter(lists.items()))
    seen = ", ".join(where.lstrip(".") for where in lists) or "none"
    raise SourceError(
        f"{path.name} is one JSON {type(content).__name__}; arrays of objects in it: {seen}. "
        "Expected an array of objects, one object a line, or an object with one such array: "
        "write the right one to a file of its own."
    )


def _lists_in(content: Any, where: str = "") -> dict[str, list[Any]]:
    if isinstance(content, list):
        return {where: content} if content and isinstance(content[0], dict) else {}
    found: dict[str, list[Any]] = {}
    for key, value in content.items() if isinstance(content, dict) else ():
        found |= _lists_in(value, f"{where}.{key}")
    return found
