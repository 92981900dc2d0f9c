"""Documents from a table: JSON Lines, CSV, TSV or Parquet, one document a row."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.core.files import stable_hash
from malmoi.corpora.corpus import Corpus
from malmoi.corpora.readers.cleaning import Counts, Row, decode, documents_of, value

_ENDINGS = {".jsonl": "json", ".ndjson": "json", ".csv": ",", ".tsv": "\t", ".parquet": "parquet"}


def read(path: Path, id_field: str, title_field: str, text_field: str, date_field: str) -> Corpus:
    """Read one file; its ending says which kind it is.

    Args:
        path: a JSONL, CSV, TSV or Parquet file.
        id_field: the document's id; "" makes ids of a hash of title and text, so that the same text
            is one document.
        title_field, date_field: "" leaves that empty.
        text_field: the text, which is never left out.

    Raises:
        SourceError: the file is missing, empty, of another kind, broken, or lacks a field.
    """
    kind = _ENDINGS.get(path.suffix.lower())
    if kind is None:
        raise SourceError(
            f"{path} ends in {path.suffix!r}. Expected {', '.join(_ENDINGS)}: convert or rename it."
        )
    counts: Counts = Counter()
    if kind == "parquet":
        records = _parquet(path)
    elif kind == "json":
        records = json_records(path, counts)
    else:
        records = _csv(path, kind, counts)
    rows = rows_of(records, id_field, title_field, text_field, date_field)
    return Corpus(path.stem, tuple(documents_of(rows, counts)), counts=dict(counts))


def rows_of(
    records: Iterable[tuple[str, Mapping[str, Any]]],
    id_field: str, title_field: str, text_field: str, date_field: str,
) -> Iterator[Row]:  # fmt: skip
    """Rows from records (each with its place for errors), fields picked by name.

    Args:
        records: (place of a record for errors, its fields).
        id_field, title_field, text_field, date_field: as in `read`.

    Raises:
        SourceError: a record lacks a field.
    """
    for where, record in records:
        title = value(record, title_field, where)
        text = value(record, text_field, where)
        key = value(record, id_field, where) if id_field else stable_hash([title, text])
        yield Row(key, title, text, value(record, date_field, where), where)


def json_records(path: Path, counts: Counts) -> Iterator[tuple[str, dict[str, Any]]]:
    """Objects of a JSON Lines file with their places ("docs.jsonl:3"); empty lines are skipped.

    Raises:
        SourceError: the file can't be read, or a line is no JSON object.
    """
    # Not splitlines(): it also splits at U+2028 and U+0085, which JSON strings may hold.
    for number, line in enumerate(decode(path, counts).split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path.name}:{number}"
        try:
            record = json.loads(line, strict=False)
        except (ValueError, RecursionError) as error:
            raise SourceError(
                f"{where} is not JSON ({error}): {line[:80]!r}. Expected one object a line; if the "
                "file is one JSON array, write each of its elements on a line."
            ) from error
        if not isinstance(record, dict):
            raise SourceError(f"{where} is a {type(record).__name__}. Expected a JSON object.")
        yield where, record


def _csv(path: Path, delimiter: str, counts: Counts) -> Iterator[tuple[str, dict[str, Any]]]:
    csv.field_size_limit(sys.maxsize)  # the default of 128 KiB is less than a long document
    reader = csv.DictReader(io.StringIO(decode(path, counts), newline=""), delimiter=delimiter)
    try:
        for record in reader:
            where = f"{path.name}:{reader.line_num}"
            if None in record:
                raise SourceError(
                    f"{where} has more cells than the header has names "
                    f"({len(reader.fieldnames or ())}). Expected quotes around text that holds "
                    f"{delimiter!r}."
                )
            yield where, record
    except csv.Error as error:
        raise SourceError(f"{path.name}:{reader.line_num} is not CSV: {error}.") from error


def _parquet(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise SourceError(
            f"{path} is Parquet, which pyarrow reads. Run `pip install 'malmoi[data]'`."
        ) from error
    if not path.is_file():
        raise SourceError(f"{path} is not there (or is a folder). Expected a Parquet file.")
    try:
        number = 0
        for batch in pyarrow.parquet.ParquetFile(path).iter_batches():
            for record in batch.to_pylist():
                number += 1
                yield f"{path.name}, row {number}", record
    except pyarrow.ArrowException as error:
        raise SourceError(f"{path} can't be read as Parquet: {error}.") from error
