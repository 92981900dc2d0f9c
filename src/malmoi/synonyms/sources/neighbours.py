"""Terms that are close in a dense model's space: CSLS and ranks against both vocabularies.

A multilingual encoder's cosines are compressed, and some terms are near everything (hubs). CSLS
(Conneau et al. 2018, "Word translation without parallel data", section 2.3) takes off how near each
term is to its own nearest ones:

    CSLS(k, e) = 2 cos(k, e) − r(k) − r(e)

with r(k) the mean cosine of k to its ten nearest English reference terms, and r(e) the other way.

    near = Neighbours(encoder, korean_terms, english_terms)
    near.compare([("검색", "search")])  # [Nearness(csls=.09, ahead_of_english=0, …)]
    near.mutual()                        # [("검색", "search", .09), …]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from malmoi.models.dense import DenseEncoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

TOP_K = 10
"""Terms of the other language that a term's density is measured on."""
_ROWS = 1024
STEEPNESS = 30.0
"""How steeply `Nearness.value` rises: e5's CSLS of words is within ±.15."""


class Nearness(NamedTuple):
    """`csls` (about −.2 to .2), and how many reference terms are nearer than the partner."""

    csls: float
    ahead_of_english: int
    ahead_of_korean: int

    @property
    def value(self) -> float:
        """CSLS as a number between 0 and 1 (.5 at 0)."""
        return float(1 / (1 + np.exp(-STEEPNESS * self.csls)))


class Neighbours:
    """Reference vocabularies of both languages in one space; each term stands once."""

    def __init__(
        self, encoder: DenseEncoder, korean: Sequence[str], english: Sequence[str]
    ) -> None:
        """Embed both vocabularies (as queries: terms are what people type)."""
        self._encoder = encoder
        self.korean, self.english = list(dict.fromkeys(korean)), list(dict.fromkeys(english))
        self._k = encoder.embed_queries(self.korean)
        self._e = encoder.embed_queries(self.english)
        self._r_k = _density(self._k, self._e)
        self._r_e = _density(self._e, self._k)

    def compare(self, pairs: Sequence[tuple[str, str]]) -> list[Nearness]:
        """How near each pair's terms are; terms needn't be in the vocabularies."""
        if not pairs:
            return []
        k_terms = list(dict.fromkeys(k for k, _ in pairs))
        e_terms = list(dict.fromkeys(e for _, e in pairs))
        k_vectors = self._encoder.embed_queries(k_terms)
        e_vectors = self._encoder.embed_queries(e_terms)
        k_at = {term: number for number, term in enumerate(k_terms)}
        e_at = {term: number for number, term in enumerate(e_terms)}
        # A score leaves out the term's own density: it is the same for all its partners.
        to_english = _Scores(k_vectors, self._e, self._r_e)
        to_korean = _Scores(e_vectors, self._k, self._r_k)
        out = []
        for korean, english in pairs:
            k, e = k_at[korean], e_at[english]
            twice = 2 * float(k_vectors[k] @ e_vectors[e])
            r_k, r_e = to_english.density(k), to_korean.density(e)
            out.append(
                Nearness(
                    twice - r_k - r_e,
                    to_english.ahead(k, twice - r_e),
                    to_korean.ahead(e, twice - r_k),
                )
            )
        return out

    def mutual(self) -> list[tuple[str, str, float]]:
        """Pairs of reference terms that are each other's nearest, with their CSLS, best first."""
        nearest_e = _nearest(self._k, self._e, self._r_e)
        nearest_k = _nearest(self._e, self._k, self._r_k)
        pairs = [(k, int(e)) for k, e in enumerate(nearest_e) if nearest_k[e] == k]
        found = [
            (
                self.korean[k],
                self.english[e],
                float(2 * self._k[k] @ self._e[e] - self._r_k[k] - self._r_e[e]),
            )
            for k, e in pairs
        ]
        return sorted(found, key=lambda pair: (-pair[2], pair[0], pair[1]))


class _Scores:
    """Terms against a reference vocabulary: 2 cos − r of the reference, row by row."""

    def __init__(self, terms: Vectors, reference: Vectors, density: NDArray[np.floating]) -> None:
        self._terms, self._reference, self._r = terms, reference, density

    def _cosines(self, row: int) -> Vectors:
        cosines: Vectors = self._reference @ self._terms[row]
        return cosines

    def density(self, row: int) -> float:
        """Mean cosine of the term to its nearest reference terms."""
        cosines = self._cosines(row)
        k = min(TOP_K, len(cosines))
        return float(np.partition(cosines, -k)[-k:].mean())

    def ahead(self, row: int, score: float) -> int:
        """Reference terms with a higher score; the partner itself has the same."""
        scores = 2 * self._cosines(row) - self._r
        return int((scores > score + 1e-4).sum())


def _density(terms: Vectors, others: Vectors) -> NDArray[np.floating]:
    k = min(TOP_K, len(others))
    parts = [
        np.partition(cosines, -k, axis=1)[:, -k:].mean(axis=1) for cosines in _rows(terms, others)
    ]
    return np.concatenate(parts)


def _nearest(terms: Vectors, others: Vectors, density: NDArray[np.floating]) -> NDArray[np.int64]:
    return np.concatenate(
        [(2 * cosines - density).argmax(axis=1) for cosines in _rows(terms, others)]
    )


def _rows(terms: Vectors, others: Vectors) -> Iterator[Vectors]:
    """Cosines of the terms to all others, a thousand terms at a time."""
    for start in range(0, len(terms), _ROWS):
        yield terms[start : start + _ROWS] @ others.T
