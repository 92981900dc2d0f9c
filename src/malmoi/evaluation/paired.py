"""Two systems on the same items: exact McNemar, Wilcoxon, both of Cohen's d, intervals, Holm.

- Yes/no figures: McNemar's test (McNemar 1947) in its exact form, a two-sided binomial test of the
  items on which the systems differ.
- Numbers and ratings: Wilcoxon's signed-rank test (Wilcoxon 1945) with Pratt's treatment of zeros
  (Pratt 1959): items without a difference are ranked with the others, then their ranks are left
  out. The p is exact up to 50 items without ties and zeros, an exact permutation of the signs up
  to 13 with them, else the normal approximation: scipy's own choice.
- Effect sizes (Lakens 2013, "Calculating and reporting effect sizes to facilitate cumulative
  science", Frontiers in Psychology 4:863): d_z = mean of the differences / their standard
  deviation (his equation 6), d_av = mean of the differences / mean of the two systems' standard
  deviations (his equation 10). Both are on paired data and they differ: name the one you quote.
- Intervals of the mean difference and Holm's correction: `malmoi.evaluation.significance`.

The two tests take items as independent; the intervals are clustered. A verdict asks for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypedDict

import numpy as np

from malmoi.core.errors import SourceError
from malmoi.evaluation.significance import SEED, bootstrap, holm

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class McNemar:
    """Items on which just one of two systems succeeded, and the two-sided exact p."""

    only_first: int
    only_second: int
    p: float


@dataclass(frozen=True, slots=True)
class Wilcoxon:
    """The smaller of the two rank sums, items without a difference, and the two-sided p."""

    statistic: float
    zeros: int
    p: float


@dataclass(frozen=True, slots=True)
class CohensD:
    """`d_z` and `d_av` of first − second; None where the standard deviation it needs is 0."""

    d_z: float | None
    d_av: float | None


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of two systems on the same items, in the same order.

    Attributes:
        name: what is measured.
        first, second: a value for each item; NaN where there is none (its pair is left out).
        better: whether more or less of it is good; "" where neither is.
    """

    name: str
    first: Sequence[float]
    second: Sequence[float]
    better: Literal["higher", "lower", ""] = "higher"


def mcnemar(first: ArrayLike, second: ArrayLike) -> McNemar:
    """Exact McNemar test of yes (1) and no (0) on the same items (n each).

    Raises:
        SourceError: there are no items, not one for one, or values besides 0 and 1.
    """
    from scipy.stats import binomtest

    a, b = _pairs(first, second)
    if not (np.isin(a, (0, 1)).all() and np.isin(b, (0, 1)).all()):
        raise SourceError("McNemar's test takes yes (1) and no (0) alone; use wilcoxon for numbers")
    only_first, only_second = int((a > b).sum()), int((b > a).sum())
    differing = only_first + only_second
    p = float(binomtest(only_first, differing, 0.5).pvalue) if differing else 1.0
    return McNemar(only_first, only_second, p)


def wilcoxon(first: ArrayLike, second: ArrayLike) -> Wilcoxon:
    """Two-sided signed-rank test of numbers on the same items (n each), zeros after Pratt.

    Where no item differs p is 1.

    Raises:
        SourceError: there are no items, or not one for one.
    """
    from scipy.stats import wilcoxon as signed_rank

    a, b = _pairs(first, second)
    # Sums of the same decimals in another order differ in their last digits; they are ties.
    differences = np.round(a - b, 9)
    zeros = int((differences == 0).sum())
    if zeros == len(differences):
        return Wilcoxon(0.0, zeros, 1.0)
    found = signed_rank(differences, zero_method="pratt", alternative="two-sided")
    return Wilcoxon(float(found.statistic), zeros, float(found.pvalue))


def cohens_d(first: ArrayLike, second: ArrayLike) -> CohensD:
    """Both standardised mean differences of paired values (n each, n ≥ 2).

    Raises:
        SourceError: fewer than two items, or not one for one.
    """
    a, b = _pairs(first, second)
    if len(a) < 2:
        raise SourceError("Cohen's d needs two items or more; saw one")
    differences = a - b
    mean = float(differences.mean())
    spread = float(differences.std(ddof=1))
    average = float(a.std(ddof=1) + b.std(ddof=1)) / 2
    small = 1e-12 * max(1.0, float(np.abs(np.concatenate([a, b])).max()))
    return CohensD(
        mean / spread if spread > small else None, mean / average if average > small else None
    )


