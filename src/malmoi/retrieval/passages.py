"""A dense encoder's view of a corpus: the round trip, mined negatives and the e5 baseline share it.

Documents are embedded once, by their passages; a document's score is its best passage's (MaxP).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from malmoi.corpora.corpus import Document, passages
from malmoi.models import dense
from malmoi.retrieval.bm25 import Hits
from malmoi.retrieval.dense import search


def passage_texts(document: Document, words: int) -> list[str]:
    """What is embedded of a document: each passage of about so many words, with the title and its
    heading before it."""
    return [
        f"{document.title}\n{passage.heading} {passage.text}".strip()
        for passage in passages(document, words)
    ]


class DensePassages:
    """The passages of a corpus in a dense encoder's space, embedded at the first search.

    Args:
        documents: whose passages they are.
        words: of a passage, at most about so many.
        model: hub id or path of a dense encoder (empty: the embedded e5).
        cache: folder that keeps embeddings.
        best: score a document by its best passage; else by its beginning alone.
    """

    def __init__(
        self, documents: Sequence[Document], words: int, model: str, cache: Path, best: bool = True
    ) -> None:
        self.identity = f"{model or 'e5-small'} {words} {'best' if best else 'beginning'}"
        self._documents, self._words, self._best = documents, words, best
        self._model, self._cache = model, cache
        self._encoder: dense.Cached | None = None
        self._vectors: dense.Vectors | None = None
        self._ids: list[str] = []
        self._windows: dict[str, list[int]] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Without the model: another process that needs it loads its own."""
        return self.__dict__ | {"_encoder": None}

    def encoder(self) -> dense.Cached:
        """The encoder, loaded now if it was not."""
        if self._encoder is None:
            self._encoder = dense.open_encoder(self._model, self._cache)
        return self._encoder

    def search(self, queries: Sequence[str], k: int) -> list[Hits]:
        """The best `k` documents of each query, with cosine similarities."""
        vectors = self.encoder().embed_queries(queries)
        return search(vectors, self._embedded(), self._ids, k)

    def scores(
        self, queries: Sequence[str], documents: Sequence[Sequence[str]]
    ) -> list[list[float]]:
        """Cosine similarities of each query with its own list of documents."""
        vectors = self.encoder().embed_queries(queries)
        return [
            self.similarities(vector[None], names)[0].tolist() if names else []
            for vector, names in zip(vectors, documents, strict=True)
        ]

    def similarities(self, vectors: dense.Vectors, documents: Sequence[str]) -> dense.Vectors:
        """Cosine similarities [queries, documents] of embedded queries with documents by id."""
        embedded = self._embedded()
        windows = [self._windows[name] for name in documents]
        firsts = np.cumsum([0, *(len(rows) for rows in windows)])[:-1]
        rows = [row for each in windows for row in each]
        # All of them in order is the usual case; a copy of a large corpus' vectors takes its time.
        columns = embedded if rows == list(range(len(embedded))) else embedded[rows]
        return np.maximum.reduceat(vectors @ columns.T, firsts, axis=1)

    def counts(self) -> int:
        """How many passages there are."""
        return len(self._embedded())

    def _embedded(self) -> dense.Vectors:
        if self._vectors is None:
            texts = []
            for document in self._documents:
                cut = passage_texts(document, self._words)
                for text in cut if self._best else cut[:1]:
                    texts.append(text)
                    self._ids.append(document.id)
            self._vectors = self.encoder().embed_passages(texts)
            for number, name in enumerate(self._ids):
                self._windows.setdefault(name, []).append(number)
        return self._vectors
