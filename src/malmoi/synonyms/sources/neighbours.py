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

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zipfile import BadZipFile

import numpy as np

from malmoi.core.files import stable_hash, write_atomically
from malmoi.encoder.csls import cosine_rows, density
from malmoi.models.dense import DenseEncoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Numbers = NDArray[np.floating]

STEEPNESS = 30.0
"""How steeply `Nearness.value` rises: e5's CSLS of words is within ±.15."""


class Nearness(NamedTuple):
    """`csls` (about −.2 to .2), how many reference terms are nearer than the partner, and the
    partner's score minus that of the nearest (above 0 where no reference term is nearer)."""

    csls: float
    ahead_of_english: int
    ahead_of_korean: int
    lead_of_english: float
    lead_of_korean: float

    @property
    def value(self) -> float:
        """CSLS as a number between 0 and 1 (.5 at 0)."""
        return float(1 / (1 + np.exp(-STEEPNESS * self.csls)))


class Neighbours:
    """Reference vocabularies of both languages in one space; each term stands once."""

    def __init__(
        self,
        encoder: DenseEncoder,
        korean: Sequence[str],
        english: Sequence[str],
        folder: Path | None = None,
    ) -> None:
        """Embed both vocabularies (as queries: terms are what people type).

        Args:
            encoder: embeds both languages in one space.
            korean, english: the vocabularies.
            folder: keeps the terms' densities, half a minute's work for 20,000 terms (None: no).
        """
        self._encoder = encoder
        self.korean, self.english = list(dict.fromkeys(korean)), list(dict.fromkeys(english))
        self._k = encoder.embed_queries(self.korean)
        self._e = encoder.embed_queries(self.english)
        name = stable_hash([encoder.identity, self.korean, self.english])
        path = folder / f"densities-{name}.npz" if folder else None
        self._r_k, self._r_e = _kept(path) or self._densities(path)

    def _densities(self, path: Path | None) -> tuple[Numbers, Numbers]:
        found = density(self._k, self._e), density(self._e, self._k)
        if path is not None:
            buffer = io.BytesIO()
            np.savez(buffer, korean=found[0], english=found[1])
            write_atomically(path, buffer.getvalue())
        return found

    def compare(self, pairs: Sequence[tuple[str, str]]) -> list[Nearness]:
        """How near each pair's terms are; terms needn't be in the vocabularies."""
        if not pairs:
            return []
        k_at = {term: number for number, term in enumerate(dict.fromkeys(k for k, _ in pairs))}
        e_at = {term: number for number, term in enumerate(dict.fromkeys(e for _, e in pairs))}
        ks = self._encoder.embed_queries(list(k_at))
        es = self._encoder.embed_queries(list(e_at))
        rows = np.array([(k_at[k], e_at[e]) for k, e in pairs])
        twice = 2 * (ks[rows[:, 0]] * es[rows[:, 1]]).sum(1)
        r_k, r_e = density(ks, self._e)[rows[:, 0]], density(es, self._k)[rows[:, 1]]
        # A score leaves out the term's own density: it is the same for all its partners.
        to_english = _standing(ks, self._e, self._r_e, rows[:, 0], twice - r_e)
        to_korean = _standing(es, self._k, self._r_k, rows[:, 1], twice - r_k)
        return [
            Nearness(float(csls), there[0], back[0], there[1], back[1])
            for csls, there, back in zip(twice - r_k - r_e, to_english, to_korean, strict=True)
        ]

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


def _kept(path: Path | None) -> tuple[Numbers, Numbers] | None:
    """What `_densities` wrote; None where there is nothing, or nothing that can be read."""
    try:
        with np.load(path or "") as file:
            return file["korean"], file["english"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def _standing(
    terms: Vectors, reference: Vectors, densities: Numbers, rows: NDArray[np.int64], scores: Numbers
) -> list[tuple[int, float]]:
    """How each score stands among those of a term's reference terms, 2 cos − their density: how
    many are higher (the partner itself has the same), and how far it is over the highest.

    Args:
        terms: vectors [terms, d].
        reference: vectors [reference terms, d].
        densities: of the reference terms [reference terms].
        rows: the term of each score [scores].
        scores: what stands among the term's [scores].
    """
    out = [(0, 0.0)] * len(rows)
    order = np.argsort(rows, kind="stable")
    start = 0
    for cosines in cosine_rows(terms, reference):
        others = 2 * cosines - densities
        best = others.max(axis=1)
        inside = order[(rows[order] >= start) & (rows[order] < start + len(cosines))]
        for place in inside.tolist():
            row, score = rows[place] - start, scores[place]
            ahead = int((others[row] > score + 1e-4).sum())
            out[place] = ahead, float(score - best[row])
        start += len(cosines)
    return out


def _nearest(terms: Vectors, others: Vectors, densities: Numbers) -> NDArray[np.int64]:
    return np.concatenate(
        [(2 * cosines - densities).argmax(axis=1) for cosines in cosine_rows(terms, others)]
    )
