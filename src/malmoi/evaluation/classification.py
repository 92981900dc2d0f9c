"""How well a score or a label tells classes apart: AUC, precision, recall, macro-F1.

- AUC is the Mann-Whitney statistic: the share of (positive, negative) pairs in which the positive
  scores higher, ties counted half (Hanley and McNeil 1982, Radiology 143).
- Macro-F1 is the mean of the classes' F1 (Opitz and Burst 2019, "Macro F1 and Macro F1", their
  averaged F1); a class that neither occurs nor is predicted counts 0.
- Intervals are percentile bootstraps of examples; for AUC each side is drawn by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from malmoi.core.errors import SourceError
from malmoi.evaluation.significance import SEED, Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class ClassScore:
    """Of one class: precision, recall and F1 (0 to 1; 0 of nothing) and its examples."""

    precision: float
    recall: float
    f1: float
    examples: int


def auc(positive: ArrayLike, negative: ArrayLike) -> float:
    """The exact area under the ROC curve, 0 to 1.

    Raises:
        SourceError: one side is empty.
    """
    low = np.sort(np.asarray(negative, dtype=float))
    high = np.asarray(positive, dtype=float)
    if not len(high) or not len(low):
        raise SourceError(
            f"AUC needs scores on both sides, saw {len(high)} positive and {len(low)} "
            "negative: give at least one of each"
        )
    below = np.searchsorted(low, high, "left") + np.searchsorted(low, high, "right")
    return float(below.sum() / (2 * len(low) * len(high)))


def auc_interval(
    positive: Sequence[float], negative: Sequence[float], resamples: int = 2000, seed: int = SEED
) -> Interval:
    """`auc` with its 95 % bootstrap interval.

    Args:
        positive, negative: scores of items that should score high, and of those that should not.
        resamples: times that both are drawn again, with replacement.
        seed: of the draws.
    """
    random = np.random.default_rng(seed)
    high, low = np.asarray(positive, dtype=float), np.asarray(negative, dtype=float)
    drawn = [
        auc(random.choice(high, len(high)), random.choice(low, len(low))) for _ in range(resamples)
    ]
    first, last = np.percentile(drawn, (2.5, 97.5))
    return Interval(auc(positive, negative), float(first), float(last))


def per_class(truth: Sequence[str], predicted: Sequence[str]) -> dict[str, ClassScore]:
    """Each class that occurs in either, in alphabetical order.

    Raises:
        SourceError: the two have not the same length, or are empty.
    """
    if not truth or len(truth) != len(predicted):
        raise SourceError(
            f"expected a label for each of {len(truth)} examples, saw {len(predicted)}"
        )
    hits = Counter(t for t, p in zip(truth, predicted, strict=True) if t == p)
    real, said = Counter(truth), Counter(predicted)
    return {
        name: ClassScore(
            hits[name] / said[name] if said[name] else 0.0,
            hits[name] / real[name] if real[name] else 0.0,
            f1(hits[name], said[name], real[name]),
            real[name],
        )
        for name in sorted({*truth, *predicted})
    }


def macro_f1(truth: Sequence[str], predicted: Sequence[str]) -> float:
    """The mean F1 of the classes that occur in either, 0 to 1."""
    return float(np.mean([score.f1 for score in per_class(truth, predicted).values()]))


def macro_f1_interval(
    truth: Sequence[str], predicted: Sequence[str], resamples: int = 2000, seed: int = SEED
) -> Interval:
    """`macro_f1` with its 95 % bootstrap interval.

    Args:
        truth, predicted: the right label of each item, and the one that was given.
        resamples: times that items are drawn again, with replacement.
        seed: of the draws.
    """

    def figure(rows: NDArray[np.int64]) -> float:
        return macro_f1([truth[i] for i in rows], [predicted[i] for i in rows])

    return resampled(figure, np.arange(len(truth)), resamples, seed)


def f1(hits: int, predicted: int, real: int) -> float:
    """F1 of a class: `hits` right of `predicted` and of `real` examples; 0 where both are 0."""
    return 2 * hits / (predicted + real) if predicted + real else 0.0


def resampled(
    figure: Callable[[NDArray[np.int64]], float],
    rows: NDArray[np.int64],
    resamples: int,
    seed: int,
) -> Interval:
    """A figure of examples with its 95 % percentile bootstrap interval.

    Args:
        figure: of some examples, by their row numbers.
        rows: the examples it is taken of, drawn with replacement.
        resamples: how often.
        seed: of the draws.
    """
    random = np.random.default_rng(seed)
    values = [figure(random.choice(rows, len(rows))) for _ in range(resamples)]
    low, high = np.percentile(values, (2.5, 97.5))
    return Interval(float(figure(rows)), float(low), float(high))
