"""Files of pairs, as people keep them: TSV or CSV, with a header or without, in either order.

    read(Path("pairs.tsv"))  # [("저장", "save"), …]

With a header, the columns "korean" and "english" (or "ko" and "en", in any case) are taken and all
others passed over. Without one, the column with Hangul is the Korean one. Lines that are empty or
begin with "#" are passed over.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from malmoi.core.errors import SourceError
from malmoi.text.english import has_latin
from malmoi.text.hangul import has_hangul_letter
from malmoi.text.morphemes import clean

_KOREAN = ("korean", "ko", "kor", "한국어")
_ENGLISH = ("english", "en", "eng", "영어")


def read(path: Path) -> list[tuple[str, str]]:
    """(Korean, English) of each line, in order; white space made single spaces.

    Raises:
        SourceError: the file is missing, not UTF-8, empty, or a line is no pair.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError(f"{path} can't be read ({error.strerror}): expected a file") from error
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8 and try again"
        ) from error
    kept = [
        (number, line)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not kept:
        raise SourceError(f"{path} holds no pair: expected lines of a Korean and an English term")
    rows = _rows([line for _, line in kept])
    columns = _header(rows[0])
    if columns is not None:
        rows, kept = rows[1:], kept[1:]
    return [_pair(path, number, row, columns) for (number, _), row in zip(kept, rows, strict=True)]


def _rows(lines: Sequence[str]) -> list[list[str]]:
    """Cells of each line, separated by tabs where the first line has one, else as CSV."""
    if "\t" in lines[0]:
        return [line.split("\t") for line in lines]
    separator = ";" if lines[0].count(";") > lines[0].count(",") else ","
    return [next(csv.reader([line], delimiter=separator, skipinitialspace=True)) for line in lines]


def _header(cells: Sequence[str]) -> tuple[int, int] | None:
    """Places of the Korean and the English column, None where there is no header."""
    names = [cell.strip().lower() for cell in cells]
    korean = next((i for i, name in enumerate(names) if name in _KOREAN), None)
    english = next((i for i, name in enumerate(names) if name in _ENGLISH), None)
    return (korean, english) if korean is not None and english is not None else None


def _pair(
    path: Path, number: int, row: Sequence[str], columns: tuple[int, int] | None
) -> tuple[str, str]:
    cells = [clean(cell) for cell in row]
    if columns is None:
        if len(cells) < 2:
            raise _no_pair(path, number, row, "two columns")
        # A Korean term may hold Latin letters (T셔츠); an English one holds no Hangul.
        first, second = cells[0], cells[1]
        turned = has_hangul_letter(second) and not has_hangul_letter(first)
        korean, english = (second, first) if turned else (first, second)
        if not has_hangul_letter(korean) or not has_latin(english):
            raise _no_pair(path, number, row, "one cell in Hangul and one in Latin letters")
    else:
        if len(cells) <= max(columns):
            raise _no_pair(path, number, row, f"{max(columns) + 1} columns as in the header")
        korean, english = cells[columns[0]], cells[columns[1]]
    if not korean or not english:
        raise _no_pair(path, number, row, "two terms that are not empty")
    return korean, english


def _no_pair(path: Path, number: int, row: Sequence[str], expected: str) -> SourceError:
    return SourceError(f"{path}:{number} is no pair: seen {list(row)!r}, expected {expected}")