class MeasureTest(TypedDict):
    """The paired test of a measure; the difference is first − second."""

    measure: str
    n: int
    """Whole pairs, of which `dropped` more lacked a value."""
    dropped: int
    first: float | None
    second: float | None
    difference: float | None
    low: float | None
    high: float | None
    test: str
    counts: dict[str, int]
    """McNemar's two, or Wilcoxon's zeros."""
    p: float | None
    p_holm: float | None
    """Corrected for the number of measures."""
    d_z: float | None
    d_av: float | None
    better: str
    """Which side is better: "higher", "lower" or "" (neither)."""
    verdict: str
    """"gain" or "loss" (with `better` "": "higher" or "lower") where the interval excludes 0 and
    the corrected p is below 1 − level, else "no difference shown"; or "too few pairs"."""


def paired_tests(
    measures: Sequence[Measure],
    clusters: Sequence[str],
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = SEED,
) -> list[MeasureTest]:
    """Test first − second of every measure; Holm's correction is over all of them together.

    Args:
        measures: the values of two systems on the same items.
        clusters: of each item (its word); whole clusters are drawn for the intervals.
        level: of the intervals and verdicts (0.95: 95 %).
        resamples: times that the clusters are drawn.
        seed: of the draws.

    Returns:
        A test for each measure, in order: McNemar's where all values are 0 or 1, else Wilcoxon's.
        A measure with fewer than two whole pairs has None for its figures, and isn't corrected for.

    Raises:
        SourceError: a measure has not one value a cluster.
    """
    found = [_test(measure, clusters, level, resamples, seed) for measure in measures]
    tested = [(test, test["p"]) for test in found if test["p"] is not None]
    for (test, _), p in zip(tested, holm([p for _, p in tested]), strict=True):
        test["p_holm"] = p
        test["verdict"] = _verdict(test, p < 1 - level)
    return found


def _test(
    measure: Measure, clusters: Sequence[str], level: float, resamples: int, seed: int
) -> MeasureTest:
    first, second = np.asarray(measure.first, float), np.asarray(measure.second, float)
    if not len(first) == len(second) == len(clusters):
        raise SourceError(
            f"{measure.name}: {len(first)} and {len(second)} values with {len(clusters)} clusters: "
            "a paired test needs one of each for every item"
        )
    whole = ~(np.isnan(first) | np.isnan(second))
    a, b = first[whole], second[whole]
    kept = [cluster for cluster, keep in zip(clusters, whole, strict=True) if keep]
    test: MeasureTest = {
        "measure": measure.name, "n": len(a), "dropped": int((~whole).sum()),
        "first": None, "second": None, "difference": None, "low": None, "high": None,
        "test": "", "counts": {}, "p": None, "p_holm": None, "d_z": None, "d_av": None,
        "better": measure.better, "verdict": "too few pairs",
    }  # fmt: skip
    if len(a) < 2:
        return test
    interval = bootstrap(a - b, kept, level, resamples, seed)
    effect = cohens_d(a, b)
    test["first"], test["second"] = float(a.mean()), float(b.mean())
    test["difference"], test["low"], test["high"] = interval.mean, interval.low, interval.high
    test["d_z"], test["d_av"] = effect.d_z, effect.d_av
    if np.isin(a, (0, 1)).all() and np.isin(b, (0, 1)).all():
        exact = mcnemar(a, b)
        test["test"], test["p"] = "McNemar, exact", exact.p
        test["counts"] = {"only_first": exact.only_first, "only_second": exact.only_second}
    else:
        ranks = wilcoxon(a, b)
        test["test"], test["p"] = "Wilcoxon, Pratt", ranks.p
        test["counts"] = {"zeros": ranks.zeros}
    return test


def _verdict(test: MeasureTest, sure: bool) -> str:
    low, high = test["low"], test["high"]
    if not sure or low is None or high is None or low <= 0 <= high:
        return "no difference shown"
    more = low > 0
    if not test["better"]:
        return "higher" if more else "lower"
    return "gain" if more == (test["better"] == "higher") else "loss"


def _pairs(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    a, b = np.asarray(first, float), np.asarray(second, float)
    if a.shape != b.shape or a.ndim != 1 or not len(a):
        raise SourceError(
            f"values of shapes {a.shape} and {b.shape}: a paired test needs one of each system for "
            "every item, and at least one item"
        )
    if np.isnan(a).any() or np.isnan(b).any():
        raise SourceError("NaN among the values of a paired test: leave such pairs out before it")
    return a, b
