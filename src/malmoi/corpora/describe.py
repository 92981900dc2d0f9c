"""What a corpus looks like, and whether it is in the language that it should be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeVar

from malmoi.core.errors import SourceError
from malmoi.corpora.corpus import Corpus, Document
from malmoi.text.hangul import script_shares

T = TypeVar("T")

_SAMPLE_SIZE = 2000
"""Documents, spread evenly, and characters of each, that shares of scripts are measured on."""

_MIN_SHARE = {"ko": 0.25, "en": 0.5}
"""Least share of Hangul (ko) or Latin (en) letters that makes a document one in that language.

A Korean page on software or medicine has many Latin words, an English one hardly any Hangul.
"""
_SAMPLES = 3


def describe(corpus: Corpus) -> str:
    """Several lines: counts, mean lengths, shares of scripts, what was repaired, a few samples."""
    documents = corpus.documents
    lengths = [(len(d.text), len(d.text.split())) for d in documents]
    characters = sum(c for c, _ in lengths) / max(1, len(documents))
    words = sum(w for _, w in lengths) / max(1, len(documents))
    looked_at = _spread(documents, _SAMPLE_SIZE)
    shares = [_shares(d) for d in looked_at]
    hangul = sum(h for h, _ in shares) / max(1, len(shares))
    latin = sum(n for _, n in shares) / max(1, len(shares))
    lines = [
        f"corpus {corpus.name}: {_counted(len(documents), 'document')}, on average "
        f"{characters:,.0f} characters, {words:,.0f} words; letters {hangul:.0%} Hangul, "
        f"{latin:.0%} Latin"
    ]
    if corpus.queries:
        lines.append(f"  {_queries(corpus)}")
    if corpus.conversational:
        questions = _counted(len(corpus.conversational), "conversational question")
        lines.append(f"  {questions}, kept for a test of their own")
    if corpus.segments:
        pairs = {(s.korean, s.english) for s in corpus.segments}
        lines.append(f"  {len(corpus.segments):,} aligned segments, {len(pairs):,} different")
    if corpus.counts:
        counts = ", ".join(f"{name} {number:,}" for name, number in sorted(corpus.counts.items()))
        lines.append(f"  repaired or dropped: {counts}")
    lines.extend(f"  e.g. {d.id}: {_short(f'{d.title} | {d.text}')}" for d in _samples(documents))
    for query in _samples(corpus.queries):
        relevant = next((d for d, r in corpus.qrels.get(query.id, {}).items() if r > 0), "nothing")
        lines.append(f"  e.g. query ({query.language}) {_short(query.text)} → {relevant}")
    return "\n".join(lines)


def check_language(corpus: Corpus, language: Literal["ko", "en"]) -> None:
    """Raise a SourceError unless at least half of the documents are in `language`, by script."""
    looked_at = _spread(corpus.documents, _SAMPLE_SIZE)
    which = 0 if language == "ko" else 1
    others = [d for d in looked_at if _shares(d)[which] < _MIN_SHARE[language]]
    if 2 * len(others) <= len(looked_at):
        return
    script = "Hangul" if language == "ko" else "Latin"
    example = others[0]
    raise SourceError(
        f"{corpus.name}: {len(others)} of {len(looked_at)} documents looked at have fewer than "
        f"{_MIN_SHARE[language]:.0%} {script} letters, such as {example.id!r}: "
        f"{_short(f'{example.title} | {example.text}')!r}. Expected most documents to be in "
        f"{'Korean' if language == 'ko' else 'English'}: check path and text_field, or set "
        f"corpus.language."
    )


def _shares(document: Document) -> tuple[float, float]:
    return script_shares(f"{document.title} {document.text[:_SAMPLE_SIZE]}")


def _spread(items: Sequence[T], limit: int) -> Sequence[T]:
    """At most `limit` items, evenly spread."""
    return items[:: max(1, -(-len(items) // limit))]


def _samples(items: Sequence[T]) -> Sequence[T]:
    """A few items from all over, the same each time."""
    return items[len(items) // 6 :: max(1, len(items) // _SAMPLES)][:_SAMPLES]


def _queries(corpus: Corpus) -> str:
    languages = sorted({q.language for q in corpus.queries})
    parts = (f"{sum(q.language == n for q in corpus.queries):,} {n}" for n in languages)
    qrels = (corpus.qrels.get(query.id, {}) for query in corpus.queries)
    judged = {d for relevant in qrels for d, r in relevant.items() if r > 0}
    return (
        f"{_counted(len(corpus.queries), 'query', 'queries')} ({', '.join(parts)}), relevant to "
        f"{_counted(len(judged), 'document')}"
    )


def _counted(number: int, one: str, more: str = "") -> str:
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def _short(text: str, max_characters: int = 100) -> str:
    line = " ".join(text.split())
    return line if len(line) <= max_characters else line[: max_characters - 1] + "…"
