"""What a student is taught to score: its own lexical match, and the dense model's opinion on top.

    target(q, d) = lexical(q, d) + weight · (cos(q, d) − μ_q) / σ_q

μ_q and σ_q are the mean and deviation of the query's similarities over (a sample of) the corpus. A
cosine's scale says nothing to a dot product; standardised, and added to the score that the student
starts from, it does. Unlike a ranking of mined candidates it is known for every document of a
batch, and on the help pages the sum ranks better than either part (docs/encoder.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.encoder.vocabulary import Vocabulary
from malmoi.retrieval.passages import DensePassages

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

SAMPLE = 2000
"""Documents over which a query's similarities are standardised."""


class Hybrid:
    """Targets for pairs by their number, and documents by their id."""

    def __init__(
        self,
        queries: Sequence[str],
        ids: Sequence[str],
        pages: DensePassages,
        vocabulary: Vocabulary,
        documents: csr_matrix,
        weights: NDArray[np.float32],
        weight: float,
    ) -> None:
        """`documents` are lexical vectors in the order of `ids`; `weights` the queries' IDF."""
        self._pages, self._ids, self._weight = pages, list(ids), weight
        self._rows = {name: row for row, name in enumerate(ids)}
        self._documents, self._weights = documents, weights
        self._pieces = [sorted(set(found)) for found in vocabulary.encode(queries)]
        self._vectors = pages.encoder().embed_queries(queries)
        sample = self._ids[:: max(1, len(self._ids) // SAMPLE)]
        self._means = np.empty(len(queries), np.float32)
        self._deviations = np.empty(len(queries), np.float32)
        for start in range(0, len(queries), 512):
            part = slice(start, start + 512)
            found = pages.similarities(self._vectors[part], sample)
            self._means[part] = found.mean(1)
            self._deviations[part] = np.maximum(found.std(1), 1e-4)

    def __call__(self, numbers: Sequence[int], documents: Sequence[str]) -> NDArray[np.float32]:
        """Targets [numbers, documents]."""
        rows = list(numbers)
        dense = self._pages.similarities(self._vectors[rows], documents)
        dense = (dense - self._means[rows][:, None]) / self._deviations[rows][:, None]
        matrix: Any = self._documents[[self._rows[name] for name in documents]].toarray()
        lexical = np.stack(
            [matrix[:, p] @ self._weights[p] for p in (self._pieces[row] for row in rows)]
        )
        targets: NDArray[np.float32] = (lexical + self._weight * dense).astype(np.float32)
        return targets
