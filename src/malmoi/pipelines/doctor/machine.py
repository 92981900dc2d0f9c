"""Python, cores, memory, disk and bfloat16 of this machine."""

from __future__ import annotations

import platform
import shutil
import sys
from pathlib import Path

from malmoi.core.processes import cores
from malmoi.models.machine import native_bf16
from malmoi.models.memory import GIB, available_memory
from malmoi.pipelines.doctor.check import Check

OLDEST = (3, 11)
MIN_MEMORY = 3 * GIB
"""What a run with the embedded teacher and base takes at most, and some room."""
MIN_DISK = 2 * GIB
"""Weights that are unpacked once (0.8 GB), and a run of a few thousand documents."""


def check_machine(
    root: Path = Path("/"), folder: Path = Path(), oldest: tuple[int, int] = OLDEST
) -> list[Check]:
    """What this machine is.

    Args:
        root: where /proc and /sys are (tests make their own).
        folder: where runs would be written.
        oldest: the Python that is needed at least.
    """
    version = sys.version_info[:2]
    memory = _memory(root)
    disk = shutil.disk_usage(folder).free
    return [
        Check(
            "Python",
            version >= oldest,
            platform.python_version(),
            f"Install Python {oldest[0]}.{oldest[1]} or later.",
            needed=True,
        ),
        Check("processor cores", True, str(cores())),
        Check(
            "memory",
            memory is None or memory >= MIN_MEMORY,
            "not said" if memory is None else f"{memory / GIB:.1f} GiB free",
            "Close other programs, or take a teacher behind an endpoint (`malmoi teachers`).",
        ),
        Check(
            "disk",
            disk >= MIN_DISK,
            f"{disk / GIB:.1f} GiB free in {folder.resolve()}",
            "Free space, or write elsewhere: malmoi run … --runs FOLDER.",
        ),
        _bf16(root),
    ]


def _memory(root: Path) -> int | None:
    try:
        return available_memory(root)
    except ImportError:  # no /proc, and psutil comes with the extra train
        return None


def _bf16(root: Path) -> Check:
    native = native_bf16(root)
    if native is None:
        return Check("bfloat16", True, "the system doesn't say; the encoder finds out")
    return Check(
        "bfloat16",
        True,
        "native: the encoder computes in it"
        if native
        else "not native: the encoder computes in float32, about a third as fast",
    )
