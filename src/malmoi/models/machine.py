"""What this machine is and how fast it multiplies, found out in a second and without torch."""

from __future__ import annotations

import os
import time
from pathlib import Path

_SIZE = 512
"""Rows of the matrices that are multiplied: large enough for the processor's best speed."""
_NATIVE = {"amx_bf16", "avx512_bf16"}
"""Flags of processors that multiply bfloat16 themselves, as Linux spells them."""


def cores() -> int:
    """Processor cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        return os.cpu_count() or 1


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


def measure_speed(seconds: float = 0.4) -> float:
    """Multiplications and additions of float32 matrices a second, with all cores (FLOP/s).

    The fast end of many short measurements: what else runs just now doesn't count.
    """
    import numpy as np

    matrix = np.random.default_rng(0).random((_SIZE, _SIZE), dtype=np.float32)
    _ = matrix @ matrix  # the threads are started here
    took: list[float] = []
    end = time.perf_counter() + seconds
    while not took or time.perf_counter() < end:
        began = time.perf_counter()
        _ = matrix @ matrix
        took.append(time.perf_counter() - began)
    return 2 * _SIZE**3 / sorted(took)[len(took) // 10]
