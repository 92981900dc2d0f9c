"""BEIR folders (https://github.com/beir-cellar/beir): corpus.jsonl, queries.jsonl, qrels/*.tsv.

BEIR documents have a title and one text. Writing flattens sections into that text (headings and
texts, one block a line, as `Document.text`), so what is read back equals `flatten` of what was
written. Language and kind of a query and the date of a document go into `metadata`, which other
programs ignore.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.core.files import Record, write_atomically, write_lines
from malmoi.corpora.corpus import Corpus, Document, Qrels, Query, Section
from malmoi.corpora.readers.cleaning import Counts, Row, decode, documents_of, tidy, value
from malmoi.corpora.readers.table import json_records
from malmoi.text.hangul import script_shares
from malmoi.text.morphemes import clean

_HEADER = "query-id\tcorpus-id\tscore"


def read(folder: Path, split: str = "") -> Corpus:
    """Read a folder; with a `split` ("test") its qrels and the queries that they judge alone.

    Without one, the qrels of all splits are read together, and queries that nobody judged are kept.
    Judgements of documents or queries that aren't there are dropped and counted.

    Raises:
        SourceError: a file is missing, empty or broken; ids repeat; the split isn't there.
    """
    if not (folder / "corpus.jsonl").is_file():
        raise SourceError(
            f"{folder} has no corpus.jsonl. Expected a BEIR folder: corpus.jsonl, queries.jsonl "
            "and qrels/<split>.tsv."
        )
    counts: Counts = Counter()
    documents = tuple(documents_of(_rows(folder / "corpus.jsonl", counts), counts))
    queries = _queries(folder / "queries.jsonl", counts)
    qrels = _qrels(folder, split, {d.id for d in documents}, set(queries), counts)
    return Corpus(
        name=folder.resolve().name,
        documents=documents,
        queries=tuple(q for q in queries.values() if not split or q.id in qrels),
        qrels=qrels,
        counts=dict(counts),
    )


def write_beir(corpus: Corpus, folder: Path, split: str = "test") -> None:
    """Write `corpus` as a BEIR folder, its qrels as those of `split`; other splits stay there."""
    write_lines(folder / "corpus.jsonl", map(_document_record, corpus.documents))
    write_lines(folder / "queries.jsonl", map(_query_record, corpus.queries))
    lines = [
        f"{query}\t{document}\t{relevance}"
        for query, judged in corpus.qrels.items()
        for document, relevance in judged.items()
    ]
    write_atomically(folder / "qrels" / f"{split}.tsv", "\n".join([_HEADER, *lines]) + "\n")


def flatten(document: Document) -> Document:
    """The document with its sections as one, without a heading: what BEIR can hold."""
    text = document.text
    return replace(document, sections=(Section("", text),) if text else ())


def _document_record(document: Document) -> Record:
    record: Record = {"_id": document.id, "title": document.title, "text": document.text}
    if document.date:
        record["metadata"] = {"date": document.date}
    return record


def _query_record(query: Query) -> Record:
    metadata = {"language": query.language, "kind": query.kind}
    return {"_id": query.id, "text": query.text, "metadata": metadata}


def _metadata(record: dict[str, Any]) -> dict[str, Any]:
    found = record.get("metadata")
    return found if isinstance(found, dict) else {}


def _rows(path: Path, counts: Counts) -> Iterator[Row]:
    for where, record in json_records(path, counts):
        yield Row(
            id=value(record, "_id", where),
            title=value({"title": "", **record}, "title", where),
            text=value(record, "text", where),
            date=str(_metadata(record).get("date") or ""),
            where=where,
        )


def language_of(text: str) -> str:
    """ "ko" for a text with any Hangul in it, else "en"."""
    return "ko" if script_shares(text)[0] > 0 else "en"


def _queries(path: Path, counts: Counts) -> dict[str, Query]:
    if not path.exists() or not path.stat().st_size:
        return {}  # a corpus that nothing is asked of yet
    queries: dict[str, Query] = {}
    for where, record in json_records(path, counts):
        key, text = clean(value(record, "_id", where)), tidy(value(record, "text", where), counts)
        if not key:
            raise SourceError(f"{where} has an empty _id. Expected a different one in each line.")
        if not text:
            counts["dropped_empty_query"] += 1
            continue
        more = _metadata(record)
        language = str(more.get("language") or language_of(text))
        query = Query(key, text, language, str(more.get("kind") or "human"))
        if queries.setdefault(key, query) != query:
            raise SourceError(
                f"{where}: query id {key!r} stands for two different queries. Expected unique ids."
            )
    return queries


def _qrels(
    folder: Path, split: str, documents: set[str], queries: set[str], counts: Counts
) -> Qrels:
    paths = sorted((folder / "qrels").glob("*.tsv"))
    if split:
        names = ", ".join(path.stem for path in paths) or "none"
        paths = [path for path in paths if path.stem == split]
        if not paths:
            raise SourceError(f"{folder}/qrels has no split {split!r}. It has: {names}.")
    qrels: Qrels = {}
    for path in paths:
        for where, query, document, relevance in _judgements(path, counts):
            if query not in queries or document not in documents:
                counts["dropped_judgement_of_nothing"] += 1
            elif qrels.setdefault(query, {}).setdefault(document, relevance) != relevance:
                raise SourceError(
                    f"{where}: {document!r} is judged twice for query {query!r}, as "
                    f"{qrels[query][document]} and {relevance}. Expected one judgement of a pair; "
                    "remove one of them."
                )
    return qrels


def _judgements(path: Path, counts: Counts) -> Iterator[tuple[str, str, str, int]]:
    """Place, query id, document id and relevance of each line but the header."""
    for number, line in enumerate(decode(path, counts).split("\n"), 1):
        cells = line.rstrip("\r").split("\t")
        if not line.strip() or (number == 1 and cells[0] == "query-id"):
            continue
        where = f"{path.name}:{number}"
        try:
            query, document, relevance = clean(cells[0]), clean(cells[1]), int(float(cells[2]))
        except (IndexError, ValueError, OverflowError) as error:
            raise SourceError(
                f"{where} is {line[:80]!r}. Expected query id, document id and a whole number, "
                "with tabs between them."
            ) from error
        yield where, query, document, relevance
