"""The most memory that this process has held at once since it was last asked to forget it."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

_PROCESS = Path("/proc/self")
_FORGET = "5"
"""What Linux takes in `clear_refs` for a new beginning (proc_pid_clear_refs(5))."""


def forget_peak() -> None:
    """Begin anew; where the system doesn't let a process do so, the peak stays that of its life."""
    with contextlib.suppress(OSError):
        (_PROCESS / "clear_refs").write_text(_FORGET)


def peak_memory() -> int:
    """Bytes of resident memory at most, of this process without those that it started."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", (_PROCESS / "status").read_text())
    except OSError:
        found = None
    if found:
        return int(found[1]) * 1024
    import resource
    import sys

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
