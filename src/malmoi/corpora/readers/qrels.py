"""Relevance judgements as people keep them: BEIR's three columns, TREC's four, CSV, JSON."""

from __future__ import annotations

import csv
import logging
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from malmoi.core.errors import SourceError
from malmoi.corpora.corpus import Qrels
from malmoi.corpora.readers.cleaning import Counts, decode, ending_of, stem_of
from malmoi.corpora.readers.delimited import SEP_LINE
from malmoi.corpora.readers.json_files import json_records, parse
from malmoi.text.morphemes import clean

logger = logging.getLogger(__name__)

ENDINGS = (".tsv", ".txt", ".trec", ".qrels", ".csv", ".jsonl", ".ndjson", ".json")
"""Of files in qrels/, each also packed by gzip. Where a .tsv is, only .tsv files are read."""
MAX_SCALE = 100
"""Fractions are made whole by a factor up to this; finer ones are rounded, never to 0."""
MAX_RELEVANCE = 1_000_000

_NAMES = {
    "query": ("queryid", "qid", "query", "topic", "topicid", "questionid", "qno"),
    "document": (
        "corpusid", "docid", "did", "document", "documentid", "doc", "docno", "pid", "passageid",
        "passage", "paragraphid", "contextid",
    ),
    "relevance": ("score", "relevance", "rel", "label", "grade", "judgement", "judgment", "gain"),
}  # fmt: skip


_UNNAMED = {2: [0, 1], 3: [0, 1, 2], 4: [0, 2, 3]}
"""Number of columns → those of query, document and relevance, where no header says so."""


class Judgement(NamedTuple):
    """A line of qrels; `where` is what an error calls it ("test.tsv:3")."""

    where: str
    query: str
    document: str
    relevance: float


def split_files(folder: Path, say: bool = False) -> dict[str, Path]:
    """The qrels of a BEIR folder by split: `qrels/test.tsv`, or `qrels.txt`, `qrels-dev.tsv` in it.

    A file of qrels without a split in its name is that of "test". With `say`, files that are left
    out are said.
    """
    found = [path for path in sorted((folder / "qrels").glob("*")) if _is_qrels(path)]
    if tables := [path for path in found if ending_of(path) == ".tsv"]:
        left = [path.name for path in found if path not in tables]
        if say and left:
            logger.info(f"{folder}/qrels: only its .tsv files are read, not {', '.join(left)}")
        return {stem_of(path): path for path in reversed(tables)}
    if found:
        return {stem_of(path): path for path in reversed(found)}
    beside = [path for path in sorted(folder.glob("*qrel*")) if _is_qrels(path)]
    return {_split_of(path): path for path in reversed(beside)}


def read_qrels(
    paths: Iterable[Path], documents: set[str], queries: set[str], counts: Counts
) -> Qrels:
    """The judgements of several files as one, relevance as whole numbers.

    Fractions are multiplied by the least factor that makes all whole (nDCG stays as it is), or by
    100 and rounded, never to 0. Negative ones, which TREC gives to junk, are 0. Both are said.

    Args:
        paths: of the files.
        documents, queries: the ids that there are; judgements of others are dropped.
        counts: what was mended or dropped, added to.

    Raises:
        SourceError: a file can't be read, or judges a pair twice and differently.
    """
    judged: dict[tuple[str, str], float] = {}
    strangers = Counter[tuple[str, str]]()
    negative = 0
    for where, query, document, given in (
        each for path in paths for each in judgements(path, counts)
    ):
        if query not in queries or document not in documents:
            strangers[query, document] += 1
            continue
        negative += given < 0
        relevance = max(given, 0.0)
        if judged.setdefault((query, document), relevance) != relevance:
            raise SourceError(
                f"{where}: {document!r} is judged twice for query {query!r}, as "
                f"{judged[query, document]:g} and {relevance:g}. Expected one judgement of a pair; "
                "remove one of them."
            )
    if negative:
        counts["negative_relevance"] += negative
        logger.info(f"qrels: {negative} negative judgements count as not relevant (0)")
    if strangers:
        counts["dropped_judgement_of_nothing"] += strangers.total()
        if not judged:
            query, document = next(iter(strangers))
            logger.warning(
                f"qrels: no judgement names a query and a document that are here, such as query "
                f"{query!r} with document {document!r}"
            )
    qrels: Qrels = {}
    for (query, document), value in zip(judged, whole(judged.values()), strict=True):
        qrels.setdefault(query, {})[document] = value
    return qrels


def whole(relevances: Iterable[float]) -> list[int]:
    """Relevances ≥ 0 as whole numbers, all multiplied by one factor; what is above 0 stays so."""
    given = list(relevances)
    factor = 1
    for value in set(given):
        factor = math.lcm(factor, Fraction(str(value)).denominator)
        if factor > MAX_SCALE:
            factor = MAX_SCALE
            break
    if factor > 1:
        logger.info(f"qrels: relevance has fractions; all of it is multiplied by {factor}")
    return [max(1, round(value * factor)) if value > 0 else 0 for value in given]


