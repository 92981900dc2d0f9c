"""Encoding and searching are as fast, beside named peers, as when ratios were kept."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
TRIES = 3
"""Slow once is the machine's mood, slow each time is the code."""


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ratios", ROOT / "benchmarks" / "ratios.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ratios = script()


def test_worse_by_more_than_a_third_is_slower() -> None:
    before = {"a / b": 0.9, "c / d": 0.3}
    assert ratios.slower("part", before, before) == []
    assert ratios.slower("part", before, {"a / b": 9.0, "c / d": 0.21}) == []
    (said,) = ratios.slower("part", before, {"a / b": 0.59, "c / d": 0.3})
    assert "part: a / b is 0.59, was 0.9 when it was kept, and less than 0.6 fails" in said
    assert "python benchmarks/ratios.py part --keep" in said
    (said,) = ratios.slower("part", before, {"a / b": 0.9})
    assert "keep them anew" in said


def test_all_that_is_kept_is_measured() -> None:
    for part in ratios.PARTS:
        assert all(ratio > 0 for ratio in ratios.kept(part).values())


@pytest.mark.slow
@pytest.mark.parametrize("part", list(ratios.PARTS))
def test_nothing_has_become_slower(part: str) -> None:
    before, seen = ratios.kept(part), {}
    for _ in range(TRIES):
        for name, ratio in ratios.measure(part).items():
            seen[name] = max(ratio, seen.get(name, 0.0))
        if not ratios.slower(part, before, seen):
            return
    pytest.fail("\n".join(ratios.slower(part, before, seen)))
