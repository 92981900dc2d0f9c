"""Bradley–Terry strengths: how good each system is, from who beat whom.

P(i beats j) = π_i / (π_i + π_j) (Bradley and Terry 1952, Biometrika 39). Fitted by the MM
algorithm: π_i ← wins_i / Σ_j n_ij / (π_i + π_j) (Hunter 2004, "MM algorithms for generalized
Bradley–Terry models", Annals of Statistics 32). A tie counts as half a win for both; that is a
convention (as in Chatbot Arena), not a model of ties such as Davidson's (1970).

A system that never lost has no finite maximum-likelihood strength (Ford 1957). So half a win either
way is added to each pair of systems that met, as one would add ½ to a 2 × 2 table with a zero; with
tens of comparisons that changes little, and `prior=0` gives plain maximum likelihood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from malmoi.core.errors import SourceError
from malmoi.evaluation.significance import SEED, draws, ends

if TYPE_CHECKING:
    from numpy.typing import NDArray

PRIOR = 0.5
MAX_STEPS = 10_000
TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class Comparison:
    """`first` against `second`: `won` is 1, 0.5 (tie) or 0. `cluster` is what it is about."""

    first: str
    second: str
    won: float
    cluster: str


@dataclass(frozen=True, slots=True)
class Strength:
    """A system's log π, with the mean of all systems at 0, and its interval.

    The difference of two is the log odds that the one beats the other.
    """

    name: str
    strength: float
    low: float
    high: float
    wins: float
    losses: float
    ties: int


def strengths(
    comparisons: Sequence[Comparison],
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = SEED,
    prior: float = PRIOR,
) -> list[Strength]:
    """Strengths of all systems, the strongest first, with bootstrap intervals over clusters.

    Args:
        comparisons: who met whom, and who won; a tie is half a win for both.
        level: of the intervals (0.95: 95 %).
        resamples: times that the clusters are drawn.
        seed: of the draws.
        prior: wins added in each direction to each pair of systems that met.

    Raises:
        SourceError: there are no comparisons, a system meets itself, or systems can't be compared
            (they never met, not even through others; or, with `prior` 0, one of them never lost or
            never won against the rest).
    """
    names = sorted({name for c in comparisons for name in (c.first, c.second)})
    clusters = sorted({c.cluster for c in comparisons})
    place = {name: i for i, name in enumerate(names)}
    row = {cluster: i for i, cluster in enumerate(clusters)}
    wins = np.zeros((len(clusters), len(names), len(names)))
    ties = np.zeros(len(names), int)
    for c in comparisons:
        if c.first == c.second or c.won not in (0, 0.5, 1):
            raise SourceError(f"{c} is no comparison: two systems, won 0, 0.5 or 1")
        i, j = place[c.first], place[c.second]
        wins[row[c.cluster], i, j] += c.won
        wins[row[c.cluster], j, i] += 1 - c.won
        ties[[i, j]] += c.won == 0.5
    total = wins.sum(axis=0)
    met = (total + total.T > 0) * prior
    _refuse_incomparable(total + met, names)
    fitted = fit((total + met)[None])[0]
    flat = wins.reshape(len(clusters), -1)
    # Where plain maximum likelihood was asked for, a resample may still have a system that never
    # lost; the least prior keeps it finite, and at the far end of the interval where it belongs.
    least = met if prior else (total + total.T > 0) * 1e-3
    drawn = [
        fit((chunk @ flat).reshape(-1, *total.shape) + least)
        for chunk in draws(len(clusters), resamples, seed)
    ]
    spread = np.concatenate(drawn)
    found = []
    for i, name in enumerate(names):
        low, high = ends(spread[:, i], level)
        won, lost = float(total[i].sum()), float(total[:, i].sum())
        half = ties[i] / 2
        found.append(
            Strength(name, float(fitted[i]), low, high, won - half, lost - half, int(ties[i]))
        )
    return sorted(found, key=lambda strength: (-strength.strength, strength.name))


def fit(wins: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log strengths [tables, systems] of tables of wins [tables, systems, systems], mean 0 each.

    wins[t, i, j] is how often i beat j. Strengths must be finite (see `strengths`).
    """
    games = wins + wins.transpose(0, 2, 1)
    won = wins.sum(axis=2)
    pi = np.ones(won.shape)
    for _ in range(MAX_STEPS):
        new = won / (games / (pi[:, :, None] + pi[:, None, :])).sum(axis=2)
        new /= np.exp(np.log(new).mean(axis=1, keepdims=True))
        change = np.abs(np.log(new) - np.log(pi)).max()
        pi = new
        if change < TOLERANCE:
            break
    logs: NDArray[np.float64] = np.log(pi)
    return logs


def _refuse_incomparable(wins: NDArray[np.float64], names: Sequence[str]) -> None:
    """Every system must have beaten every other, if through others (Ford 1957)."""
    if not names:
        raise SourceError("no comparisons: strengths need at least one")
    reach = (wins > 0) | np.eye(len(names), dtype=bool)
    for _ in names:
        reach = (reach.astype(int) @ reach.astype(int)) > 0
    if reach.all():
        return
    i, j = np.argwhere(~reach)[0]
    raise SourceError(
        f"{names[i]!r} has no win over {names[j]!r}, not even through others, so there is no "
        "finite strength: compare them with each other, or with a common third"
    )
