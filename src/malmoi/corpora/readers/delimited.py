"""Tables in text: cells parted by commas, semicolons, tabs or bars, as spreadsheets save them."""

from __future__ import annotations

import csv
import io
import logging
import re
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.corpora.readers.cleaning import Counts, decode
from malmoi.text.morphemes import clean

logger = logging.getLogger(__name__)

DELIMITERS = (",", ";", "\t", "|")
SEP_LINE = re.compile(r"\ufeff?\"?sep=([^\r\n\"])\"?[,;\t]*\r?\n?", re.IGNORECASE)
"""Excel's own first line, which tells it the delimiter."""


def delimited_records(
    path: Path, counts: Counts, delimiter: str, wanted: Collection[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows under a header, each with its place ("docs.csv:17").

    The delimiter is that of a first line `sep=…`, else the first one (`delimiter` before others)
    under which the header has all `wanted` names; what isn't `delimiter` is said. White space and
    byte order marks around names are no part of them. Empty cells beyond the header are left out,
    and so are rows of empty cells ("dropped_empty"). A name that stands twice gives a list.

    Args:
        path: the file.
        counts: what was mended or dropped, added to.
        delimiter: what the file's ending promises.
        wanted: the columns that will be asked for.

    Raises:
        SourceError: the file can't be read, is no table, or a row has more cells than the header.
    """
    text = decode(path, counts)
    sep = SEP_LINE.match(text)
    seen = sep[1] if sep else _delimiter(text, delimiter, wanted)
    if seen != delimiter:
        logger.info(f"{path.name}: cells are parted by {seen!r}")
    header: list[str] = []
    try:
        for line, cells in _rows(text, seen, sep.end() if sep else 0):
            if any(cell.strip() for cell in cells):
                where = f"{path.name}:{line}"
                if header:
                    yield where, _record(header, cells, where, seen)
                header = header or [clean(cell) for cell in cells]
            elif cells and header:
                counts["dropped_empty"] += 1
    except csv.Error as error:
        raise SourceError(f"{path.name} is not CSV: {error}.") from error


def _record(header: list[str], cells: list[str], where: str, delimiter: str) -> dict[str, Any]:
    if any(cell.strip() for cell in cells[len(header) :]):
        raise SourceError(
            f"{where} has more cells than the header has names ({len(header)}). Expected quotes "
            f"around text that holds {delimiter!r}."
        )
    record: dict[str, Any] = {}
    for name, cell in zip(header, [*cells, *[""] * len(header)], strict=False):
        record[name] = [record[name], cell] if name and name in record else cell
    return record


def _delimiter(text: str, usual: str, wanted: Collection[str]) -> str:
    """The delimiter under which the header has the wanted names, else that with most cells."""
    order = [usual, *(d for d in DELIMITERS if d != usual)]
    headers = {delimiter: _header(text, delimiter) for delimiter in order}
    for delimiter in order:
        if wanted and set(wanted) <= set(headers[delimiter]):
            return delimiter
    return max(order, key=lambda delimiter: len(headers[delimiter]))


def _header(text: str, delimiter: str) -> list[str]:
    try:
        rows = (cells for _, cells in _rows(text[:65_536], delimiter, 0))
        cells = next((row for row in rows if any(cell.strip() for cell in row)), [])
    except csv.Error:
        return []
    return [clean(cell) for cell in cells]


def _rows(text: str, delimiter: str, start: int) -> Iterator[tuple[int, list[str]]]:
    """The rows from the character `start` on, each with the number of its last line.

    Raises:
        csv.Error: a quote takes in all that follows it.
    """
    above, text = text.count("\n", 0, start), text[start:]
    csv.field_size_limit(sys.maxsize)  # the default of 128 KiB is less than a long document
    # Where a space stands after each delimiter, a quote after it is still the cell's first sign.
    spaced = bool(re.match(rf"[^\n]*?{re.escape(delimiter)} +\"?\w", text.lstrip()))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=spaced)
    before = last = 0
    for cells in reader:
        before, last = last, reader.line_num
        yield above + last, cells
    if last - before > 1 and _is_open(text, before, delimiter):
        raise csv.Error(
            f"a quote opens in line {above + before + 1} and takes in all that follows. Close it; "
            "if it is text, write it twice and put the cell in quotes"
        )


def _is_open(text: str, before: int, delimiter: str) -> bool:
    """Whether a file ends inside of quotes, in the row after its first `before` lines."""
    row = "\n".join(re.split(r"\r\n|\r|\n", text)[before:])
    try:
        list(csv.reader(io.StringIO(row, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
