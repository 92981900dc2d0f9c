"""How far a cluster's hybrid score may be from what the embedded index's scores give.

The cluster standardises the best `DEPTH` of each list. So is it done here, with the embedded
index's scores (`fusion.standardised_mean`); what differs is how scores are stored. Let e bound the
error of a list's scores. Then the i-th best score differs by at most e, so the mean does, and the
sample deviation s of n scores by at most e·√(n / (n − 1)) = e', since it is a seminorm. Hence

    |z' − z| ≤ (2e + |z|·e') / (s − e')          and nothing is known where s ≤ e'

A score that is the mean, to the last bit, becomes the list's best score on the server. A document
at the edge of a list may be in one of the two and not in the other: its score there is not above
the last one's.

    features     e = 2^-8 of the list's best score (`parity.FeatureFormat`), and rounding
    passages     both have the same float32 vectors: rounding of sums of `width` products
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from malmoi.retrieval.fusion import FLOOR
from malmoi.retrieval.index.vector_index import Hit
from malmoi.retrieval.opensearch.parity import TRUNCATION, rounding

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class RankedList:
    """A list that is fused: the embedded index's hits, and how far the cluster's scores may be.

    Attributes:
        hits: best first, `depth` of them.
        error: most that a score differs by.
    """

    hits: Sequence[Hit]
    error: float

    @classmethod
    def of_tokens(cls, hits: Sequence[Hit]) -> RankedList:
        """A list by `neural_sparse`."""
        tokens = max((len(hit.matches) for hit in hits), default=0)
        best = max((hit.score for hit in hits), default=0.0)
        return cls(hits, best * (TRUNCATION + 2 * rounding(tokens + 1)))

    @classmethod
    def of_passages(cls, hits: Sequence[Hit], width: int) -> RankedList:
        """A list by similarity of unit vectors of so many dimensions."""
        # Both sum `width` products of at most 1 together; the server's cosine takes a few more.
        return cls(hits, 2 * rounding(width + 8))

    def intervals(self) -> tuple[dict[str, Interval], Interval]:
        """Document → lowest and highest standardised score; and those of one that is not here."""
        scores = np.array([hit.score for hit in self.hits], np.float64)
        if not len(scores):
            return {}, (0.0, 0.0)
        count = len(scores)
        spread = self.error * (count / (count - 1)) ** 0.5 if count > 1 else 0.0
        deviation = float(scores.std(ddof=1)) if count > 1 else 0.0
        if deviation <= spread:
            # Equal scores stay as they are on the server, nearly equal ones are anything.
            most = max(float(scores.max()) + self.error, count**0.5)
            return {hit.id: (0.0, most) for hit in self.hits}, (0.0, most)
        found = {}
        for hit, z in zip(self.hits, (scores - scores.mean()) / deviation, strict=True):
            slack = (2 * self.error + abs(z) * spread) / (deviation - spread)
            low, high = max(z - slack, FLOOR), max(z + slack, FLOOR)
            if abs(hit.score - scores.mean()) <= 2 * self.error:
                high = max(high, float(scores.max()) + self.error)  # it may be the mean
            edge = hit.score <= scores.min() + 2 * self.error
            found[hit.id] = (0.0 if edge else low, high)
        return found, (0.0, found[self.hits[-1].id][1])


def hybrid_intervals(
    lists: Sequence[RankedList], weights: Sequence[float]
) -> Mapping[str, Interval]:
    """Lowest and highest hybrid score that the cluster may give each document of the lists.

    Args:
        lists: in the order of the query's parts.
        weights: of the lists.
    """
    bounds = [each.intervals() for each in lists]
    found: dict[str, Interval] = {}
    for name in dict.fromkeys(hit.id for each in lists for hit in each.hits):
        parts = [own.get(name, absent) for own, absent in bounds]
        low, high = (
            sum(w * part[side] for w, part in zip(weights, parts, strict=True)) / sum(weights)
            for side in (0, 1)
        )
        found[name] = (low - 1e-6, high + 1e-6)  # the server adds and divides in float32
    return found
