"""Documents from a table: JSON, JSON Lines, CSV, TSV or Parquet, one document a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.core.files import stable_hash
from malmoi.corpora.corpus import Corpus
from malmoi.corpora.readers.cleaning import (
    Counts,
    Fields,
    Row,
    documents_of,
    ending_of,
    remedy_for,
    stem_of,
    value,
)
from malmoi.corpora.readers.delimited import delimited_records
from malmoi.corpora.readers.json_files import json_records

ENDINGS = {
    ".jsonl": "json", ".ndjson": "json", ".json": "json", ".csv": ",", ".tsv": "\t",
    ".parquet": "parquet",
}  # fmt: skip
"""What is read, each also packed by gzip (".csv.gz")."""


def read(path: Path, fields: Fields) -> Corpus:
    """Read one file; its ending says which kind it is.

    Raises:
        SourceError: the file is missing, empty, of another kind, broken, or lacks a field.
    """
    counts: Counts = Counter()
    rows = rows_of(records(path, counts, [name for name in fields if name]), fields)
    return Corpus(stem_of(path), tuple(documents_of(rows, counts)), counts=dict(counts))


def records(
    path: Path, counts: Counts, wanted: Collection[str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The records of a file with their places; `wanted` names tell a CSV's delimiter.

    Raises:
        SourceError: the file is missing, empty, of another kind, or broken.
    """
    kind = ENDINGS.get(ending_of(path))
    if kind is None:
        raise SourceError(
            f"{path} {_seen(path)}. Expected {', '.join(ENDINGS)}, or one of them with .gz. "
            f"{_remedy(path)}"
        )
    if kind == "parquet":
        return _parquet(path)
    if kind == "json":
        return json_records(path, counts)
    return delimited_records(path, counts, kind, wanted)


def rows_of(records: Iterable[tuple[str, Mapping[str, Any]]], fields: Fields) -> Iterator[Row]:
    """Rows from records (each with its place for errors), fields picked by name.

    Raises:
        SourceError: a record lacks a field.
    """
    for where, record in records:
        title = value(record, fields.title, where)
        text = value(record, fields.text, where)
        key = value(record, fields.id, where) if fields.id else stable_hash([title, text])
        yield Row(key, title, text, value(record, fields.date, where), where)


def _seen(path: Path) -> str:
    if path.is_dir():
        return "is a folder"
    return f"ends in {path.suffix!r}" if path.exists() else "is not there"


def _remedy(path: Path) -> str:
    if path.is_dir():
        return 'For a folder of .txt or .md files set reader = "text", for BEIR\'s "beir".'
    return remedy_for(path)


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
