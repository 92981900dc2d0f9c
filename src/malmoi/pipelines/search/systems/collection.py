"""A run's corpus or an index with all systems that can search it: rankings, and why not.

    collection = open_run(Path("runs/korean-search"))
    found = collection.search("v2", "표에 행 삽입", k=10)
    collection.why("v2", "표에 행 삽입", "shared/guide/insert_row")

A system is opened when it is first used. Nothing is written to a run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from threading import RLock

import numpy as np

from malmoi.core.errors import RunError, SourceError
from malmoi.core.files import read_lines
from malmoi.corpora.corpus import Document
from malmoi.pipelines.search.context import documents_of
from malmoi.pipelines.search.systems.cluster import MODES, open_cluster
from malmoi.pipelines.search.systems.dense import (
    Hybrid,
    IndexSimilarity,
    Similarity,
    open_similarity,
)
from malmoi.pipelines.search.systems.embedded import Embedded
from malmoi.pipelines.search.systems.student import Student, students
from malmoi.pipelines.search.systems.system import Array, Explanation, System
from malmoi.pipelines.search.systems.translations import Translations
from malmoi.pipelines.search.systems.words import Words
from malmoi.recipe import SearchRecipe, load_dumped
from malmoi.retrieval.index.index import Index
from malmoi.retrieval.scores import best_places, best_rows
from malmoi.runs.states import after_of, is_done
from malmoi.text.hangul import script_shares

Opener = Callable[[], System | None]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents may be found; an empty value lets all pass.

    Attributes:
        language: "ko" or "en", of most of a document's letters.
        since, until: dates as documents have them (ISO 8601), both included.
        prefix: what an id begins with.
    """

    language: str = ""
    since: str = ""
    until: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found; ranks begin at 1."""

    rank: int
    score: float
    document: Document
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best hits of a system, and how many documents it ranks at all."""

    hits: tuple[Hit, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Why:
    """Where a document stands in a system's ranking, and where its score comes from.

    Attributes:
        document: the one that was asked about.
        rank: from 1; None where it isn't ranked.
        score: its score; `cutoff` the score of the last hit that is shown, None where there is
            none.
        cutoff: see `score`.
        filtered: whether the filter leaves it out.
        explanation: its tokens, those that it lacks with weight 0.
    """

    document: Document
    rank: int | None
    score: float
    cutoff: float | None
    filtered: bool
    explanation: Explanation


class Collection:
    """Documents, and the systems that search them.

    Args:
        name: of the run or the index.
        documents: in the order of every system's scores.
        openers: name → what opens the system; it gives None where that can't be.
        translations: of the words of queries.
        has_texts: whether documents have more than a title.
        size: documents of the corpus that these are a pool of (0: these are all).
    """

    def __init__(
        self,
        name: str,
        documents: Sequence[Document],
        openers: dict[str, Opener],
        translations: Translations,
        has_texts: bool = True,
        size: int = 0,
    ) -> None:
        self.name, self.documents, self.translations = name, tuple(documents), translations
        self.has_texts = has_texts
        self.size = max(size, len(self.documents))
        self.rows = {document.id: row for row, document in enumerate(self.documents)}
        self._openers, self._systems = openers, dict[str, System | None]()
        self._opening = {name: RLock() for name in openers}
        self._lock = RLock()
        self._lines: dict[str, str] = {}
        self._masks: dict[Filter, Array | None] = {Filter(): None}

    @property
    def systems(self) -> tuple[str, ...]:
        """Names of the systems; those that turned out not to be there are left out."""
        return tuple(n for n in self._openers if self._systems.get(n, n) is not None)

    @property
    def dates(self) -> bool:
        """Whether documents have dates."""
        return any(document.date for document in self.documents)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The language of each document, by its title and first lines."""
        return tuple(_language(d) for d in self.documents)

    def line(self, document: Document) -> str:
        """A document's text on one line; kept, since pages show the same ones again and again."""
        found = self._lines.get(document.id)
        if found is None:
            found = self._lines[document.id] = " ".join(document.text.split())
        return found

    def system(self, name: str) -> System:
        """A system, opened now if it wasn't.

        Raises:
            SourceError: there is none of this name.
        """
        if name not in self._openers:
            raise SourceError(
                f"{self.name} has no system {name[:60]!r}; it has {', '.join(self.systems)}"
            )
        if name not in self._systems:
            with self._opening[name]:  # opening one takes a while, and the others needn't wait
                if name not in self._systems:
                    self._systems[name] = self._openers[name]()
        system = self._systems[name]
        if system is None:
            raise SourceError(
                f"{self.name} can't be searched by {name}: what it needs isn't in the run. "
                "docs/serve.md says what each system reads."
            )
        return system

    def search(self, name: str, text: str, k: int = 10, only: Filter | None = None) -> Ranking:
        """The `k` best documents of a system, ties broken by id.

        Args:
            name: of the system.
            text: the query.
            k: hits at most.
            only: which documents may be found.

        Raises:
            SourceError: there is no such system.
        """
        system = self.system(name)
        scores = self._scores(system, text, only or Filter())
        hits = tuple(
            Hit(rank, score, self.documents[row], system.explain(text, row))
            for rank, (row, score) in enumerate(self._best(system, scores, text, k), 1)
        )
        ranked = np.isfinite(scores) if system.ranks_all else scores > 0
        return Ranking(hits, int(ranked.sum()) if text.strip() else 0)

    def ranked(self, name: str, text: str, k: int) -> list[tuple[Document, float]]:
        """The `k` best documents of a system with their scores, unexplained.

        Raises:
            SourceError: there is no such system.
        """
        system = self.system(name)
        best = self._best(system, system.scores(text), text, k)
        return [(self.documents[row], score) for row, score in best]

    def why(
        self, name: str, text: str, identifier: str, k: int = 10, only: Filter | None = None
    ) -> Why:
        """Where a document stands for a query, and why.

        Args:
            name: of the system.
            text: the query.
            identifier: the document's id.
            k: how many hits are shown, which makes the cutoff.
            only: which documents may be found.

        Raises:
            SourceError: there is no such system or document.
        """
        row = self.rows.get(identifier)
        if row is None:
            raise SourceError(f"{self.name} has no document with the id {identifier[:200]!r}")
        system = self.system(name)
        only = only or Filter()
        score = float(system.scores(text)[row])
        scores = self._scores(system, text, only)
        mine = scores[row]
        filtered = bool(np.isneginf(mine))
        rank = None
        if not filtered and text.strip() and (system.ranks_all or mine > 0):
            ties = np.flatnonzero(scores == mine)
            earlier = sum(self.documents[r].id < identifier for r in ties.tolist())
            rank = int((scores > mine).sum()) + earlier + 1
        ordered = np.sort(scores[np.isfinite(scores)])[::-1][:k]
        shown = ordered if system.ranks_all else ordered[ordered > 0]
        cutoff = float(shown[-1]) if len(shown) and text.strip() else None
        explanation = system.explain(text, row)
        return Why(self.documents[row], rank, score, cutoff, filtered, explanation)

    def _best(self, system: System, scores: Array, text: str, k: int) -> list[tuple[int, float]]:
        """Rows and scores of the best documents, ties broken by id."""
        if not text.strip():
            return []
        found = best_places(scores, k) if system.ranks_all else best_rows(scores, k)
        order = sorted((-float(scores[r]), self.documents[r].id, int(r)) for r in found)
        return [(row, -negative) for negative, _, row in order[:k] if np.isfinite(negative)]

    def _scores(self, system: System, text: str, only: Filter) -> Array:
        """Scores of all documents, −inf of those that are filtered out."""
        mask = self._mask(only)
        scores = system.scores(text)
        return scores if mask is None else np.where(mask, scores, -np.inf).astype(np.float32)

    def _mask(self, only: Filter) -> Array | None:
        """The documents that pass; None where all do. The last few are kept."""
        with self._lock:
            if only not in self._masks:
                while len(self._masks) > 20:
                    del self._masks[next(key for key in self._masks if key != Filter())]
                kept = [self._passes(row, only) for row in range(len(self.documents))]
                self._masks[only] = np.array(kept, bool)
            return self._masks[only]

    def _passes(self, row: int, only: Filter) -> bool:
        document = self.documents[row]
        return (
            (not only.language or self.languages[row] == only.language)
            and (not only.since or document.date >= only.since)
            and (not only.until or ("" < document.date[: len(only.until)] <= only.until))
            and document.id.startswith(only.prefix)
        )


def open_run(folder: Path, cluster: bool = False) -> Collection:
    """The systems of a run of the search encoder, as far as it is finished.

    Args:
        folder: the run's.
        cluster: also search the index that v2 was pushed to, in the cluster at OPENSEARCH_URL.

    Raises:
        RunError: the folder holds no such run, or its corpus isn't read yet.
    """
    if not is_done(folder, "corpus"):
        raise RunError(
            f"{folder} has no finished corpus; expected a run of the search encoder that has read "
            "its documents (`malmoi run RECIPE`)"
        )
    documents = documents_of(read_lines(folder / "corpus" / "records.jsonl"))
    ours, size = students(folder), len(documents)
    if ours and "pool" in after_of(folder, "pairs"):  # their vectors are of the pool alone
        kept = {record["id"] for record in read_lines(folder / "pool" / "records.jsonl")}
        documents = tuple(document for document in documents if document.id in kept)
    texts = [document.full_text for document in documents]
    openers: dict[str, Opener] = {"BM25F": lambda: Words(documents)}
    opened: dict[str, Student] = {}

    def student(name: str) -> Student:
        if name not in opened:
            opened[name] = Student(name, ours[name], texts)
        return opened[name]

    openers |= {name: partial(student, name) for name in sorted(ours, key=_order)}
    if (folder / "embeddings").is_dir():
        recipe = load_dumped(folder / "recipe.json", SearchRecipe)
        words, model = recipe.corpus.passage_words, recipe.evaluation.dense_model

        def dense(name: str) -> Similarity | None:
            return open_similarity(documents, words, name, folder / "embeddings")

        def hybrid(name: str) -> Hybrid | None:
            similarity = dense(model or "e5+use")
            return Hybrid(student(name), similarity) if similarity else None

        openers["dense"] = partial(dense, model)
        openers |= {f"{name} + dense": partial(hybrid, name) for name in ours if name == "v2"}
    if cluster and "v2" in ours:
        rows = {document.id: row for row, document in enumerate(documents)}
        openers |= {name: partial(open_cluster, name, folder, ours["v2"], rows) for name in MODES}
    translations = Translations(ours.get("v2", folder) / "translations.jsonl")
    return Collection(folder.name, documents, openers, translations, size=size)


def open_index(folder: Path) -> Collection:
    """The systems of an index on disk; its documents are ids and titles.

    Raises:
        RunError, StudentError: there is no index, or it is damaged.
    """
    index = Index.open(folder)
    pairs = zip(index.vectors.ids(), index.vectors.titles(), strict=True)
    documents = [Document(identifier, title, ()) for identifier, title in pairs]
    ids = [document.id for document in documents]
    tokens = Embedded(index, ids)
    openers: dict[str, Opener] = {"tokens": lambda: tokens}
    if index.vectors.manifest.dense:
        openers["tokens + dense"] = lambda: Hybrid(tokens, IndexSimilarity(index, len(ids)))
    name = folder.resolve().name
    return Collection(name, documents, openers, Translations(folder / "none"), has_texts=False)


def _language(document: Document) -> str:
    """Of most letters of its title and its first lines."""
    hangul, latin = script_shares(f"{document.title}\n{document.text[:1000]}")
    return "ko" if hangul > latin else "en"


def _order(name: str) -> tuple[int, str]:
    """The students that people compare first, then the others."""
    first = ("v2", "v1", "lexical-v0")
    return (first.index(name) if name in first else len(first), name)
