"""What the published LINKS figures say, recomputed from what was published, beside ours.

    python benchmarks/links.py                                   # Markdown, as in docs/links.md
    python benchmarks/links.py --ours runs/mnemonics/results.json

Published are means alone: n = 200 words, base and student. Of a difference of two shares on the
same words one can say what an unpaired test would give, and between which bounds McNemar's exact
p lies: the number of words on which the two differ isn't known, but it can't be smaller than the
difference, nor larger than the shares allow. Of a mean of ratings without its standard deviation
one can only say how small the spread of the paired differences would have to be.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

N = 200
LEVEL = 0.95
SCALE = (1, 5)


@dataclass(frozen=True)
class Published:
    """A figure of the base and of the student: a share, or a mean of ratings 1 to 5."""

    key: str
    name: str
    base: float
    student: float
    share: bool


LINKS = (
    Published("correct_use", "correct use", 0.755, 0.795, True),
    Published("grounding", "grounded", 0.670, 0.735, True),
    Published("association", "association", 2.845, 3.070, False),
    Published("clarity", "clarity", 3.155, 3.410, False),
    Published("memorability", "memorability", 2.600, 2.900, False),
)


def unpaired(base: float, student: float, n: int = N) -> tuple[float, float, float]:
    """Newcombe's interval of a difference of two shares (1998, method 10), and Fisher's exact p.

    As if the two were measured on different words: shares are multiples of 1 / n.
    """
    from scipy.stats import binomtest, fisher_exact

    one, other = round(base * n), round(student * n)
    low_1, high_1 = binomtest(one, n).proportion_ci(LEVEL, "wilson")
    low_2, high_2 = binomtest(other, n).proportion_ci(LEVEL, "wilson")
    d, p_1, p_2 = (other - one) / n, one / n, other / n
    low = d - math.hypot(p_2 - low_2, high_1 - p_1)
    high = d + math.hypot(high_2 - p_2, p_1 - low_1)
    return low, high, float(fisher_exact([[other, n - other], [one, n - one]]).pvalue)


def mcnemar_range(base: float, student: float, n: int = N) -> list[tuple[str, int, int, float]]:
    """(case, only student, only base, exact p): fewest, independent and most differing words."""
    from scipy.stats import binomtest

    one, other = round(base * n), round(student * n)
    gain = other - one
    most = min(n - one, other)
    expected = round((1 - base) * student * n)
    cases = (("fewest", max(gain, 0)), ("independent", expected), ("most", most))
    found = []
    for case, won in cases:
        lost = won - gain
        p = float(binomtest(won, won + lost).pvalue) if won + lost else 1.0
        found.append((case, won, lost, p))
    return found


def largest_significant(base: float, student: float, n: int = N) -> int | None:
    """Most differing words with which McNemar's exact p is below .05; None if none gives it."""
    from scipy.stats import binomtest

    gain = round(student * n) - round(base * n)
    most = min(n - round(base * n), round(student * n))
    fitting = [
        2 * won - gain
        for won in range(max(gain, 0), most + 1)
        if won and binomtest(won, 2 * won - gain).pvalue < 1 - LEVEL
    ]
    return max(fitting, default=None)


def spread_needed(difference: float, n: int = N) -> float:
    """Largest standard deviation of paired differences with which a paired t test has p < .05."""
    from scipy.stats import t

    return abs(difference) * math.sqrt(n) / float(t.ppf((1 + LEVEL) / 2, n - 1))


def smallest_spread(difference: float, n: int = N) -> float:
    """Standard deviation of whole-number differences that are as alike as their mean allows."""
    share = difference - math.floor(difference)
    return math.sqrt(share * (1 - share) * n / (n - 1))


def largest_spread(mean: float) -> float:
    """Standard deviation of ratings that are all 1 or 5, with this mean."""
    return math.sqrt((mean - SCALE[0]) * (SCALE[1] - mean))


def shares() -> list[list[str]]:
    rows = []
    for f in (figure for figure in LINKS if figure.share):
        low, high, fisher = unpaired(f.base, f.student)
        cases = mcnemar_range(f.base, f.student)
        ranges = "; ".join(f"{won}:{lost} ({case}) {_p(p)}" for case, won, lost, p in cases)
        most = largest_significant(f.base, f.student)
        rows.append(
            [f.name, f"{f.base:.3f} → {f.student:.3f}", f"{f.student - f.base:+.3f}",
             f"{f.student / f.base - 1:+.1%}", f"[{low:+.3f}, {high:+.3f}]", f"{fisher:.3f}",
             ranges, f"at most {most} words differ" if most else "in no case"]
        )  # fmt: skip
    return rows


def ratings() -> list[list[str]]:
    rows = []
    for f in (figure for figure in LINKS if not figure.share):
        difference = f.student - f.base
        widest = math.hypot(largest_spread(f.base), largest_spread(f.student)) / math.sqrt(N)
        half = 1.96 * widest
        rows.append(
            [f.name, f"{f.base:.3f} → {f.student:.3f}", f"{difference:+.3f}",
             f"{f.student / f.base - 1:+.1%}",
             f"[{difference - half:+.3f}, {difference + half:+.3f}]",
             f"{spread_needed(difference):.2f}",
             f"{difference / smallest_spread(difference):.2f}"]
        )  # fmt: skip
    return rows


def beside(ours: Mapping[str, Any] | None) -> list[list[str]]:
    """LINKS's figures and ours; `ours` is a run's results.json (its "judge" part is read)."""
    judged = (ours or {}).get("judge") or {}
    scores = judged.get("scores", {})
    tests = {test["measure"]: test for test in judged.get("tests", [])}
    rows = []
    for f in LINKS:
        cells = [_score(scores.get(system, {}).get(f.key)) for system in ("base", "student")]
        test = tests.get(f.key)
        p = "–" if not test or test["p_holm"] is None else f"{test['p_holm']:.4f}"
        rows.append([f.name, f"{f.base:.3f} → {f.student:.3f}", " → ".join(cells), p])
    return rows


def _p(p: float) -> str:
    return f"p = {p:.3f}" if p >= 0.001 else "p < .001"


def _score(values: Mapping[str, Any] | None) -> str:
    if not values or values["mean"] is None:
        return "not judged"
    return f"{values['mean']:.3f} [{values['low']:.3f}, {values['high']:.3f}]"


def markdown(headers: list[str], rows: list[list[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines).replace("-0.", "−0.")


def report(ours: Mapping[str, Any] | None = None) -> str:
    """All tables as Markdown."""
    of_shares = markdown(
        ["", "base → student", "difference", "relative", "unpaired 95 % interval", "Fisher's p",
         "McNemar: only student : only base", "p < .05 if"],
        shares(),
    )  # fmt: skip
    of_ratings = markdown(
        ["", "base → student", "difference", "relative", "widest unpaired 95 % interval",
         "p < .05 if SD of differences <", "d_z at most"],
        ratings(),
    )  # fmt: skip
    both = markdown(
        ["", "LINKS, base → student", "Malmoi, base → student", "Malmoi, p (Holm)"], beside(ours)
    )
    return f"{of_shares}\n\n{of_ratings}\n\n{both}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", type=Path, help="results.json of a run with a judge")
    given = parser.parse_args().ours
    print(report(json.loads(given.read_text(encoding="utf-8")) if given else None))


if __name__ == "__main__":
    main()
