"""What synthetic queries are like, beside the queries that people wrote for the same documents.

    figures = measure(queries, corpus)      # candidates, or the records of a run's stage `queries`
    for row in figures["rows"]:
        print(row["name"], row["chrf"], row["new_words"])

A row is a kind of query. Its overlap (`malmoi.evaluation.overlap`) is with people's queries of the
same document in the same language. Rows of the same measures give the figures a meaning:

- another query that a person wrote for the document: about as near as a query can come;
- a query that a person wrote for another document: what the subject alone gives;
- the document's title, which nobody had to write.

Overlap rises with the number of references, so each query has one fewer than there are where there
are several: as many as a person's query has others beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from malmoi.core.files import stable_share
from malmoi.corpora.corpus import Corpus
from malmoi.evaluation import diversity
from malmoi.evaluation.overlap import (
    MISSING,
    SELF_BLEU_TEXTS,
    is_installed,
    mean_of,
    overlaps,
    self_bleu,
    words_of,
)
from malmoi.retrieval.bm25 import AnalysedDocuments, analyse
from malmoi.synthesis.queries import Candidate
from malmoi.text.hangul import has_hangul
from malmoi.text.morphemes import content_words_of
from malmoi.text.unicode import usual_form

MAX_TEXTS = 500
"""Queries of a row that are measured, chosen by hash."""
MIN_TEXTS = 20
"""How alike they are isn't said of fewer, and is measured on the same number in each row."""
TEACHER, PEOPLE, TITLES = "teacher", "people", "titles"


class QualityRow(TypedDict):
    """Means over queries of one kind and language; shares are 0 to 1, None where unknown."""

    name: str
    group: str
    """"teacher", "people" or "titles"."""
    language: str
    texts: int
    """Queries there are; at most `MAX_TEXTS` of them are measured."""
    compared: int
    """Those whose document has a query by a person, in their language."""
    bleu: float | None
    rouge_l: float | None
    chrf: float | None
    self_bleu: float | None
    distinct_1: float | None
    distinct_2: float | None
    new_words: float | None
    """Share of content words that the document doesn't have."""
    words: float | None
    """Content words of a query."""


class Quality(TypedDict):
    """Rows by language, the teacher's first; `missing` says what a figure would need."""

    missing: str
    rows: list[QualityRow]


@dataclass(frozen=True, slots=True)
class _Text:
    """A query, its document, and the queries that it is compared with."""

    text: str
    document: str
    references: tuple[str, ...] = ()


class _Row:
    """A kind of queries: all there are, and those that are measured."""

    def __init__(self, name: str, group: str, language: str, texts: Sequence[_Text]) -> None:
        self.name, self.group, self.language, self.size = name, group, language, len(texts)
        by_hash = sorted(texts, key=lambda each: stable_share(ascii((each.document, each.text))))
        self.texts = by_hash[:MAX_TEXTS]


def measure(
    queries: Iterable[Candidate | Mapping[str, Any]],
    corpus: Corpus,
    analysed: AnalysedDocuments | None = None,
) -> Quality:
    """Figures of each kind of query, and of what people wrote.

    Args:
        queries: candidates, or records with "text", "document", "kind" and "language".
        corpus: its documents, and the queries that people wrote for them.
        analysed: the documents' words, where they are known (None: of the queries' documents).

    Returns:
        The rows; without the packages of the extra `judge`, their overlap is None.

    Example:
        >>> from malmoi.synthesis.quality import measure
        >>> written = [{"text": "kimchi salt", "document": "kimchi", "kind": "english",
        ...             "language": "en"}]
        >>> [row["name"] for row in measure(written, corpus)["rows"]][0]
        'english'
    """
    human = _human(corpus)
    kinds: dict[tuple[str, str], list[_Text]] = defaultdict(list)
    for query in queries:
        record = query.record() if isinstance(query, Candidate) else query
        text, document, language = record["text"], record["document"], record["language"]
        references = _but_one(human.get((document, language), []))
        kinds[record["kind"], language].append(_Text(text, document, references))
    languages = {language for _, language in kinds} or {language for _, language in human}
    rows: list[_Row] = []
    for language in sorted(languages, key=lambda name: (name != "ko", name)):
        rows += [_Row(k, TEACHER, lang, t) for (k, lang), t in kinds.items() if lang == language]
        rows += _baselines(corpus, human, language)
    rows = [row for row in rows if row.texts]
    words = _document_words(corpus, rows, analysed)
    found = [_figures(row, words) for row in rows]
    _add_likeness(found, rows)
    return {"missing": "" if is_installed() else MISSING, "rows": found}


