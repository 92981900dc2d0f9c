"""The part of a document's vector that needs no neural network: its words, and their translations.

A document's text is its title, a line end, its body and, after a form feed, whatever was written
for it (synthetic queries, one a line):

    weight of a word        w = tf·(k1 + 1) / (tf + k1·(1 − b + b·length/average)) + title + lead
    of its translation      max over terms of  scale · share · w(term)
    of another form         max over terms of  share · w(term)
    of a written word       max of the above and  scale · share of the written lines that hold it

The first is BM25's saturation and length normalisation (Robertson & Zaragoza 2009) without IDF,
which is on the query's side; `title` is added for words of the title, `lead` for words among the
first of the body. The `share` of a translation is how often the teacher's samples agreed (see
`glossary.py`), that of a form what it is worth beside the word (see `forms.py`).

This file and `modeling.py` travel with a saved model: they import nothing of malmoi.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

MAX_TERM_PIECES = 5
"""Pieces of the longest term that is looked up in the translation table."""

WRITTEN = "\f"
"""Ends a document's own text; what follows was written for it."""

TOGETHER = 1024
"""Texts that are encoded together."""

_LATIN = re.compile("[a-z]")

Table = dict[tuple[int, ...], dict[int, float]]
"""Term (ids of its pieces) → piece → share of agreement (0 to 1)."""


@dataclass(frozen=True)
class Weighting:
    """How words are weighed; the defaults were chosen on the help pages' development split."""

    k1: float = 0.9
    b: float = 0.3
    title: float = 0.8
    lead: float = 0.2
    lead_words: int = 20
    translation: float = 1.5
    written: float = 1.0
    average_length: float = 100.0


