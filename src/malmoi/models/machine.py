"""What this machine is and how fast it multiplies, found out in a second and without torch."""

from __future__ import annotations

import time
from pathlib import Path

from malmoi.core.processes import cores

_SIZE, _TOGETHER = 64, 256
"""Rows of the matrices that are multiplied, so few that no library uses threads; and how many."""
_NATIVE = {"amx_bf16", "avx512_bf16"}
"""Flags of processors that multiply bfloat16 themselves, as Linux spells them."""


def native_bf16(root: Path = Path("/")) -> bool | None:
    """Whether the processor multiplies bfloat16 itself; None where the system doesn't say.

    Args:
        root: where /proc is (tests make their own).
    """
    try:
        lines = (root / "proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    flags = next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), ())
    return bool(_NATIVE & set(flags)) if flags else None


def measure_speed(seconds: float = 0.5) -> float:
    """Multiplications and additions of float32 matrices a second, with all cores (FLOP/s).

    One core's, by its own clock, times the cores: what else the machine does just now, and how
    threads wait for each other then, would make it many times slower than it is.
    """
    import numpy as np

    random = np.random.default_rng(0)
    stack = random.random((_TOGETHER, _SIZE, _SIZE), dtype=np.float32)
    _ = stack @ stack[0]
    products, began, end = 0, time.thread_time(), time.perf_counter() + seconds
    while not products or time.perf_counter() < end:
        _ = stack @ stack[0]
        products += _TOGETHER
    took = max(time.thread_time() - began, 1e-6)
    return cores() * products * 2 * _SIZE**3 / took