def judgements(path: Path, counts: Counts) -> Iterator[Judgement]:
    """The judgements of one file, in whichever of the known layouts it is.

    Raises:
        SourceError: the file can't be read, or a line is in none of them.
    """
    if ending_of(path) in {".json", ".jsonl", ".ndjson"}:
        yield from _of_json(path, counts)
        return
    lines = [
        (f"{path.name}:{number}", line)
        for number, line in enumerate(re.split(r"\r\n?|\n", decode(path, counts)), 1)
        if line.strip()
    ]
    if not lines:
        return
    sep = SEP_LINE.fullmatch(lines[0][1])
    lines = lines[1:] if sep else lines
    if not lines:
        return
    layout = _layout(path, lines[0][1], sep[1] if sep else "")
    for where, line in lines[1 if layout.header else 0 :]:
        cells = _cells(line, layout.delimiter)
        try:
            query, document, *relevance = (cells[column] for column in layout.columns)
            yield Judgement(where, clean(query), clean(document), _number(relevance))
        except (IndexError, ValueError, csv.Error) as error:
            between = {"\t": "tabs", "": "spaces"}.get(layout.delimiter, repr(layout.delimiter))
            raise SourceError(
                f"{where} is {line[:80]!r}. Expected query id, document id and a number (TREC has "
                f"a column more, after the query id), with {between} between them."
            ) from error


class _Layout(NamedTuple):
    """Where query, document and perhaps relevance are; an empty delimiter is white space."""

    columns: list[int]
    delimiter: str
    header: bool


def _layout(path: Path, first: str, delimiter: str) -> _Layout:
    """The layout that a file's first line shows; what isn't BEIR's own is said.

    Raises:
        SourceError: the line is no judgement, nor a header of judgements.
    """
    delimiter = delimiter or _delimiter(path, first)
    cells = _cells(first, delimiter)
    names = [re.sub(r"[^a-z]", "", cell.casefold()) for cell in cells]
    columns = [_column(names, part) for part in _NAMES]
    named = min(columns[:2]) >= 0 and (columns[2] >= 0 or len(cells) == 2)
    header = named or (len(cells) in {3, 4} and not _is_number(cells[-1]))
    if not named:
        columns = _UNNAMED.get(len(cells), [])
    if not columns:
        run = " It looks like a run (TREC's six columns), not like judgements." * (len(cells) == 6)
        raise SourceError(
            f"{path.name}:1 is {first[:80]!r}. Expected query id, document id and relevance, with "
            f"tabs between them, or TREC's four columns.{run}"
        )
    columns = [column for column in columns if column >= 0]
    if delimiter != "\t" or columns != [0, 1, 2] or header > named:
        told = [cells[column] if header else f"column {column + 1}" for column in columns]
        parts = ("query id", "document id", "relevance")
        shown = ", ".join(f"{part} = {name}" for part, name in zip(parts, told, strict=False))
        logger.info(f"{path.name}: {shown}" + "; each pair counts as 1" * (len(columns) == 2))
    return _Layout(columns, delimiter, header)


def _delimiter(path: Path, first: str) -> str:
    spaced = first.split()
    if "\t" in first:
        return "\t"
    if (
        ending_of(path) != ".csv"
        and len(spaced) in {3, 4}
        and not any(cell.endswith((",", ";")) for cell in spaced)
    ):
        return ""
    return next((delimiter for delimiter in ",;" if delimiter in first), "")


def _cells(line: str, delimiter: str) -> list[str]:
    if not delimiter:
        return line.split()
    if delimiter == "\t":
        cells = line.split("\t")
    else:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))
    while len(cells) > 3 and not cells[-1].strip():
        cells.pop()
    return [cell.strip() for cell in cells]


def _column(names: list[str], part: str) -> int:
    return next((names.index(name) for name in _NAMES[part] if name in names), -1)


def _of_json(path: Path, counts: Counts) -> Iterator[Judgement]:
    """Objects with three fields, or one object {query: {document: relevance}}."""
    if ending_of(path) == ".json":
        content = parse(path, decode(path, counts))
        if isinstance(content, dict) and all(isinstance(v, dict) for v in content.values()):
            for query, judged in content.items():
                for document, relevance in judged.items():
                    yield _judgement(f"{path.name}, {query!r}", query, document, relevance)
            return
    for where, record in json_records(path, counts):
        names = [re.sub(r"[^a-z]", "", str(key).casefold()) for key in record]
        values = list(record.values())
        query, document, relevance = (_column(names, part) for part in _NAMES)
        if query < 0 or document < 0 or (relevance < 0 and len(values) > 2):
            raise SourceError(
                f"{where} has the fields {', '.join(map(str, record)) or '(none)'}. Expected "
                "query-id, corpus-id and score."
            )
        given = 1 if relevance < 0 else values[relevance]
        yield _judgement(where, values[query], values[document], given)


def _judgement(where: str, query: Any, document: Any, relevance: Any) -> Judgement:
    for name, found in (("query", query), ("document", document)):
        if found is None or isinstance(found, dict | list):
            raise SourceError(f"{where}: the {name} is {str(found)[:60]}. Expected its id.")
    try:
        return Judgement(where, clean(str(query)), clean(str(document)), _number([str(relevance)]))
    except ValueError as error:
        raise SourceError(f"{where}: relevance is {relevance!r}. Expected a number.") from error


def _number(cells: list[str]) -> float:
    """The relevance in a cell, 1 where there is no such column.

    Raises:
        ValueError: it is no number, or none that a person gives.
    """
    value = float(cells[0].replace(",", ".")) if cells else 1.0
    if not abs(value) <= MAX_RELEVANCE:
        raise ValueError(value)
    return value


def _is_number(cell: str) -> bool:
    try:
        _number([cell])
    except ValueError:
        return False
    return True


def _is_qrels(path: Path) -> bool:
    name = path.name.casefold()
    return (
        path.is_file() and ending_of(path) in ENDINGS and not name.startswith(("readme", "licen"))
    )


def _split_of(path: Path) -> str:
    return re.sub(r"qrels?", "", stem_of(path), flags=re.IGNORECASE).strip("-_. ") or "test"
