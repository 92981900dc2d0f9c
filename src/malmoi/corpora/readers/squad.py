"""SQuAD 1.x and KorQuAD 1.0 JSON: paragraphs are documents, questions are queries.

`{"data": [{"title": …, "paragraphs": [{"context": …, "qas": [{"id": …, "question": …}]}]}]}`.
Paragraphs of one article are documents of their own with the article's title, so a split by
document may part them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.core.files import stable_hash
from malmoi.corpora.corpus import Corpus, Qrels, Query
from malmoi.corpora.readers.beir import language_of
from malmoi.corpora.readers.cleaning import Counts, Row, decode, documents_of, tidy, value
from malmoi.text.morphemes import clean


def read(path: Path) -> Corpus:
    """Read one JSON file. A document's id is its title and a hash of its text.

    Questions without an answer (SQuAD 2.0's `is_impossible`) are dropped and counted: no paragraph
    is relevant to them.

    Raises:
        SourceError: the file is missing, is no SQuAD 1.x JSON, or a question id repeats.
    """
    counts: Counts = Counter()
    paragraphs = list(_paragraphs(path, counts))
    rows = (Row(key, title, text, "", where) for where, key, title, text, _ in paragraphs)
    documents = tuple(documents_of(rows, counts))
    ids = {d.id for d in documents}
    queries: dict[str, Query] = {}
    qrels: Qrels = {}
    for where, key, _, _, questions in paragraphs:
        for question in questions if key in ids else ():
            if question.get("is_impossible"):
                counts["dropped_unanswerable"] += 1
                continue
            text = tidy(value(question, "question", where), counts)
            query = Query(clean(value(question, "id", where)), text, language_of(text))
            if not text or not query.id:
                counts["dropped_empty_query"] += 1
            elif queries.setdefault(query.id, query) != query:
                raise SourceError(f"{where}: question id {query.id!r} stands for two questions.")
            else:
                qrels.setdefault(query.id, {})[key] = 1
    return Corpus(path.stem, documents, tuple(queries.values()), qrels, counts=dict(counts))


def _paragraphs(
    path: Path, counts: Counts
) -> Iterator[tuple[str, str, str, str, list[dict[str, Any]]]]:
    """Place, id, title, text and questions of each paragraph."""
    try:
        content = json.loads(decode(path, counts), strict=False)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path} is not JSON: {error}. Expected SQuAD 1.x JSON.") from error
    where = path.name
    try:
        for number, article in enumerate(content["data"]):
            title = clean(value({"title": "", **article}, "title", where))
            for place, paragraph in enumerate(article["paragraphs"]):
                where = f"{path.name}, data[{number}].paragraphs[{place}]"
                text = value(paragraph, "context", where)
                key = clean(f"{title}-{stable_hash(text, 12)}")
                questions = [question for question in paragraph.get("qas", []) if question]
                yield where, key, title, text, questions
    except (KeyError, TypeError, AttributeError) as error:
        raise SourceError(
            f"{where}: not SQuAD 1.x JSON ({type(error).__name__}: {error}). Expected "
            "data[].paragraphs[] with a context and qas (KorQuAD 2 has HTML pages instead, and is "
            "not read)."
        ) from error
