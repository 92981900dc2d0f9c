"""Krippendorff's α: how far raters agree beyond chance, with whatever values are missing.

    alpha([["a", "a"], ["b", "a"], ["c", "c"]], "nominal").alpha

1 is perfect agreement, 0 what chance would give, below 0 systematic disagreement. After
Krippendorff 2011, "Computing Krippendorff's alpha-reliability" (University of Pennsylvania); his
worked examples are the tests. The interval is a percentile bootstrap over units (Zapf et al. 2016,
"Measuring inter-rater reliability for nominal data", BMC Medical Research Methodology 16:93), not
Krippendorff's own resampling of single disagreements.

The ordinal difference of two values, Σ of the values' counts from one to the other less half of
both ends, is the distance of their mid-ranks; so ordinal is interval on mid-ranks.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from malmoi.core.errors import SourceError
from malmoi.evaluation.significance import SEED, draws, ends

if TYPE_CHECKING:
    from numpy.typing import NDArray

Scale = Literal["nominal", "ordinal", "interval"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """α with its interval.

    Attributes:
        alpha: None where it is undefined: nobody rated what another rated, or all pairable values
            are the same, so that there is nothing to tell apart.
        low, high: ends of the bootstrap interval over units; None where α is.
        units: units with two values or more.
        values: pairable values in them.
        scale: how differences count.
    """

    alpha: float | None
    low: float | None
    high: float | None
    units: int
    values: int
    scale: Scale


def alpha(
    ratings: Sequence[Sequence[Hashable]],
    scale: Scale,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = SEED,
) -> Agreement:
    """Krippendorff's α of ratings.

    Args:
        ratings: one sequence a unit (item) with one value a rater. None is a missing value; raters
            need not have rated the same units, and only how often a unit got each value counts.
        scale: how far two values are apart; "ordinal" and "interval" take numbers.
        level, resamples, seed: of the interval. Resamples in which α is undefined are left out.

    Raises:
        SourceError: an ordinal or interval value is no number.
    """
    units = [[value for value in unit if value is not None] for unit in ratings]
    pairable = [unit for unit in units if len(unit) > 1]
    total = sum(map(len, pairable))
    positions, names = _positions(pairable, scale)
    counts = np.zeros((len(pairable), len(names)))
    for row, unit in enumerate(pairable):
        for value in unit:
            counts[row, names[value]] += 1
    whole = _alphas(np.ones((1, len(pairable))), counts, positions, scale)[0]
    if np.isnan(whole):
        return Agreement(None, None, None, len(pairable), total, scale)
    drawn = np.concatenate(
        [
            _alphas(chunk.astype(float), counts, positions, scale)
            for chunk in draws(len(pairable), resamples, seed)
        ]
    )
    low, high = ends(drawn[~np.isnan(drawn)], level)
    return Agreement(float(whole), low, high, len(pairable), total, scale)


def _positions(
    units: Sequence[Sequence[Hashable]], scale: Scale
) -> tuple[NDArray[np.float64], dict[Hashable, int]]:
    """Values in order as numbers (of no meaning for nominal ones), and where each stands."""
    values = {value for unit in units for value in unit}
    if scale == "nominal":
        ordered: list[Hashable] = sorted(values, key=lambda value: (str(type(value)), str(value)))
        return np.arange(len(ordered), dtype=float), {v: i for i, v in enumerate(ordered)}
    numbers = [v for v in values if isinstance(v, int | float) and np.isfinite(v)]
    if len(numbers) < len(values):
        strange = sorted(map(repr, values - set(numbers)))[0]
        raise SourceError(f"{strange} is no number: α for {scale} values takes numbers and None")
    numbers.sort()
    return np.array(numbers, float), {value: i for i, value in enumerate(numbers)}


def _alphas(
    weights: NDArray[np.float64],
    counts: NDArray[np.float64],
    positions: NDArray[np.float64],
    scale: Scale,
) -> NDArray[np.float64]:
    """α for each row of `weights` [rows, units]: how often each unit is in that resample.

    1 − (n − 1) Σ o_ck δ²_ck / Σ n_c n_k δ²_ck over values c, k, with o the coincidences; NaN where
    the denominator is 0.
    """
    sizes = counts.sum(axis=1)
    scaled = counts / np.maximum(sizes - 1, 1)[:, None]
    # A unit's coincidences: counts_c × counts_k (less itself on the diagonal) / (its values − 1);
    # the diagonal has δ = 0, so it need not be right.
    width = counts.shape[1]
    pairs = (scaled[:, :, None] * counts[:, None, :]).reshape(len(counts), width * width)
    observed = (weights @ pairs).reshape(len(weights), width, width)
    marginal = weights @ counts
    if scale == "nominal":
        difference = np.broadcast_to(1.0 - np.eye(width), observed.shape)
    else:
        ranks = np.cumsum(marginal, axis=1) - marginal / 2
        place = ranks if scale == "ordinal" else np.broadcast_to(positions, marginal.shape)
        difference = (place[:, :, None] - place[:, None, :]) ** 2
    disagreement = (observed * difference).sum(axis=(1, 2))
    chance = (marginal[:, :, None] * marginal[:, None, :] * difference).sum(axis=(1, 2))
    n = marginal.sum(axis=1)
    defined = chance > 1e-12
    found = np.full(len(weights), np.nan)
    found[defined] = 1 - (n - 1)[defined] * disagreement[defined] / chance[defined]
    return found
