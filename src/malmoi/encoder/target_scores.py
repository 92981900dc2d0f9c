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

from malmoi.encoder.lexical_fit import LexicalFit
from malmoi.retrieval.passages import DensePassages

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE = 2000
"""Documents over which a query's similarities are standardised."""


class HybridTargets:
    """Targets for pairs by their number, and documents by their id.

    Args:
        queries: those of the pairs.
        start: gives the lexical scores.
        passages: give the dense ones.
        dense_weight: of a standardised similarity beside a lexical score.
    """

    def __init__(
        self,
        queries: Sequence[str],
        start: LexicalFit,
        passages: DensePassages,
        dense_weight: float,
    ) -> None:
        self._passages, self._dense_weight, self._start = passages, dense_weight, start
        self._rows = {name: row for row, name in enumerate(start.ids)}
        self._pieces = [sorted(set(pieces)) for pieces in start.vocabulary.encode(queries)]
        self._vectors = passages.encoder().embed_queries(queries)
        sample = start.ids[:: max(1, len(start.ids) // SAMPLE)]
        self._means = np.empty(len(queries), np.float32)
        self._deviations = np.empty(len(queries), np.float32)
        for first in range(0, len(queries), 512):
            part = slice(first, first + 512)
            similarities = passages.similarities(self._vectors[part], sample)
            self._means[part] = similarities.mean(1)
            self._deviations[part] = np.maximum(similarities.std(1), 1e-4)

    def __call__(self, numbers: Sequence[int], documents: Sequence[str]) -> NDArray[np.float32]:
        """Targets [numbers, documents]."""
        rows = list(numbers)
        dense = self._passages.similarities(self._vectors[rows], documents)
        dense = (dense - self._means[rows][:, None]) / self._deviations[rows][:, None]
        matrix: Any = self._start.vectors[[self._rows[name] for name in documents]].toarray()
        weights = self._start.weights
        lexical = np.stack([matrix[:, p] @ weights[p] for p in (self._pieces[row] for row in rows)])
        targets: NDArray[np.float32] = (lexical + self._dense_weight * dense).astype(np.float32)
        return targets
