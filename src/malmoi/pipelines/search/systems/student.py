"""A run's student: its documents' vectors, and the query encoder that an index of it would have."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from malmoi.core.errors import RunError
from malmoi.encoder.lexical import Lexical
from malmoi.encoder.shares import Shares
from malmoi.encoder.vectors import search_encoder
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.models.vectors import DOCUMENTS, load_vectors
from malmoi.pipelines.search.systems.system import KEPT, Array, Explanation, Match
from malmoi.retrieval.query import AnalysedQuery, QueryEncoder, encodes_queries
from malmoi.runs.states import is_done, stage_folders
from malmoi.text.unicode import readable

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

UNKNOWN = "qzxwv"
"""Of no language: what it is taken for is looked for among all words."""
PREPARED = 5000
"""Documents whose weights are split before anybody asks: two seconds or so."""


class Student:
    """A student as a system.

    Args:
        name: as the report calls it.
        folder: the student's stage.
        texts: of the corpus's documents, as the encoder reads them.

    Raises:
        RunError: its vectors are not of these documents.
    """

    ranks_all = False

    def __init__(self, name: str, folder: Path, texts: Sequence[str]) -> None:
        self.name = name
        documents, weights = load_vectors(folder)
        if documents.shape[0] != len(texts):
            raise RunError(
                f"{folder} has vectors of {documents.shape[0]} documents, the corpus has "
                f"{len(texts)}. Go on with the run, or run the recipe again."
            )
        self._documents: csr_matrix = documents.sorted_indices()
        self._postings: csr_matrix = documents.T.tocsr()
        self._encoder, self._shares = _parts(folder, weights, texts)
        # A page asks for the scores, and then for an explanation of each hit.
        self._query = lru_cache(maxsize=KEPT)(self._encoded)

    def prepare(self) -> None:
        """Find the words that unknown ones are taken for, and split the documents' weights."""
        self._encoder.analyse(UNKNOWN)
        if self._shares is not None:
            for row in range(min(self._documents.shape[0], PREPARED)):
                self._shares.of(row, 0, 1.0)

    def analyse(self, text: str) -> AnalysedQuery:
        """The query as it is searched, corrections and unknown words among it."""
        return self._encoder.analyse(text)

    def scores(self, text: str) -> Array:
        """Each document's score, float32 in the collection's order."""
        scores = np.zeros(self._documents.shape[0], np.float32)
        starts = self._postings.indptr
        for dimension, weight in sorted(self._query(text).items()):
            part = slice(starts[dimension], starts[dimension + 1])
            # A document stands once in a posting list, so nothing is lost by adding in place.
            scores[self._postings.indices[part]] += np.float32(weight) * self._postings.data[part]
        return scores

    def explain(self, text: str, row: int) -> Explanation:
        """What each token adds, and which part of it."""
        query = self._query(text)
        weights = self.weights(row, list(query))
        return Explanation(
            tuple(
                self._match(row, dimension, query[dimension], weight)
                for dimension, weight in weights.items()
            )
        )

    def weights(self, row: int, dimensions: Sequence[int]) -> dict[int, float]:
        """The weights of a document in these dimensions, 0 where it has none."""
        part = slice(*self._documents.indptr[row : row + 2])
        columns, values = self._documents.indices[part], self._documents.data[part]
        places = np.searchsorted(columns, dimensions)
        return {
            dimension: float(values[place])
            if place < len(columns) and columns[place] == dimension
            else 0.0
            for dimension, place in zip(dimensions, places.tolist(), strict=True)
        }

    def _encoded(self, text: str) -> dict[int, float]:
        dimensions = self._encoder.dimensions(self._encoder.encode(text))
        return {d: w for d, w in dimensions.items() if d < self._documents.shape[1]}

    def _match(self, row: int, dimension: int, query_weight: float, weight: float) -> Match:
        token = self._encoder.readable(dimension)
        if not weight:
            return Match(token, query_weight)
        if self._shares is None:
            return Match(token, query_weight, word=weight)
        return Match(token, query_weight, *self._shares.of(row, dimension, weight))


def students(run: Path) -> dict[str, Path]:
    """The finished students of a run with a model or without translations, by name.

    Ablations without a model have no lexical part on disk that would explain their weights.
    """
    found = {}
    for folder in stage_folders(run):
        if not folder.name.startswith("student-") or not (folder / DOCUMENTS).is_file():
            continue
        explained = (folder / "model").is_dir() or folder.name == "student-lexical-v0"
        if explained and is_done(run, folder.name):
            found[folder.name.removeprefix("student-")] = folder
    return found


def _parts(
    folder: Path, weights: Array, texts: Sequence[str]
) -> tuple[QueryEncoder, Shares | None]:
    """The query encoder, and what tells apart where the documents' weights come from."""
    model = folder / "model"
    if encodes_queries(model):
        lexical = (model / "lexical.json").is_file()
        return QueryEncoder(model), Shares(Lexical.load(model), texts) if lexical else None
    after = json.loads((folder / "stage.json").read_text(encoding="utf-8"))["after"]
    vocabulary = next((name for name in after if name.startswith("vocabulary")), "vocabulary")
    return search_encoder(Vocabulary.load(folder.parent / vocabulary), weights), None


def tokens_of(analysed: AnalysedQuery) -> list[tuple[str, float]]:
    """The tokens of a query as people read them, with their weights, the heaviest first."""
    tokens = [(readable(token), weight) for token, weight in analysed.weights.items()]
    return sorted(tokens, key=lambda pair: (-pair[1], pair[0]))
