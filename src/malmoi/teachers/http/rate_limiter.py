"""How fast to ask an endpoint: additive increase, multiplicative decrease.

The number of requests in flight starts at the most the recipe allows, is halved when the server
says it is overloaded, and grows by one after as many successes as there are places (AIMD, Chiu and
Jain 1989, as in TCP).
"""

from __future__ import annotations

import math
import time
from collections import deque

MINUTE = 60.0
"""Seconds; what `per_minute` counts over, whenever it begins."""


class RateLimiter:
    """How many requests a server may have in flight (1 to `max_in_flight`), and when the next.

    For one event loop; not for several threads.

    Args:
        max_in_flight: requests in flight at most, which it starts with.
        per_minute: requests begun in any minute at most (0: no limit).
        minute: the seconds that `per_minute` counts over.
    """

    def __init__(self, max_in_flight: int, per_minute: int = 0, minute: float = MINUTE) -> None:
        self.max_in_flight = max_in_flight
        self.limit = float(max_in_flight)
        self.in_flight = 0
        self._successes = 0
        self._cuts = 0
        self._minute = minute
        self._resume_at = 0.0
        self._begun: deque[float] | None = deque(maxlen=per_minute) if per_minute else None

    def ready_at(self) -> float:
        """When the next may begin, by `time.monotonic`; infinite while all places are taken."""
        if self.in_flight >= int(self.limit):
            return math.inf
        begun = self._begun
        if begun is not None and len(begun) == begun.maxlen:
            return max(self._resume_at, begun[0] + self._minute)
        return self._resume_at

    def acquire(self) -> int:
        """Take a place; gives a ticket for `overloaded`."""
        self.in_flight += 1
        if self._begun is not None:
            self._begun.append(time.monotonic())
        return self._cuts

    def release(self) -> None:
        """Give a place back, whatever became of the request."""
        self.in_flight -= 1

    def succeeded(self) -> None:
        """One more place after as many successes as there are places."""
        self._successes += 1
        if self._successes >= int(self.limit):
            self._successes = 0
            self.limit = min(float(self.max_in_flight), self.limit + 1)

    def overloaded(self, ticket: int, pause: float = 0.0) -> None:
        """Half the places, once for all requests that were in flight together; all wait `pause`."""
        self.pause(pause)
        if ticket == self._cuts:
            self._cuts += 1
            self._successes = 0
            self.limit = max(1.0, self.limit / 2)

    def pause(self, seconds: float) -> None:
        """Begin nothing for so many `seconds`."""
        self._resume_at = max(self._resume_at, time.monotonic() + seconds)
