"""How threads of a computation wait for each other on a machine that others use as well."""

from __future__ import annotations

import os

SPINS = "4000"
"""Turns (tens of microseconds) that a waiting thread keeps its core before it sleeps."""


def spin_briefly() -> None:
    """Let OpenMP's waiting threads sleep soon; a no-op once torch is loaded, or where it was set.

    By default they spin for milliseconds. Where other jobs take turns on the cores, that is mostly
    for a thread that isn't running, and thousands of short operations become many times slower.
    """
    if not os.environ.keys() & {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"}:
        os.environ["GOMP_SPINCOUNT"] = SPINS
