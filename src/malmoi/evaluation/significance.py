"""Intervals and tests for per-query scores whose queries come in clusters.

Queries of one page share its words, so they rise and fall together; treating them as independent
makes intervals too narrow. Everything here therefore resamples or flips whole clusters (pages).
The mean stays the mean over queries.

- Bootstrap percentile intervals: Efron and Tibshirani 1993, "An introduction to the bootstrap",
  chapter 13; of clusters, Davison and Hinkley 1997, section 3.8.
- Paired permutation (sign-flip) test, two-sided: Smucker, Allan and Carterette 2007, "A comparison
  of statistical significance tests for information retrieval evaluation" (CIKM).
- Correction for the number of tests: Holm 1979, "A simple sequentially rejective multiple test
  procedure" (Scandinavian Journal of Statistics 6).

With fewer than about 20 clusters percentile intervals are too narrow, whatever the resamples.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.core.errors import SourceError
from malmoi.evaluation.metrics import Qrels

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

SEED = 13
_CHUNK = 4_000_000
"""Numbers drawn at once: 32 MB."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over queries with the ends of its bootstrap interval."""

    mean: float
    low: float
    high: float


def page_of(qrels: Qrels, queries: Sequence[str]) -> list[str]:
    """The cluster of each query: its first relevant page by id, where it has several.

    Raises:
        SourceError: a query has no relevant page.
    """
    pages = []
    for query in queries:
        relevant = [page for page, gain in qrels.get(query, {}).items() if gain > 0]
        if not relevant:
            raise SourceError(f"query {query!r} has no relevant document, so it can't be scored")
        pages.append(min(relevant))
    return pages


def bootstrap(
    values: ArrayLike,
    clusters: Sequence[str],
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = SEED,
) -> Interval:
    """The mean of values with its interval; for a paired difference give the differences.

    Clusters are drawn with replacement, each with all of its queries; a resample's mean is over the
    queries it holds.

    Args:
        values: (n,) one a query.
        clusters: (n,) the cluster of each, for instance its page.
        level: of the interval (0.95: 95 %).
        resamples: times that the clusters are drawn.
        seed: of the draws.

    Raises:
        SourceError: there are no values, or not one cluster for each.
    """
    sums, sizes = _by_cluster(values, clusters)
    means = [(drawn @ sums) / (drawn @ sizes) for drawn in draws(len(sums), resamples, seed)]
    low, high = ends(np.concatenate(means), level)
    return Interval(float(sums.sum() / sizes.sum()), low, high)


def draws(
    n: int, resamples: int, seed: int = SEED, at_once: int = _CHUNK
) -> Iterator[NDArray[np.int64]]:
    """How often each of `n` clusters is drawn in each resample, in chunks [rows, n].

    Args:
        n: clusters.
        resamples: how often all of them are drawn.
        seed: of the draws.
        at_once: numbers in a chunk at most; it changes no draw.
    """
    rng = np.random.default_rng(seed)
    for rows in _chunks(resamples, n, at_once):
        yield rng.multinomial(n, np.full(n, 1 / n), size=rows)


def ends(resampled: ArrayLike, level: float = 0.95) -> tuple[float, float]:
    """The ends of a percentile interval over the values of a figure's resamples."""
    tail = (1 - level) / 2
    low, high = np.quantile(np.asarray(resampled, float), [tail, 1 - tail])
    return float(low), float(high)


def permutation_p(
    first: ArrayLike,
    second: ArrayLike,
    clusters: Sequence[str],
    permutations: int,
    seed: int = SEED,
    at_once: int = _CHUNK,
) -> float:
    """Two-sided p of "the two systems are exchangeable on each page", from paired values.

    The sign of the difference is flipped for whole clusters at random. The observed assignment
    counts as one, so p is at least 1 / (permutations + 1) (Phipson and Smyth 2010).

    Args:
        first, second: (n,) the values of the two systems on the same queries.
        clusters: (n,) the cluster of each query, for instance its page.
        permutations: assignments of signs that are drawn.
        seed: of the draws.
        at_once: numbers drawn at once at most; it changes no draw.

    Raises:
        SourceError: there are no values, or the three don't have one length.
    """
    first, second = np.asarray(first, float), np.asarray(second, float)
    if first.shape != second.shape:
        raise SourceError(f"{len(first)} values against {len(second)}: a paired test needs pairs")
    sums, _ = _by_cluster(first - second, clusters)
    observed = abs(sums.sum())
    tolerance = 1e-9 * max(np.abs(sums).sum(), 1e-300)  # the same sum in another order is a tie
    rng = np.random.default_rng(seed)
    as_large = 0
    for rows in _chunks(permutations, len(sums), at_once):
        signs = 2.0 * rng.integers(0, 2, (rows, len(sums)), np.int8) - 1.0
        as_large += int((np.abs(signs @ sums) >= observed - tolerance).sum())
    return (as_large + 1) / (permutations + 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted for their number, in the order given, at most 1."""
    p = np.asarray(p_values, float)
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted.tolist()


def _by_cluster(
    values: ArrayLike, clusters: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum of the values and number of queries of each cluster, in the order of cluster ids."""
    values = np.asarray(values, float)
    if not len(values) or len(values) != len(clusters):
        raise SourceError(
            f"{len(values)} values with {len(clusters)} clusters: expected one cluster for each "
            "value and at least one value"
        )
    _, members = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    sums: Any = np.bincount(members, values)
    return sums, np.bincount(members).astype(np.float64)


def _chunks(rows: int, width: int, at_once: int) -> Iterator[int]:
    """Split `rows` so that a chunk of `width` columns stays small; the split changes no draw."""
    size = max(1, at_once // max(width, 1))
    for start in range(0, rows, size):
        yield min(size, rows - start)
