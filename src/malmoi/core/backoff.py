"""How long to wait before asking a server again: as long as it says, or exponentially longer."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Protocol


class Uniform(Protocol):
    """Where jitter comes from: the module `random`, or a `random.Random` with a seed."""

    def uniform(self, a: float, b: float) -> float:
        """A number between `a` and `b`."""


def backoff(
    attempt: int,
    first: float,
    longest: float,
    jitter: tuple[float, float] = (0.5, 1.0),
    source: Uniform = random,
) -> float:
    """Seconds to wait after failure number `attempt`, counted from 0: doubled each time.

    The default is the "equal jitter" of Brooker (2015), "Exponential Backoff And Jitter", AWS
    Architecture Blog.

    Args:
        attempt: failures before this one.
        first: seconds after the first failure, before jitter.
        longest: seconds at most, before jitter.
        jitter: the wait is multiplied by a number between these two, so that clients that failed
            together don't come back together.
        source: of that number.
    """
    return float(min(longest, first * 2.0**attempt) * source.uniform(*jitter))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a Retry-After header asks for (a number or an HTTP date); None without one.

    Source: RFC 9110, section 10.2.3; `retry-after-ms` is OpenAI's finer one.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        seconds = _seconds(headers.get(name, "").strip(), unit)
        if seconds is not None and isfinite(seconds):
            return max(0.0, seconds)
    return None


def _seconds(value: str, unit: float) -> float | None:
    """A number of units, or the time until a date, in seconds; None for what is neither."""
    try:
        return float(value) * unit
    except ValueError:
        pass
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return (when - datetime.now(UTC)).total_seconds()
