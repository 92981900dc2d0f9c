"""Words from a list as people keep them: each line gives a word or one clear problem.

A text file has a word a line; CSV, TSV and JSONL have a column. No line stops those after it, and
the file is streamed, in as much memory as its longest line and its distinct words take.
"""

from __future__ import annotations

import csv
import json
import logging
import re
import unicodedata
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from malmoi.core.errors import SourceError
from malmoi.text.encodings import encoding_of
from malmoi.text.english import is_word

logger = logging.getLogger(__name__)

MAX_WORD = 45
"""Characters of the longest word that dictionaries list (pneumono…coniosis)."""
MAX_LINE = 65_536
"""Characters after which the rest of a line is passed over."""
_MAX_LINES = 50
"""Lines that one quoted cell may go over; an unclosed quote would take in the rest of the file."""
_SHOWN = 200
"""Characters of a long line that are kept as its raw text."""

_KINDS = {".csv": "csv", ".tsv": "csv", ".jsonl": "json", ".ndjson": "json"}
_DELIMITERS = {".csv": ",;\t", ".tsv": "\t,;"}
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u20e3\ufe0f]")
_SAME_SIGN = str.maketrans("\u2019\u2018\u02bc\u2010\u2011", "'''--")


class Listed(NamedTuple):
    """A line of a word list: `word` in lower case, or "" and the `problem`.

    `line` counts from 1; `raw` is the line (or the column's cell) as it stands, cut to 200
    characters.
    """

    line: int
    raw: str
    word: str
    problem: str


def read_words(path: Path, column: str) -> Iterator[Listed]:
    """Read a word list; its ending tells its kind (.csv, .tsv, .jsonl, .ndjson, else text).

    A word that stands in the list before, in whatever case, is a problem of the later line.

    Raises:
        SourceError: the file is missing or no list of words, lacks the column, or holds no word.
    """
    encoding, note = encoding_of(path)
    if note:
        logger.info(f"{path.name}: {note}")
    first: dict[str, int] = {}
    lines, earliest = 0, ""
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        for line, raw, problem in _cells(path, file, column):
            lines = line
            word = "" if problem else clean(raw)
            problem = problem or problem_of(word, raw, encoding)
            if not problem and (before := first.setdefault(word, line)) != line:
                problem = f"{word!r} stands in line {before} already"
            earliest = earliest or (problem and f"line {line}: {problem}")
            yield Listed(line, raw[:_SHOWN], "" if problem else word, problem)
    if not first:
        seen = f"its first problem is in {earliest}" if earliest else "it is empty"
        raise SourceError(
            f"{path} holds no word in {lines} lines; {seen}. Expected an English word a line, or "
            f"CSV, TSV or JSONL with the column {column!r}."
        )


def clean(text: str) -> str:
    """A word as lexicons write it: composed, lower case, plain apostrophe and hyphen.

    Invisible format characters (soft hyphen, zero-width space, byte order mark) are dropped.
    """
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", text.translate(_SAME_SIGN)).strip().lower()


def problem_of(word: str, raw: str = "", encoding: str = "") -> str:
    """Why a cleaned text is no English word, in one phrase; "" where it is one."""
    raw = raw or word
    if not word:
        return "empty" if not raw.strip() else "nothing but invisible characters"
    if "\ufffd" in word:
        return f"bytes that are not {encoding or 'text'}"
    control = next((c for c in raw.strip() if unicodedata.category(c) == "Cc" and c != "\t"), "")
    if control:
        return f"a control character (U+{ord(control):04X})"
    if match := _EMOJI.search(raw):
        return f"an emoji or symbol ({match[0]})"
    if len(word) > MAX_WORD and not any(map(str.isspace, word)):
        return f"{len(word)} characters; the longest English words have {MAX_WORD}"
    if foreign := next((c for c in word if c.isalpha() and not _latin(c)), ""):
        return f"a letter that is not Latin ({foreign}, {unicodedata.name(foreign, 'unnamed')})"
    if any(map(str.isspace, word)):
        return f"a phrase of {len(word.split())} words; expected one word"
    if digit := next((c for c in word if c.isnumeric()), ""):
        return f"a digit ({digit})"
    if not is_word(word):
        sign = next((c for c in word if not c.isalpha() and c not in "'-"), word)
        return f"a sign that is no letter ({sign})"
    return ""


