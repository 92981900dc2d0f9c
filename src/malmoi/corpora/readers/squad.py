"""SQuAD, KorQuAD 1.0 and KLUE-MRC: paragraphs are documents, questions are queries.

`{"data": [{"title": …, "paragraphs": [{"context": …, "qas": [{"id": …, "question": …}]}]}]}`.
KLUE-MRC calls a question's id `guid`. Data sets of the hub have a row for each question instead,
with `title`, `context`, `question` and `answers`; files of such rows are read as well.

Paragraphs of one article are documents of their own with the article's title, so a split by
document may part them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from malmoi.core.errors import SourceError
from malmoi.core.files import stable_hash
from malmoi.corpora.corpus import Corpus, Qrels, Query
from malmoi.corpora.readers.beir import language_of
from malmoi.corpora.readers.cleaning import (
    Counts,
    Row,
    bytes_of,
    decode,
    documents_of,
    stem_of,
    tidy,
    value,
)
from malmoi.corpora.readers.json_files import json_records
from malmoi.text.encodings import decode_text
from malmoi.text.morphemes import clean

_EXPECTED = (
    "data[].paragraphs[] with a context and qas (KorQuAD 2 has HTML pages instead, and is not read)"
)


class Paragraph(NamedTuple):
    """A document with its questions; `where` is what an error calls it."""

    where: str
    key: str
    title: str
    text: str
    questions: list[dict[str, Any]]


def read(path: Path) -> Corpus:
    """Read one JSON file. A document's id is its title and a hash of its text.

    Questions without an answer (`is_impossible` of SQuAD 2.0 and KLUE-MRC, whose plausible answers
    are none) are dropped and counted: no paragraph is relevant to them.

    Raises:
        SourceError: the file is missing, is no SQuAD 1.x JSON, or a question id repeats.
    """
    counts: Counts = Counter()
    paragraphs = list(_paragraphs(path, counts))
    rows = (Row(p.key, p.title, p.text, "", p.where) for p in paragraphs)
    documents = tuple(documents_of(rows, counts))
    ids = {d.id for d in documents}
    queries: dict[str, Query] = {}
    qrels: Qrels = {}
    for where, key, _, _, questions in paragraphs:
        for question in questions if key in ids else ():
            if question.get("is_impossible") or _has_no_answer(question):
                counts["dropped_unanswerable"] += 1
                continue
            text = tidy(value(question, "question", where), counts)
            name = "id" if "id" in question or "guid" not in question else "guid"
            query = Query(clean(value(question, name, where)), text, language_of(text))
            if not text or not query.id:
                counts["dropped_empty_query"] += 1
            elif queries.setdefault(query.id, query) != query:
                raise SourceError(f"{where}: question id {query.id!r} stands for two questions.")
            else:
                qrels.setdefault(query.id, {})[key] = 1
    return Corpus(stem_of(path), documents, tuple(queries.values()), qrels, counts=dict(counts))


def is_squad(path: Path) -> bool:
    """Whether a JSON file looks like one of this kind, and not like a table of documents."""
    try:
        content = json.loads(decode_text(bytes_of(path))[0], strict=False)
    except (ValueError, RecursionError):
        return False
    rows = content.get("data") if isinstance(content, dict) else content
    first = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    return any(
        names <= first.keys() for names in ({"paragraphs"}, {"qas"}, {"context", "question"})
    )


def _has_no_answer(question: dict[str, Any]) -> bool:
    """Rows of the hub say so by lists without an answer."""
    answers = question.get("answers")
    return isinstance(answers, dict) and not answers.get("text")


def _paragraphs(path: Path, counts: Counts) -> Iterator[Paragraph]:
    articles = _articles(path, counts)
    return _flat(path, counts) if articles is None else _nested(path.name, articles)


def _articles(path: Path, counts: Counts) -> list[dict[str, Any]] | None:
    """The articles of a file with `data`, None where it has another layout."""
    mended: Counts = Counter()
    try:
        articles = json.loads(decode(path, mended), strict=False)["data"]
        if not {"paragraphs", "qas"} & set(articles[0]):
            return None
    except (ValueError, RecursionError, LookupError, TypeError):
        return None
    counts.update(mended)
    return list(articles)


def _nested(name: str, articles: list[Any]) -> Iterator[Paragraph]:
    where = name
    try:
        for number, article in enumerate(articles):
            title = clean(value({"title": "", **article}, "title", where))
            for place, paragraph in enumerate(article["paragraphs"]):
                where = f"{name}, data[{number}].paragraphs[{place}]"
                text = value(paragraph, "context", where)
                questions = [question for question in paragraph.get("qas", []) if question]
                yield Paragraph(where, _key(title, text), title, text, questions)
    except (KeyError, TypeError, AttributeError) as error:
        raise SourceError(
            f"{where}: not SQuAD 1.x JSON ({type(error).__name__}: {error}). Expected {_EXPECTED}."
        ) from error


def _flat(path: Path, counts: Counts) -> Iterator[Paragraph]:
    """Rows of one question each; those of one context are together."""
    paragraphs: dict[str, Paragraph] = {}
    for where, row in json_records(path, counts):
        if "context" not in row or "question" not in row:
            raise SourceError(
                f"{where} has the fields {', '.join(row) or '(none)'}. Expected {_EXPECTED}, or "
                "rows with a context and a question each."
            )
        title, text = (
            clean(value({"title": "", **row}, "title", where)),
            value(row, "context", where),
        )
        key = _key(title, text)
        paragraphs.setdefault(key, Paragraph(where, key, title, text, [])).questions.append(row)
    yield from paragraphs.values()


def _key(title: str, text: str) -> str:
    return clean(f"{title}-{stable_hash(text, 12)}")
