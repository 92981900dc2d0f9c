"""benchmarks/links.py: what the published figures allow, and that docs/links.md shows it."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from malmoi.evaluation.paired import mcnemar

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def links() -> ModuleType:
    spec = importlib.util.spec_from_file_location("links", ROOT / "benchmarks" / "links.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["links"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_the_page_shows_what_the_script_prints(links):
    page = (ROOT / "docs" / "links.md").read_text(encoding="utf-8")
    for table in links.report().split("\n\n"):
        assert table in page


def test_published_shares_are_whole_numbers_of_words(links):
    for figure in links.LINKS:
        if figure.share:
            for value in (figure.base, figure.student):
                assert value * links.N == pytest.approx(round(value * links.N))


def test_mcnemars_range_holds_every_table_with_these_shares(links):
    cases = links.mcnemar_range(0.755, 0.795)
    assert [case[1:3] for case in (cases[0], cases[-1])] == [(8, 0), (49, 41)]
    for _, won, lost, p in cases:
        both = 159 - won
        student = [1] * won + [0] * lost + [1] * both + [0] * (200 - won - lost - both)
        base = [0] * won + [1] * lost + [1] * both + [0] * (200 - won - lost - both)
        assert (sum(student), sum(base)) == (159, 151)
        assert mcnemar(student, base).p == pytest.approx(p)
    most = links.largest_significant(0.755, 0.795)
    assert most == 12  # 10 : 2, p = .039; the next, 11 : 3, has .057
    assert links.largest_significant(0.5, 0.5) is None


def test_newcombes_interval_by_hand(links):
    # Wilson: .6 of 200 in [.531, .665], .8 in [.739, .850];
    # .2 − √(.061² + .065²) and .2 + √(.050² + .069²)
    low, high, _ = links.unpaired(0.6, 0.8, 200)
    assert low == pytest.approx(0.110, abs=0.002)
    assert high == pytest.approx(0.286, abs=0.002)


def test_spread_bounds(links):
    assert links.largest_spread(3) == 2
    assert links.smallest_spread(0.5) == pytest.approx(0.5 * math.sqrt(200 / 199))
    from scipy.stats import ttest_1samp

    rng = np.random.default_rng(0)
    noise = rng.normal(size=200)
    noise = (noise - noise.mean()) / noise.std(ddof=1)
    at = links.spread_needed(0.225)
    assert ttest_1samp(0.225 + noise * at * 0.999, 0).pvalue < 0.05
    assert ttest_1samp(0.225 + noise * at * 1.001, 0).pvalue > 0.05


def test_ours_stands_beside_theirs(links):
    scores = {"mean": 3.5, "low": 3.4, "high": 3.6, "n": 9}
    ours = {"judge": {"scores": {"student": {"clarity": scores}}, "tests": [
        {"measure": "clarity", "p_holm": 0.01}
    ]}}  # fmt: skip
    row = next(row for row in links.beside(ours) if row[0] == "clarity")
    assert row[2:] == ["not judged → 3.500 [3.400, 3.600]", "0.0100"]
