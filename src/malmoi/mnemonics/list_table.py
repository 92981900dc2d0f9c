"""The rows of a word list: which cell of each holds the word, its meaning, its part of speech.

Tables are CSV, TSV, JSON Lines, and whatever has tabs (Quizlet's and Anki's exports, Excel's
"Unicode text"); all else has a word a line. Anki's own header (`#separator:tab`, `#columns:…`) is
read; no row stops those after it.
"""

from __future__ import annotations

import csv
import json
import logging
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from malmoi.core.errors import SourceError
from malmoi.mnemonics.list_line import plain_text, pos_of

logger = logging.getLogger(__name__)

MAX_LINE = 65_536
"""Characters after which the rest of a line is passed over."""
_MAX_LINES = 50
"""Lines that one quoted cell may go over; an unclosed quote would take in the rest of the file."""
_KINDS = {".csv": "csv", ".tsv": "csv", ".jsonl": "json", ".ndjson": "json"}
_DELIMITERS = {".csv": ",;\t", ".tsv": "\t,;"}
DEFAULT_COLUMN = "word"
"""The recipe's own: where no column is called so, a known name or the first column stands in."""

_NAMES = {
    "word": "word words term terms front english vocabulary vocab expression headword lemma "
    "단어 영단어 영어 표제어 어휘 單語 单词",
    "meaning": "meaning meanings definition definitions back translation gloss sense korean native "
    "뜻 의미 해석 정의 한국어 뜻풀이 意味 释义",
    "pos": "pos part_of_speech part-of-speech partofspeech class 품사 品詞 词性",
}  # fmt: skip
_NAMED = {name: what for what, names in _NAMES.items() for name in names.split()}
_ANKI = re.compile(r"#(separator|html|columns|tags|notetype|deck|guid|if matches)( column)?:(.*)$")
_SEPARATORS = {
    "tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":",
}  # fmt: skip


class Cells(NamedTuple):
    """A row: its line from 1, the cell of the word as it stands, what is beside it, a problem."""

    line: int
    word: str
    meaning: str = ""
    pos: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Where things stand in the rows of a table.

    Attributes:
        delimiter: between cells.
        word: the word's column, from 0.
        name: what that column is called.
        width: columns of the header, 0 where there is none.
        meanings, pos: the columns beside it that are read, by number.
        lenient: stray quotes are letters (Quizlet quotes nothing).
    """

    delimiter: str
    word: int
    name: str
    width: int = 0
    meanings: tuple[int, ...] = ()
    pos: int = -1
    lenient: bool = False


def read_cells(path: Path, file: IO[str], column: str) -> Iterator[Cells]:
    """The rows of a list, by the file's kind.

    Args:
        path: its ending tells the kind.
        file: opened as text with universal newlines.
        column: that of the words in a table.

    Raises:
        SourceError: a table lacks the column.
    """
    kind = _KINDS.get(path.suffix.lower(), "text")
    lines = _lines(file)
    if kind == "json":
        for line, text, cut in lines:
            yield Cells(line, text, problem=_too_long()) if cut else _json_cells(line, text, column)
        return
    head, settings = _head(lines)
    first = next((text for _, text, _ in head if text.strip()), "")
    if kind == "text" and not settings and "\t" not in first:
        for line, text, cut in _chain(head, lines):
            yield Cells(line, text, problem=_too_long() if cut else "")
        return
    table, has_header = _layout(path, kind, first, settings, column)
    if has_header:
        head = head[[text for _, text, _ in head].index(first) + 1 :]
    yield from _rows(table, head, lines)


def kind_of_column(name: str) -> str:
    """What a column or field of this name holds: "word", "meaning", "pos"; "" for others."""
    return _NAMED.get("_".join(name.casefold().split()), "")


Lines = Iterator[tuple[int, str, bool]]


def _lines(file: IO[str]) -> Lines:
    """Number, text without its end, and whether the line was longer than `MAX_LINE`."""
    number = 0
    while text := file.readline(MAX_LINE + 1):
        number += 1
        cut = not text.endswith("\n") and len(text) > MAX_LINE
        part = text
        while cut and part and not part.endswith("\n"):
            part = file.readline(MAX_LINE + 1)
        yield number, text.removesuffix("\n"), cut


def _chain(head: list[tuple[int, str, bool]], lines: Lines) -> Lines:
    yield from head
    yield from lines


def _head(lines: Lines) -> tuple[list[tuple[int, str, bool]], dict[str, str]]:
    """The lines up to the first row, and what Anki's header before it says ("guid column": "1")."""
    settings: dict[str, str] = {}
    blank = []
    for line in lines:
        if match := _ANKI.match(line[1].lstrip("\ufeff")):
            settings[match[1] + (match[2] or "")] = match[3].strip()
            continue
        blank.append(line)
        if line[1].strip():
            break
    return blank, settings


