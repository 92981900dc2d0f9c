"""BEIR folders (https://github.com/beir-cellar/beir): corpus.jsonl, queries.jsonl, qrels/*.tsv.

Each of them may also be packed by gzip or be one of the other tables that are read; `qrels.py` says
what judgements may look like.

BEIR documents have a title and one text. Writing flattens sections into that text (headings and
texts, one block a line, as `Document.text`), so what is read back equals `flatten` of what was
written. Language and kind of a query and the date of a document go into `metadata`, which other
programs ignore.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.core.files import Record, write_atomically, write_lines
from malmoi.corpora.corpus import Corpus, Document, Qrels, Query, Section
from malmoi.corpora.readers.cleaning import (
    Counts,
    Fields,
    Row,
    documents_of,
    nearest,
    tidy,
    value,
)
from malmoi.corpora.readers.qrels import read_qrels, split_files
from malmoi.corpora.readers.table import ENDINGS, records
from malmoi.text.hangul import script_shares
from malmoi.text.morphemes import clean

_HEADER = "query-id\tcorpus-id\tscore"


def read(folder: Path, split: str = "", fields: Fields | None = None) -> Corpus:
    """Read a folder; with a `split` ("test") its qrels and the queries that they judge alone.

    Without one, the qrels of all splits are read together, and queries that nobody judged are kept.
    Judgements of documents or queries that aren't there are dropped and counted. A document may
    have only a title ("without_text").

    Args:
        folder: with `corpus.jsonl`, `queries.jsonl` and `qrels/<split>.tsv`.
        split: whose judgements are read; "" for all.
        fields: names in place of `_id`, `title` and `text`, looked for first.

    Raises:
        SourceError: a file is missing, empty or broken; ids repeat; the split isn't there.
    """
    corpus = _file(folder, "corpus")
    if corpus is None:
        raise SourceError(
            f"{folder} has no corpus.jsonl. Expected a BEIR folder: corpus.jsonl, queries.jsonl "
            "and qrels/<split>.tsv."
        )
    counts: Counts = Counter()
    fields = fields or Fields("", "title", "text", "")
    documents = tuple(documents_of(_rows(corpus, fields, counts), counts))
    queries = _queries(_file(folder, "queries"), fields, counts)
    splits = split_files(folder, say=not split)
    if split and split not in splits:
        names = ", ".join(sorted(splits)) or "none"
        raise SourceError(f"{folder}/qrels has no split {split!r}. It has: {names}.")
    paths = [splits[split]] if split else [splits[name] for name in sorted(splits)]
    qrels = read_qrels(paths, {d.id for d in documents}, set(queries), counts)
    return Corpus(
        name=folder.resolve().name,
        documents=documents,
        queries=tuple(q for q in queries.values() if not split or q.id in qrels),
        qrels=qrels,
        counts=dict(counts),
    )


def source_files(folder: Path) -> list[Path]:
    """The files that `read` reads; none where there is no corpus."""
    corpus = _file(folder, "corpus")
    if corpus is None:
        return []
    queries = _file(folder, "queries")
    return [corpus, *([queries] if queries else []), *split_files(folder).values()]


def is_beir(folder: Path) -> bool:
    """Whether there is a corpus in the folder, as BEIR names it."""
    return _file(folder, "corpus") is not None


def write_beir(corpus: Corpus, folder: Path, split: str = "test") -> None:
    """Write `corpus` as a BEIR folder, its qrels as those of `split`; other splits stay there."""
    write_lines(folder / "corpus.jsonl", map(_document_record, corpus.documents))
    write_lines(folder / "queries.jsonl", map(_query_record, corpus.queries))
    write_atomically(folder / "qrels" / f"{split}.tsv", qrels_text(corpus.qrels))


def qrels_text(qrels: Qrels) -> str:
    """Judgements as BEIR has them: three columns with a header, parted by tabs."""
    lines = [
        f"{query}\t{document}\t{relevance}"
        for query, judged in qrels.items()
        for document, relevance in judged.items()
    ]
    return "\n".join([_HEADER, *lines]) + "\n"


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


def _metadata(record: Mapping[str, Any]) -> dict[str, Any]:
    found = record.get("metadata")
    return found if isinstance(found, dict) else {}


def _file(folder: Path, stem: str) -> Path | None:
    """The file of that name, whatever its ending; `.jsonl` before others."""
    endings = (ending + packed for ending in ENDINGS for packed in ("", ".gz"))
    return next((path for e in endings if (path := folder / f"{stem}{e}").is_file()), None)


def _rows(path: Path, fields: Fields, counts: Counts) -> Iterator[Row]:
    for where, record in records(path, counts, ()):
        title_field = _name(record, fields.title, "title") if fields.title else ""
        title = value({"title": "", **record}, title_field, where)
        text_field = _name(record, fields.text, "text")
        date_field = _name(record, fields.date, "")
        if _has_no_text(record, text_field):
            counts["without_text"] += 1
            record = {**record, text_field: ""}
        yield Row(
            id=value(record, _name(record, fields.id, "_id"), where),
            title=title,
            text=value(record, text_field, where),
            date=str(_metadata(record).get("date") or "") or value(record, date_field, where),
            where=where,
        )


def _name(record: Mapping[str, Any], asked: str, usual: str) -> str:
    """The field that was asked for, if the record has it; else BEIR's own."""
    if asked == "id" and usual in record:  # the recipe's default, where nobody asked
        return usual
    return asked if asked and asked in record else usual


def _has_no_text(record: Mapping[str, Any], name: str) -> bool:
    """Whether a document is a title alone; a field that is named nearly so was meant, though."""
    others = [key for key in record if key not in {"_id", "title", "metadata"}]
    return name not in record and "title" in record and not nearest(name, others, 0.5)


def language_of(text: str) -> str:
    """ "ko" for a text with any Hangul in it, else "en"."""
    return "ko" if script_shares(text)[0] > 0 else "en"


def _queries(path: Path | None, fields: Fields, counts: Counts) -> dict[str, Query]:
    if path is None or not path.stat().st_size:
        return {}  # a corpus that nothing is asked of yet
    queries: dict[str, Query] = {}
    for where, record in records(path, counts, ()):
        key = clean(value(record, _name(record, fields.id, "_id"), where))
        text = tidy(value(record, _name(record, fields.text, "text"), where), counts)
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
