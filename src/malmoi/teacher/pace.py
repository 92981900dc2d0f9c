"""How fast to ask an endpoint: additive increase, multiplicative decrease, and when to try again.

The number of requests in flight starts at the most the recipe allows, is halved when the server
says it is overloaded, and grows by one after as many successes as there are places (AIMD, Chiu and
Jain 1989, as in TCP).
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_BACKOFF = 30.0
"""Seconds; what a server asks for in Retry-After is not shortened by it."""


class Pace:
    """A gate that lets at most `limit` (1 to `most`) requests through at once.

    For one event loop; not for several threads.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.limit = float(most)
        self.in_flight = 0
        self._successes = 0
        self._cuts = 0
        self._resume_at = 0.0
        self._waiting: list[asyncio.Future[None]] = []

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[int]:
        """Wait for a place, hold it, and give a ticket for `overloaded`."""
        while self.in_flight >= int(self.limit):
            place = asyncio.get_running_loop().create_future()
            self._waiting.append(place)
            await place
        self.in_flight += 1
        try:
            while (pause := self._resume_at - time.monotonic()) > 0:
                await asyncio.sleep(pause)
            yield self._cuts
        finally:
            # Without an await, so that a cancelled request gives its place back as well.
            self.in_flight -= 1
            self._wake()

    def succeeded(self) -> None:
        """One more place after as many successes as there are places."""
        self._successes += 1
        if self._successes >= int(self.limit):
            self._successes = 0
            self.limit = min(float(self.most), self.limit + 1)
            self._wake()

    def overloaded(self, ticket: int, pause: float = 0.0) -> None:
        """Half the places, once for all requests that were in flight together; all wait `pause`."""
        self._resume_at = max(self._resume_at, time.monotonic() + pause)
        if ticket == self._cuts:
            self._cuts += 1
            self._successes = 0
            self.limit = max(1.0, self.limit / 2)

    def _wake(self) -> None:
        """Let all who wait look again, in the order in which they came."""
        waiting, self._waiting = self._waiting, []
        for place in waiting:
            if not place.done():
                place.set_result(None)


def backoff(attempt: int, first: float) -> float:
    """Seconds before try number `attempt` + 2: doubled each time, with ±50 % of jitter."""
    return min(LONGEST_BACKOFF, first * 2.0**attempt) * random.uniform(0.5, 1.5)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a Retry-After header asks for (a number or an HTTP date); None without one.

    Source: RFC 9110, section 10.2.3; `retry-after-ms` is OpenAI's finer one.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "").strip()
        if not value:
            continue
        try:
            seconds = float(value) * unit
        except ValueError:
            try:
                when = parsedate_to_datetime(value)
            except ValueError:
                continue
            if when.tzinfo is None:
                when = when.replace(tzinfo=UTC)
            seconds = (when - datetime.now(UTC)).total_seconds()
        if seconds == seconds and seconds != float("inf"):
            return max(0.0, seconds)
    return None
