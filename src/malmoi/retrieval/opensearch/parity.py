"""How far a score of the cluster may be from the embedded index's, and whether it is.

Both compute the dot product of a query and a document; they differ in how a weight is stored. The
bounds follow from the formats alone (docs/opensearch-parity.md derives them); nothing is tuned.

    FeatureFormat   rank_features, and sparse_vector in segments below its approximate_threshold:
                    a document's weight loses its bits beyond the 9 leading ones
    ByteFormat      sparse_vector in the other segments (SEISMIC): both weights are whole 255ths of
                    a ceiling, rounded

From these bounds follows which documents may change places: the cluster may put b before a only
where the lowest score that a can have there is not above the highest that b can have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from malmoi.core.errors import ClusterError
from malmoi.retrieval.index.vector_index import Hit, VectorIndex
from malmoi.retrieval.opensearch.connection import calling
from malmoi.retrieval.opensearch.mapping import APPROXIMATE_FROM
from malmoi.retrieval.opensearch.searching import ClusterHit

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

Pair = tuple[float, float]
"""Query weight and document weight of a token that both have."""

UNIT = 2.0**-24
"""Half the distance of 1 to the next float32: the relative error of one rounding."""
TRUNCATION = 2.0**-8
"""Relative error of a positive float32 that keeps its 9 leading bits, the others cut off."""
LEVELS = 255


def rounding(operations: int) -> float:
    """γ_n = n·u / (1 − n·u): relative error of a sum of positive products after n roundings.

    Higham 2002, "Accuracy and Stability of Numerical Algorithms", lemma 3.1. It holds for any order
    in which the products are added.
    """
    return operations * UNIT / (1 - operations * UNIT)


@dataclass(frozen=True, slots=True)
class FeatureFormat:
    """Lucene's FeatureField: the document's weight as a term frequency of 16 bits."""

    def document(self, weight: float) -> float:
        """A document's weight as stored: the float32 without its last 15 bits."""
        bits = np.array([weight], np.float32).view(np.uint32) & np.uint32(0xFFFF8000)
        return float(bits.view(np.float32)[0])

    def query(self, weight: float) -> float:
        """A query's weight as used: float32."""
        return float(np.float32(weight))

    def interval(self, pairs: Sequence[Pair]) -> tuple[float, float]:
        """Lowest and highest score that the cluster may give; weights as the embedded index has."""
        score = sum(q * d for q, d in pairs)
        slack = score * 2 * rounding(len(pairs) + 1)
        return score * (1 - TRUNCATION) - slack, score + slack

    def predicted(self, pairs: Sequence[Pair]) -> tuple[float, float]:
        """The score that the stored weights give, and how far float32 sums may be from it."""
        score = sum(self.query(q) * self.document(d) for q, d in pairs)
        return score, score * rounding(len(pairs) + 1)


@dataclass(frozen=True, slots=True)
class ByteFormat:
    """SEISMIC's forward index: bytes; `ingest` and `search` are the ceilings of the mapping."""

    ingest: float
    search: float

    def document(self, weight: float) -> float:
        """A document's weight as stored."""
        return _levels(weight, self.ingest) * float(np.float32(self.ingest)) / LEVELS

    def query(self, weight: float) -> float:
        """A query's weight as used."""
        return _levels(weight, self.search) * float(np.float32(self.search)) / LEVELS

    def interval(self, pairs: Sequence[Pair]) -> tuple[float, float]:
        """Lowest and highest score that the cluster may give; weights as the embedded index has.

        |q·d − q'·d'| ≤ q·|d − d'| + d'·|q − q'|, summed over the tokens.
        """
        score = sum(q * d for q, d in pairs)
        width = 0.0
        for q, d in pairs:
            error_d, error_q = _error(d, self.ingest), _error(q, self.search)
            width += q * error_d + min(d + error_d, float(np.float32(self.ingest))) * error_q
        slack = (score + width) * 2 * rounding(len(pairs) + 6)
        return max(0.0, score - width - slack), score + width + slack

    def predicted(self, pairs: Sequence[Pair]) -> tuple[float, float]:
        """The score that the stored weights give, and how far float32 products may be from it."""
        score = sum(self.query(q) * self.document(d) for q, d in pairs)
        return score, score * rounding(6)


Format = FeatureFormat | ByteFormat


def _levels(weight: float, ceiling: float) -> int:
    """The byte that a weight becomes; in float32, as the server computes it."""
    top, value = np.float32(ceiling), np.float32(weight)
    scaled = np.float32(max(np.float32(0), min(top, value)) * np.float32(LEVELS)) / top
    return int(np.floor(np.float64(scaled) + 0.5))


def _error(weight: float, ceiling: float) -> float:
    """Most that a weight can lose or gain: half a level, or what is above the ceiling.

    The level is computed with two roundings, each of up to 255 levels times 2^-24.
    """
    top = float(np.float32(ceiling))
    half = (0.5 + LEVELS * rounding(2)) * top / LEVELS
    return max(half, weight - top)