def _too_long() -> str:
    return f"a line of more than {MAX_LINE:,} characters"


def _json_cells(line: int, text: str, column: str) -> Cells:
    if not text.strip():
        return Cells(line, text)
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Cells(line, text, problem=f"not JSON ({error}); expected an object a line")
    if not isinstance(record, dict):
        problem = f"JSON, but a {type(record).__name__}; expected an object a line"
        return Cells(line, text, problem=problem)
    if column not in record:
        keys = ", ".join(map(repr, list(record)[:8])) or "none"
        return Cells(line, text, problem=f"no key {column!r} among {keys}")
    value = record[column]
    if not isinstance(value, str):
        problem = f"{column!r} is a {type(value).__name__}; expected a string"
        return Cells(line, text, problem=problem)
    beside = {_NAMED.get(k.casefold(), ""): v for k, v in record.items() if isinstance(v, str)}
    return Cells(line, value, beside.get("meaning", ""), beside.get("pos", ""))


def _layout(
    path: Path, kind: str, first: str, settings: dict[str, str], column: str
) -> tuple[Table, bool]:
    """How the rows are cut, and whether the first one is a header.

    Args:
        path: named in messages.
        kind: "csv" or "text".
        first: the first row.
        settings: Anki's header.
        column: that of the words.
    """
    wanted = column.strip().casefold()
    delimiters = _DELIMITERS.get(path.suffix.lower(), "\t")
    if separator := settings.get("separator", ""):
        delimiters = _SEPARATORS.get(separator.casefold(), separator[:1] or "\t")
    if "columns" in settings:
        names = _names(settings["columns"], delimiters[0])
        return _named(names, _column(names, wanted), delimiters[0], settings), False
    if not first:
        raise SourceError(f"{path} is empty. Expected a header with the column {column!r}.")
    lenient = kind == "text"
    for delimiter in delimiters:
        names = _names(first, delimiter)
        if wanted in names:
            return _named(names, names.index(wanted), delimiter, settings, lenient), True
    for delimiter in delimiters:
        names = _names(first, delimiter)
        if wanted == DEFAULT_COLUMN and _is_header(names):
            at = _column(names, wanted)
            logger.info(f"{path.name}: no column {column!r}; the words are read from {names[at]!r}")
            return _named(names, at, delimiter, settings, lenient), True
    if wanted != DEFAULT_COLUMN and not settings and kind == "csv":
        shown = ", ".join(repr(name[:40]) for name in _names(first, delimiters[0])[:12])
        raise SourceError(
            f"{path} has no column {column!r} in its first line; it has {shown}. Expected a "
            "header: name the right column, or save a plain list of words as .txt."
        )
    delimiter = max(delimiters, key=first.count)
    return _bare(path, _names(first, delimiter), delimiter, settings, lenient), False


def _names(text: str, delimiter: str) -> list[str]:
    row, _ = _row(text, delimiter)
    cells = text.split(delimiter) if row is None else row
    return [" ".join(plain_text(cell).split()).casefold() for cell in cells]


def _is_header(names: Sequence[str]) -> bool:
    """A row of names of columns: one of the words, and one of what is beside them."""
    kinds = {_NAMED.get(name, "") for name in names} - {""}
    return "word" in kinds and len(kinds) > 1


def _column(names: Sequence[str], wanted: str) -> int:
    if wanted in names:
        return names.index(wanted)
    known = (at for at, name in enumerate(names) if _NAMED.get(name) == "word")
    return next(known, 0)


