"""What choices between pairs add up to: win rates, Bradley–Terry strengths, agreement.

The same for judges and for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from malmoi.evaluation.agreement import alpha
from malmoi.evaluation.bradley_terry import Comparison, strengths
from malmoi.evaluation.significance import SEED, bootstrap, holm
from malmoi.mnemonics.judging.pairs import STUDENT


@dataclass(frozen=True, slots=True)
class Choice:
    """One rater's choice on one pair.

    `won` is what the first side got: 1, 0.5 (tie) or 0; None where there is no choice (skipped,
    unparsable).
    """

    pair: str
    term: str
    systems: tuple[str, str]
    rater: str
    won: float | None


def aggregate_choices(
    choices: Sequence[Choice], level: float = 0.95, resamples: int = 2000, seed: int = SEED
) -> dict[str, Any]:
    """Choices of all raters together.

    Intervals draw words, each with all its choices. A meeting's p is an exact sign test over pairs
    whose raters, taken together, prefer one side (ties are left out), Holm-corrected over the
    meetings; `verdict` is "preferred" or "not preferred" where the rate's interval excludes .5 and
    that p is below 1 − level, else "no difference shown".

    Args:
        choices: of all raters.
        level: of the intervals and verdicts (0.95: 95 %).
        resamples: times that words are drawn again.
        seed: of the draws.

    Returns:
        {"raters": {name: {"choices", "missing"}}, "meetings": [{"first", "second", "pairs",
        "choices", "wins", "ties", "losses", "rate", "low", "high", "p", "p_holm", "verdict"}],
        "strengths": [{"name", "strength", "low", "high", "wins", "losses", "ties"}],
        "agreement": {"alpha", "low", "high", "units", "values", "scale"} or None with one rater}.
        `rate` is the share won by `first`, a tie counting half.
    """
    raters: dict[str, dict[str, int]] = {}
    for choice in choices:
        counts = raters.setdefault(choice.rater, {"choices": 0, "missing": 0})
        counts["missing" if choice.won is None else "choices"] += 1
    meetings = _meetings(choices, level, resamples, seed)
    compared = [
        Comparison(*choice.systems, choice.won, choice.term)
        for choice in choices
        if choice.won is not None
    ]
    return {
        "raters": dict(sorted(raters.items())),
        "meetings": meetings,
        "strengths": [asdict(s) for s in strengths(compared, level, resamples, seed)]
        if compared
        else [],
        "agreement": asdict(agreement(choices, level, resamples, seed))
        if len(raters) > 1
        else None,
    }


def sentences(totals: Mapping[str, Any], who: str) -> list[str]:
    """What `aggregate_choices` gave, in sentences; `who` chose ("reviewer", "judge")."""
    raters = totals["raters"]
    made = sum(counts["choices"] for counts in raters.values())
    missing = sum(counts["missing"] for counts in raters.values())
    found = [
        f"{made} blind choices of {len(raters)} {who}{'s' if len(raters) != 1 else ''}, "
        f"{missing} without one."
    ]
    found += [
        f"{m['first']} against {m['second']}: won {m['wins']}, tied {m['ties']}, lost "
        f"{m['losses']}; win rate {m['rate']:.3f} [{m['low']:.3f}, {m['high']:.3f}], sign test "
        f"p (Holm) = {m['p_holm']:.4f}: {m['verdict']}."
        for m in totals["meetings"]
    ]
    strong = [
        f"{s['name']} {s['strength']:+.2f} [{s['low']:+.2f}, {s['high']:+.2f}]"
        for s in totals["strengths"]
    ]
    if strong:
        found.append(f"Bradley–Terry strengths (log odds): {'; '.join(strong)}.".replace("-", "−"))
    agreed = totals["agreement"]
    if agreed:
        found.append(f"Agreement between {who}s on preferences: {alpha_text(agreed)}.")
    return found


def alpha_text(agreed: Mapping[str, Any]) -> str:
    """Krippendorff's α with its interval, for a sentence."""
    if agreed["alpha"] is None:
        return f"α is undefined ({agreed['units']} units with two values or more)"
    ends = f"[{agreed['low']:.2f}, {agreed['high']:.2f}]"
    text = f"α = {agreed['alpha']:.2f} {ends} ({agreed['scale']}, {agreed['units']} units)"
    return text.replace("-", "−")


def agreement(
    choices: Iterable[Choice], level: float = 0.95, resamples: int = 2000, seed: int = SEED
) -> Any:
    """Krippendorff's α of raters on the pairs that two or more have chosen on (`Agreement`).

    On sides, as they were seen: 1, tie, 2, on the ordinal scale. Sides are drawn at random, so α
    isn't pushed down where all raters mostly prefer the same system.

    Args:
        choices: of all raters; pairs that only one has chosen on don't count.
        level: of the interval (0.95: 95 %).
        resamples: times that pairs are drawn again.
        seed: of the draws.
    """
    by_pair: dict[str, dict[str, float | None]] = {}
    for choice in choices:
        by_pair.setdefault(choice.pair, {})[choice.rater] = choice.won
    rows = [list(by_pair[pair].values()) for pair in sorted(by_pair)]
    return alpha(rows, "ordinal", level, resamples, seed)


def majority_choices(choices: Iterable[Choice], rater: str) -> list[Choice]:
    """One choice a pair: what most of the raters prefer (as many for each side: a tie)."""
    by_pair: dict[str, list[Choice]] = {}
    for choice in choices:
        by_pair.setdefault(choice.pair, []).append(choice)
    return [
        Choice(pair, mine[0].term, mine[0].systems, rater, _majority(mine))
        for pair, mine in sorted(by_pair.items())
    ]


def _majority(choices: Sequence[Choice]) -> float | None:
    won = [choice.won for choice in choices if choice.won is not None]
    return None if not won else 0.5 + 0.5 * float(np.sign(sum(won) - len(won) / 2))


def _meetings(
    choices: Sequence[Choice], level: float, resamples: int, seed: int
) -> list[dict[str, Any]]:
    from scipy.stats import binomtest

    groups: dict[tuple[str, str], list[Choice]] = {}
    for choice in choices:
        if choice.won is not None:
            groups.setdefault(_named(choice.systems), []).append(choice)
    found: list[dict[str, Any]] = []
    for (first, second), mine in sorted(groups.items(), key=lambda group: group[0]):
        won = [_of(choice, first) for choice in mine]
        rate = bootstrap(won, [choice.term for choice in mine], level, resamples, seed)
        majority = [_of(choice, first) for choice in majority_choices(mine, "")]
        wins, losses = majority.count(1), majority.count(0)
        p = float(binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0
        found.append(
            {"first": first, "second": second, "pairs": len(majority), "choices": len(mine)}
            | {"wins": won.count(1), "ties": won.count(0.5), "losses": won.count(0)}
            | {"rate": rate.mean, "low": rate.low, "high": rate.high, "p": p}
        )
    for meeting, p in zip(found, holm([meeting["p"] for meeting in found]), strict=True):
        meeting["p_holm"] = p
        meeting["verdict"] = "no difference shown"
        if p < 1 - level and not meeting["low"] <= 0.5 <= meeting["high"]:
            meeting["verdict"] = "preferred" if meeting["low"] > 0.5 else "not preferred"
    return found


def _named(systems: tuple[str, str]) -> tuple[str, str]:
    """The student first, else in the order of names."""
    first, second = sorted(systems, key=lambda name: (not name.startswith(STUDENT), name))
    return first, second


def _of(choice: Choice, system: str) -> float:
    assert choice.won is not None
    return choice.won if choice.systems[0] == system else 1 - choice.won