def _latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.name(letter, "").startswith("LATIN")


def _cells(path: Path, file: IO[str], column: str) -> Iterator[tuple[int, str, str]]:
    """Line number, raw text and problem of each line, by the file's kind."""
    kind = _KINDS.get(path.suffix.lower(), "text")
    if kind == "csv":
        yield from _csv_cells(path, file, column)
        return
    for line, text, cut in _lines(file):
        if cut:
            yield line, text, _too_long()
        elif kind == "json" and text.strip():
            yield line, *_json_cell(text, column)
        else:
            yield line, text, ""


def _lines(file: IO[str]) -> Iterator[tuple[int, str, bool]]:
    """Number, text without its end, and whether the line was longer than `MAX_LINE`."""
    number = 0
    while text := file.readline(MAX_LINE + 1):
        number += 1
        cut = not text.endswith("\n") and len(text) > MAX_LINE
        part = text
        while cut and part and not part.endswith("\n"):
            part = file.readline(MAX_LINE + 1)
        yield number, text.removesuffix("\n"), cut


def _too_long() -> str:
    return f"a line of more than {MAX_LINE:,} characters"


def _json_cell(text: str, column: str) -> tuple[str, str]:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        return text, f"not JSON ({error}); expected an object a line"
    if not isinstance(record, dict):
        return text, f"JSON, but a {type(record).__name__}; expected an object a line"
    if column not in record:
        return text, f"no key {column!r} among {', '.join(map(repr, list(record)[:8])) or 'none'}"
    value = record[column]
    if not isinstance(value, str):
        return text, f"{column!r} is a {type(value).__name__}; expected a string"
    return value, ""


def _csv_cells(path: Path, file: IO[str], column: str) -> Iterator[tuple[int, str, str]]:
    """The column's cell of each row. An unclosed quote costs its own line, not those after it."""
    csv.field_size_limit(MAX_LINE * _MAX_LINES)
    waiting: deque[tuple[int, str, bool]] = deque()
    lines = _lines(file)
    head = next((text for _, text, _ in lines if text.strip()), "")
    delimiter, index, width = _header(path, head, column)
    while waiting or (got := next(lines, None)):
        line, text, cut = waiting.popleft() if waiting else got  # type: ignore[misc]
        if cut:
            yield line, text, _too_long()
            continue
        if not text.strip():
            yield line, text, ""
            continue
        taken = [(line, text, False)]
        row, error = _row(text, delimiter)
        while row is None and error.startswith("unexpected end") and len(taken) < _MAX_LINES:
            more = waiting.popleft() if waiting else next(lines, None)
            if more is None:
                break
            taken.append(more)
            row, error = _row("\n".join(t for _, t, _ in taken), delimiter)
        if row is not None and len(taken) > 1 and len(row) > index and "\n" in row[index]:
            row, error = None, "a line end in a word"
        if row is None:
            waiting.extendleft(reversed(taken[1:]))
            unclosed = error.startswith("unexpected end") or len(taken) > 1
            yield line, text, "a quote that is not closed" if unclosed else f"no CSV row ({error})"
        elif len(row) <= index:
            yield line, text, f"the row ends before {column!r}, its cell {index + 1} of {width}"
        else:
            yield line, row[index], ""


def _header(path: Path, head: str, column: str) -> tuple[str, int, int]:
    """Delimiter, the column's place (from 0) and the number of columns."""
    wanted = column.strip().casefold()
    seen: list[str] = []
    for delimiter in _DELIMITERS[path.suffix.lower()]:
        row, _ = _row(head, delimiter)
        names = [clean(name).casefold() for name in row or []]
        if wanted in names:
            return delimiter, names.index(wanted), len(names)
        seen = seen or (row or [head])
    if not head:
        raise SourceError(f"{path} is empty. Expected a header with the column {column!r}.")
    shown = ", ".join(repr(name[:40]) for name in seen[:12])
    raise SourceError(
        f"{path} has no column {column!r} in its first line; it has {shown}. Expected a header: "
        "name the right column, or save a plain list of words as .txt."
    )


def _row(text: str, delimiter: str) -> tuple[list[str] | None, str]:
    """The cells of one row, or why there are none."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), []), ""
    except csv.Error as error:
        return None, str(error)
