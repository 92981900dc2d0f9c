"""What the texts of a table say of their terms, looked up."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.core.errors import SourceError
from malmoi.core.progress import Progress
from malmoi.mnemonics.cards import Claim
from malmoi.mnemonics.claims.checks import check_claims, verdict_of
from malmoi.text.encodings import encoding_of

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

logger = logging.getLogger(__name__)

COLUMNS = ("term", "text")


def check_rows(
    rows: Sequence[tuple[str, str]], lexicon: Lexicon
) -> Iterator[tuple[str, str, tuple[Claim, ...]]]:
    """(term, text, claims) of each row, its claims looked up."""
    with Progress("claims", len(rows)) as progress:
        for term, text in rows:
            yield term, text, check_claims(term, text, lexicon) if term.strip() else ()
            progress.advance()


def as_record(term: str, text: str, claims: tuple[Claim, ...]) -> dict[str, object]:
    """A row as JSON: term, text, verdict, source, and `claims` with kind, text, verdict, source.

    The verdict is the row's worst: contradicted, then unverified, then supported; unverified where
    nothing is claimed. The source is of the claims with that verdict.
    """
    verdict = verdict_of(claims)
    sources = dict.fromkeys(c.source for c in claims if c.verdict == verdict and c.source)
    return {
        "term": term,
        "text": text,
        "verdict": verdict,
        "source": "; ".join(sources),
        "claims": [
            {"kind": c.kind, "text": c.text, "verdict": c.verdict, "source": c.source}
            for c in claims
        ],
    }


def read_rows(path: Path) -> Iterator[tuple[str, str]]:
    """(term, text) of each row that is not blank; other columns are passed over.

    The delimiter is the one, tab, comma or semicolon, with which the first line has both columns.
    A TSV's quotes are quotes only where a cell begins and ends with them.

    Raises:
        SourceError: the file is missing, empty, no text, or lacks a column.
    """
    encoding, note = encoding_of(path)
    if note:
        logger.info(f"{path}: {note}")
    text = path.read_bytes().decode(encoding, "replace").lstrip("\ufeff").replace("\0", "")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = next((d for d in "\t,;" if _has_columns(first.split(d))), None)
    if delimiter is None:
        raise SourceError(
            f"{path} begins with {first[:80]!r}. Expected a header with the columns term and text, "
            "separated by tabs (TSV) or commas (CSV): add or rename them."
        )
    csv.field_size_limit(2**31 - 1)
    header = [_name(cell) for cell in first.split(delimiter)]
    places = [header.index(column) for column in COLUMNS]
    body = text[text.index(first) + len(first) :].lstrip("\r\n")
    for row in _rows(body, delimiter):
        cells = [row[at].strip() if at < len(row) else "" for at in places]
        if any(cell.strip() for cell in row):
            yield cells[0], cells[1]


def _rows(body: str, delimiter: str) -> Iterator[list[str]]:
    if delimiter == "\t":
        # A stray quote at a cell's beginning must not swallow the rows after it.
        for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
            yield [_unquoted(cell) for cell in line.split("\t")]
        return
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        yield from reader
    except csv.Error as error:
        raise SourceError(f"row {reader.line_num} is not CSV: {error}.") from error


def _unquoted(cell: str) -> str:
    """A cell that a spreadsheet quoted: outer quotes away, doubled ones single."""
    cell = cell.strip()
    if len(cell) > 1 and cell[0] == cell[-1] == '"' and '""' in cell[1:-1]:
        return cell[1:-1].replace('""', '"')
    if len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in cell[1:-1]:
        return cell[1:-1]
    return cell


def _name(cell: str) -> str:
    return cell.strip().strip("\"'").strip().casefold()


def _has_columns(cells: list[str]) -> bool:
    names = [_name(cell) for cell in cells]
    return all(column in names for column in COLUMNS)
