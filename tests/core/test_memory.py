from __future__ import annotations

import sys

import pytest

from malmoi.core.memory import forget_peak, peak_memory

LARGE = 100_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know a process's whole life")
def test_a_peak_is_forgotten() -> None:
    forget_peak()
    before = peak_memory()
    large = bytearray(LARGE)
    large[::4096] = b"x" * len(large[::4096])
    assert peak_memory() > before + LARGE // 2
    del large
    forget_peak()
    if peak_memory() > before + LARGE // 2:
        pytest.skip("this system doesn't let a process forget its peak")


def test_a_process_holds_some_megabytes() -> None:
    assert 1_000_000 < peak_memory() < 1_000_000_000_000