@dataclass
class Lexical:
    """Weighs the words of documents.

    `content` are the ids that may have a weight, `absent` those of words that no document has.
    """

    tokenizer: Tokenizer
    content: frozenset[int]
    weighting: Weighting = field(default_factory=Weighting)
    table: Table = field(default_factory=dict)
    forms: Table = field(default_factory=dict)
    absent: frozenset[int] = frozenset()
    _made: Any = field(default=None, init=False, repr=False, compare=False)

    def terms(self, korean: bool = True) -> Table:
        """Term → piece → its weight beside the term's, of other forms and translations.

        A table with rows of English words translates a document's own language alone, Korean where
        `korean` is true; one without translates what it has.
        """
        english = {term for term in self.table if self._is_english(term)}
        scale = self.weighting.translation
        found = {term: dict(to) for term, to in self.forms.items()}
        for term, to in self.table.items():
            if english and (term in english) == korean:
                continue
            row = found.setdefault(term, {})
            for piece, share in to.items():
                row[piece] = max(row.get(piece, 0.0), scale * share)
        return found

    def _both_terms(self) -> tuple[Table, Table]:
        """`terms` of English documents and of Korean ones; made once, since tables are large."""
        of = (self.table, self.forms, self.weighting)
        if self._made is None or any(a is not b for a, b in zip(self._made[0], of, strict=True)):
            self._made = of, (self.terms(korean=False), self.terms(korean=True))
        both: tuple[Table, Table] = self._made[1]
        return both

    def _is_english(self, term: tuple[int, ...]) -> bool:
        return all(i in self.latin for i in term)

    @cached_property
    def latin(self) -> frozenset[int]:
        """Content pieces in Latin letters."""
        token = self.tokenizer.id_to_token
        return frozenset(i for i in self.content if _LATIN.search(token(i) or ""))

    def _is_korean(self, ids: Sequence[int]) -> bool:
        return 2 * sum(i in self.latin for i in ids) <= len(ids)

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Content pieces of each text in reading order."""
        return list(content_ids(self.tokenizer, self.content, texts))

    def vectors(self, texts: Sequence[str]) -> list[dict[int, float]]:
        """Weights (> 0) by piece for each document text."""
        parts = [split(text) for text in texts]
        terms = self._both_terms()
        titles = self.ids([title for title, _, _ in parts])
        bodies = self.ids([body for _, body, _ in parts])
        lines = [written.split("\n") if written else [] for _, _, written in parts]
        flat = iter(self.ids([line for group in lines for line in group]))
        written = [[next(flat) for _ in group] for group in lines]
        return [
            self._vector(terms[self._is_korean(title + body)], title, body, lines)
            for title, body, lines in zip(titles, bodies, written, strict=True)
        ]

    def _vector(
        self, others: Table, title: list[int], body: list[int], written: list[list[int]]
    ) -> dict[int, float]:
        w = self.weighting
        in_title = _terms(title, others)
        terms = in_title + _terms(body, others)
        leading = _terms((title + body)[: w.lead_words], others)
        norm = w.k1 * (1 - w.b + w.b * (len(title) + len(body)) / w.average_length)
        weights: dict[int, float] = {}
        translated: dict[int, float] = {}
        for term, tf in terms.items():
            weight = tf * (w.k1 + 1) / (tf + norm)
            weight += w.title * (term in in_title) + w.lead * (term in leading)
            if len(term) == 1:
                weights[term[0]] = weight
            for piece, share in others.get(term, {}).items():
                translated[piece] = max(translated.get(piece, 0.0), share * weight)
        for piece, value in translated.items():
            weights[piece] = max(weights.get(piece, 0.0), value)
        counts = Counter(piece for line in written for piece in set(line))
        for piece, lines in counts.items():
            value = w.written * (w.k1 + 1) * lines / (lines + w.k1)
            weights[piece] = max(weights.get(piece, 0.0), value)
        return weights

    def state(self) -> dict[str, Any]:
        """All but the tokenizer, as JSON."""
        return {
            "weighting": asdict(self.weighting),
            "content": sorted(self.content),
            "table": _rows(self.table),
            "forms": _rows(self.forms),
            "absent": runs(self.absent),
        }

    def save(self, folder: Path) -> None:
        """Write tokenizer.json and lexical.json into `folder`."""
        self.tokenizer.save(os.fspath(folder / "tokenizer.json"), pretty=False)
        text = json.dumps(self.state(), separators=(",", ":"))
        (folder / "lexical.json").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Lexical:
        """Read what `save` wrote."""
        state: Mapping[str, Any] = json.loads((folder / "lexical.json").read_text("utf-8"))
        return cls(
            Tokenizer.from_file(os.fspath(folder / "tokenizer.json")),
            frozenset(state["content"]),
            Weighting(**state["weighting"]),
            _table(state["table"]),
            _table(state.get("forms", ())),
            ids_of(state.get("absent", ())),
        )


def _terms(ids: Sequence[int], others: Table) -> Counter[tuple[int, ...]]:
    """Single pieces, and runs of pieces that stand in `others`, with their counts."""
    found: Counter[tuple[int, ...]] = Counter((i,) for i in ids)
    if others:
        for n in range(2, MAX_TERM_PIECES + 1):
            for start in range(len(ids) - n + 1):
                term = tuple(ids[start : start + n])
                if term in others:
                    found[term] += 1
    return found


def content_ids(
    tokenizer: Tokenizer, content: Container[int], texts: Sequence[str]
) -> Iterator[list[int]]:
    """Ids of each text that are among `content`, in reading order, with repetitions.

    Texts are encoded `TOGETHER` at a time: an encoding takes kilobytes.
    """
    for start in range(0, len(texts), TOGETHER):
        part = list(texts[start : start + TOGETHER])
        for encoding in tokenizer.encode_batch(part, add_special_tokens=False):
            yield [i for i in encoding.ids if i in content]


def runs(ids: Iterable[int]) -> list[list[int]]:
    """Ids as runs [first, last], ascending."""
    found: list[list[int]] = []
    for i in sorted(ids):
        if found and i == found[-1][1] + 1:
            found[-1][1] = i
        else:
            found.append([i, i])
    return found


def ids_of(runs: Iterable[Sequence[int]]) -> frozenset[int]:
    """The ids of runs [first, last]."""
    return frozenset(i for first, last in runs for i in range(first, last + 1))


def _rows(table: Table) -> list[Any]:
    return [[list(term), list(to.items())] for term, to in sorted(table.items())]


def _table(rows: Sequence[Any]) -> Table:
    return {tuple(term): {int(i): float(s) for i, s in to} for term, to in rows}


def split(text: str) -> tuple[str, str, str]:
    """Title, body and written lines of a document's text."""
    own, _, written = text.partition(WRITTEN)
    title, _, body = own.partition("\n")
    return title, body, written
