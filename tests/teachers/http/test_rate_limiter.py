import math
import time
from types import SimpleNamespace

import pytest

from malmoi.teachers.http import rate_limiter as module
from malmoi.teachers.http.rate_limiter import RateLimiter


def ready(limiter: RateLimiter) -> bool:
    return limiter.ready_at() <= time.monotonic()


def test_halves_once_for_those_in_flight_together_and_never_below_one() -> None:
    limiter = RateLimiter(8)
    tickets = [limiter.acquire(), limiter.acquire()]
    for ticket in tickets:
        limiter.overloaded(ticket)
        limiter.release()
    limits = [limiter.limit]
    for _ in range(4):
        limiter.overloaded(limiter.acquire())
        limiter.release()
        limits.append(limiter.limit)
    assert limits == [4, 2, 1, 1, 1]


def test_grows_by_one_after_as_many_successes_as_places_up_to_the_most() -> None:
    limiter = RateLimiter(4)
    limiter.limit = 2
    limits = []
    for _ in range(9):
        limiter.succeeded()
        limits.append(limiter.limit)
    assert limits == [2, 3, 3, 3, 4, 4, 4, 4, 4]


def test_no_more_than_the_limit_at_once() -> None:
    limiter = RateLimiter(2)
    assert ready(limiter)
    limiter.acquire()
    assert ready(limiter)
    limiter.acquire()
    assert limiter.ready_at() == math.inf
    limiter.release()
    assert ready(limiter)


def test_all_wait_for_what_one_was_told() -> None:
    limiter = RateLimiter(4)
    limiter.overloaded(limiter.acquire(), pause=30)
    assert 29 < limiter.ready_at() - time.monotonic() <= 30
    limiter.pause(1)  # a shorter one shortens nothing
    assert limiter.ready_at() - time.monotonic() > 29


def test_so_many_a_minute_whenever_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now))
    limiter = RateLimiter(9, per_minute=2)
    begun = []
    for _ in range(200):
        if limiter.ready_at() <= now:
            limiter.acquire()
            limiter.release()
            begun.append(now)
        now += 7
    assert all(begun[n + 2] - begun[n] >= 60 for n in range(len(begun) - 2))
    assert len(begun) > 200 * 7 / 70 * 2 - 2  # and not much fewer