def formats_of(client: OpenSearch, index: str, field: str) -> tuple[Format, ...]:
    """The formats in which an index holds a field: two where its segments lie on both sides of
    the `approximate_threshold`.

    Raises:
        ClusterError: there is no such index or field, or it holds no weights.
    """
    with calling(f"read the mapping of {index}"):
        mappings: dict[str, Any] = client.indices.get_mapping(index=index)
    kinds: list[Format] = []
    for name, mapping in mappings.items():
        properties = mapping["mappings"].get("properties", {}).get(field, {})
        kind = properties.get("type")
        if kind == "rank_features":
            kinds.append(FeatureFormat())
        elif kind == "sparse_vector":
            kinds += _vector_formats(client, name, properties["method"].get("parameters", {}))
        else:
            raise ClusterError(
                f"{name} has {f'{field} as {kind}' if kind else f'no field {field}'}; expected "
                "rank_features or sparse_vector. Push the run again."
            )
    return tuple(dict.fromkeys(kinds))


def _vector_formats(client: OpenSearch, index: str, parameters: dict[str, Any]) -> list[Format]:
    threshold = int(parameters.get("approximate_threshold", APPROXIMATE_FROM))
    ceilings = ByteFormat(
        float(parameters.get("quantization_ceiling_ingest", 3.0)),
        float(parameters.get("quantization_ceiling_search", 16.0)),
    )
    with calling(f"list the segments of {index}"):
        shards = client.indices.segments(index=index)["indices"][index]["shards"]
    sizes = [
        segment["num_docs"] + segment["deleted_docs"]
        for copies in shards.values()
        for copy in copies
        for segment in copy["segments"].values()
        if segment["search"]
    ]
    approximate = {size >= threshold for size in sizes} or {False}
    return [ceilings if each else FeatureFormat() for each in sorted(approximate)]


def interval(pairs: Sequence[Pair], formats: Iterable[Format]) -> tuple[float, float]:
    """Lowest and highest score in whichever of the formats a document is held."""
    bounds = [each.interval(pairs) for each in formats]
    return min(low for low, _ in bounds), max(high for _, high in bounds)


Kind = Literal["place", "score", "order", "missing", "unknown"]
"""place: another rank, as the format allows. Everything else is none of the format's doing:
score: outside the bounds. order: the cluster's own list is not sorted. missing: must be among the
best and is not. unknown: shares no token with the query here."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A document on which the two lists differ. Ranks from 1; None: not among the best `k`.

    `low` and `high` are the bounds of the cluster's score.
    """

    kind: Kind
    document: str
    rank_here: int | None
    rank_there: int | None
    here: float
    there: float | None
    low: float
    high: float

    @property
    def allowed(self) -> bool:
        """Whether the number format explains it."""
        return self.kind == "place"


def enough_hits(
    index: VectorIndex, query: Mapping[int, float], cluster_hits: Sequence[ClusterHit], k: int
) -> list[Hit]:
    """The embedded index's best documents, as many as `compare` needs.

    Those are all that could belong among what the cluster found: a score above the last one's
    (above 0 where it found fewer than it was asked for), and the found ones themselves.

    Args:
        index: the embedded index.
        query: dimension → weight.
        cluster_hits: what the cluster found, best first.
        k: how many it was asked for.
    """
    last = _last(cluster_hits, k)
    size = 3 * k
    while True:
        hits = index.search(query, size)
        whole = len(hits) < size
        if whole or (
            hits[-1].score <= last and {f.id for f in cluster_hits} <= {h.id for h in hits}
        ):
            return hits
        size *= 4


def compare(
    embedded: Sequence[Hit], cluster_hits: Sequence[ClusterHit], k: int, formats: Sequence[Format]
) -> list[Difference]:
    """Where the `k` best of a cluster differ from the embedded index's.

    Args:
        embedded: documents of the embedded index, best first, as `enough_hits` gives them.
        cluster_hits: what the cluster gave when asked for `k`.
        k: how many places are compared.
        formats: of the field searched.

    Returns:
        What differs, best document first; empty where both lists have the same documents in the
        same places with scores within the bounds.
    """
    hits = {hit.id: hit for hit in embedded}
    here = {hit.id: rank for rank, hit in enumerate(embedded, 1)}
    there = {document.id: rank for rank, document in enumerate(cluster_hits, 1)}
    scores = {document.id: document.score for document in cluster_hits}
    last = _last(cluster_hits, k)
    differences = []
    names = [hit.id for hit in embedded] + [d.id for d in cluster_hits if d.id not in hits]
    for name in names:
        hit, score = hits.get(name), scores.get(name)
        if hit and score is None and hit.score <= last and here[name] > k:
            continue  # in neither list, and need not be
        low, high = interval(list(hit.matches.values()), formats) if hit else (0.0, 0.0)
        kind: Kind
        if hit is None:
            kind = "unknown"
        elif score is None and low > last:
            kind = "missing"
        elif score is not None and not low <= score <= high:
            kind = "score"
        elif there.get(name, 1) > 1 and scores[name] > cluster_hits[there[name] - 2].score:
            kind = "order"
        elif min(here[name], k + 1) != there.get(name, k + 1):
            kind = "place"
        else:
            continue
        rank = here.get(name)
        differences.append(
            Difference(
                kind,
                name,
                rank if rank is not None and rank <= k else None,
                there.get(name),
                hit.score if hit else 0.0,
                score,
                low,
                high,
            )
        )
    return differences


def _last(cluster_hits: Sequence[ClusterHit], k: int) -> float:
    """The score that a document must have to be among the `k` that the cluster gave."""
    return cluster_hits[-1].score if len(cluster_hits) >= k else 0.0