def _human(corpus: Corpus) -> dict[tuple[str, str], list[str]]:
    """(document, language) → people's queries that it is relevant to, each once."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for query in corpus.queries:
        for document, grade in corpus.qrels.get(query.id, {}).items():
            if grade > 0 and query.text not in found[document, query.language]:
                found[document, query.language].append(query.text)
    return {key: texts for key, texts in found.items() if texts}


def _but_one(texts: Sequence[str]) -> tuple[str, ...]:
    """All but one, which the hash chooses; of a single one that one."""
    ordered = sorted(texts, key=lambda text: stable_share(ascii(text)))
    return tuple(ordered[1:] or ordered)


def _baselines(
    corpus: Corpus, human: Mapping[tuple[str, str], Sequence[str]], language: str
) -> list[_Row]:
    """Rows of people's queries and of titles, in one language."""
    of = {document: texts for (document, lang), texts in human.items() if lang == language}
    alone = [_Text(t, d, tuple(o for o in ts if o != t)) for d, ts in of.items() for t in ts]
    # Each against the queries of the next document by hash: no document is its own next.
    order = sorted(of, key=stable_share)
    after = dict(zip(order, order[1:] + order[:1], strict=True))
    elsewhere = [
        _Text(t, d, _but_one(of[after[d]])) for d, ts in of.items() for t in ts if len(of) > 1
    ]
    titles = [
        _Text(document.title, document.id, _but_one(of[document.id]))
        for document in corpus.documents
        if document.id in of and document.title and has_hangul(document.title) == (language == "ko")
    ]
    return [
        _Row("people, another query of the document", PEOPLE, language, alone),
        _Row("people, a query of another document", PEOPLE, language, elsewhere),
        _Row("the document's title", TITLES, language, titles),
    ]


def _document_words(
    corpus: Corpus, rows: Sequence[_Row], analysed: AnalysedDocuments | None
) -> dict[str, frozenset[str]]:
    """Content words of the documents that queries are for."""
    needed = {text.document for row in rows for text in row.texts}
    documents = [d for d in corpus.documents if d.id in needed]
    if analysed is None:
        if not documents:
            return {}
        analysed = analyse((d.id, d.title, d.text) for d in documents)
    parts = zip(analysed.ids, analysed.titles, analysed.texts, strict=True)
    return {name: frozenset([*title, *text]) for name, title, text in parts if name in needed}


def _figures(row: _Row, documents: Mapping[str, frozenset[str]]) -> QualityRow:
    """The figures of one row, from the content words of its documents."""
    compared = [text for text in row.texts if text.references]
    found = None
    if is_installed():
        found = mean_of(overlaps([t.text for t in compared], [t.references for t in compared]))
    content = list(content_words_of(usual_form(text.text) for text in row.texts))
    new = [
        sum(word not in documents[t.document] for word in words) / len(words)
        for t, words in zip(row.texts, content, strict=True)
        if words and t.document in documents
    ]
    return {
        "name": row.name,
        "group": row.group,
        "language": row.language,
        "texts": row.size,
        "compared": len(compared),
        "bleu": found.bleu if found else None,
        "rouge_l": found.rouge_l if found else None,
        "chrf": found.chrf if found else None,
        "self_bleu": None,
        "distinct_1": None,
        "distinct_2": None,
        "new_words": sum(new) / len(new) if new else None,
        "words": sum(map(len, content)) / len(content),
    }


def _add_likeness(figures: Sequence[QualityRow], rows: Sequence[_Row]) -> None:
    """Self-BLEU and distinct-n, of as many texts in each row: both hang on their number."""
    large = [i for i, row in enumerate(rows) if len(row.texts) >= MIN_TEXTS]
    size = min([SELF_BLEU_TEXTS, *(len(rows[i].texts) for i in large)])
    texts = {str(i): [text.text for text in rows[i].texts[:size]] for i in large}
    alike = self_bleu(texts) if is_installed() else {}
    for i in large:
        words = words_of(texts[str(i)])
        figures[i]["self_bleu"] = alike.get(str(i))
        figures[i]["distinct_1"] = diversity.distinct(words, 1)
        figures[i]["distinct_2"] = diversity.distinct(words, 2)