def _named(
    names: list[str], word: int, delimiter: str, settings: dict[str, str], lenient: bool = False
) -> Table:
    """The table of a header."""
    skipped = _anki_columns(settings)
    beside = [at for at in range(len(names)) if at != word and at not in skipped]
    meanings = tuple(at for at in beside if _NAMED.get(names[at]) == "meaning")
    pos = next((at for at in beside if _NAMED.get(names[at]) == "pos"), -1)
    return Table(delimiter, word, names[word], len(names), meanings, pos, lenient)


def _bare(
    path: Path, cells: list[str], delimiter: str, settings: dict[str, str], lenient: bool
) -> Table:
    """The table of rows without a header: the first column in Latin letters has the words."""
    skipped = _anki_columns(settings)
    columns = [at for at in range(len(cells)) if at not in skipped]
    words = [at for at in columns if re.search("[a-z]", cells[at])] or columns or [0]
    if not settings:
        logger.info(f"{path.name}: no header; the words are read from column {words[0] + 1}")
    meanings = tuple(at for at in columns if at != words[0])
    return Table(delimiter, words[0], f"column {words[0] + 1}", 0, meanings, -1, lenient)


def _anki_columns(settings: dict[str, str]) -> set[int]:
    """Columns that Anki's header says hold no field (deck, tags, …), from 0."""
    return {int(n) - 1 for key, n in settings.items() if key.endswith(" column") and n.isdigit()}


def _rows(table: Table, head: list[tuple[int, str, bool]], lines: Lines) -> Iterator[Cells]:
    """The cells of each row. An unclosed quote costs its own line, not those after it."""
    csv.field_size_limit(MAX_LINE * _MAX_LINES)
    waiting = deque(head)
    index = table.word
    while waiting or (got := next(lines, None)):
        line, text, cut = waiting.popleft() if waiting else got  # type: ignore[misc]
        if cut:
            yield Cells(line, text, problem=_too_long())
            continue
        if not text.strip():
            yield Cells(line, text)
            continue
        taken = [(line, text, False)]
        row, error = _row(text, table.delimiter)
        while row is None and error.startswith("unexpected end") and len(taken) < _MAX_LINES:
            more = waiting.popleft() if waiting else next(lines, None)
            if more is None:
                break
            taken.append(more)
            row, error = _row("\n".join(t for _, t, _ in taken), table.delimiter)
        if row is not None and len(taken) > 1 and len(row) > index and "\n" in row[index].strip():
            row, error = None, "a line end in a word"
        if row is None:
            waiting.extendleft(reversed(taken[1:]))
            if table.lenient:
                yield _cells(table, line, text.split(table.delimiter))
                continue
            unclosed = error.startswith("unexpected end") or len(taken) > 1
            problem = "a quote that is not closed" if unclosed else f"no CSV row ({error})"
            yield Cells(line, text, problem=problem)
        else:
            yield _cells(table, line, row)


def _cells(table: Table, line: int, row: list[str]) -> Cells:
    if len(row) <= table.word:
        place = f"its cell {table.word + 1} of {table.width}" if table.width else "its words"
        problem = f"the row ends before {table.name!r}, {place}"
        return Cells(line, table.delimiter.join(row), problem=problem)
    told = [plain_text(row[at]) for at in table.meanings if at < len(row)]
    pos = plain_text(row[table.pos]) if 0 <= table.pos < len(row) else ""
    pos = pos or next((text for text in told if pos_of(text)), "")
    meaning = "; ".join(text for text in told if _tells(text) and text != pos)
    return Cells(line, row[table.word], meaning, pos)


def _tells(text: str) -> bool:
    """A cell that is no number, pronunciation or address."""
    said = re.fullmatch(r"/[^/]*/|\[[^\]]*\]|https?://\S+|[\W\d_]*", text)
    return said is None


def _row(text: str, delimiter: str) -> tuple[list[str] | None, str]:
    """The cells of one row, or why there are none."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), []), ""
    except csv.Error as error:
        return None, str(error)
