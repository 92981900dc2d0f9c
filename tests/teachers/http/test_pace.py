import math
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import pytest

from malmoi.teachers.http import pace as module
from malmoi.teachers.http.pace import Pace, backoff, retry_after


def ready(pace: Pace) -> bool:
    return pace.ready_at() <= time.monotonic()


def test_halves_once_for_those_in_flight_together_and_never_below_one() -> None:
    pace = Pace(8)
    tickets = [pace.take(), pace.take()]
    for ticket in tickets:
        pace.overloaded(ticket)
        pace.give_back()
    limits = [pace.limit]
    for _ in range(4):
        pace.overloaded(pace.take())
        pace.give_back()
        limits.append(pace.limit)
    assert limits == [4, 2, 1, 1, 1]


def test_grows_by_one_after_as_many_successes_as_places_up_to_the_most() -> None:
    pace = Pace(4)
    pace.limit = 2
    limits = []
    for _ in range(9):
        pace.succeeded()
        limits.append(pace.limit)
    assert limits == [2, 3, 3, 3, 4, 4, 4, 4, 4]


def test_no_more_than_the_limit_at_once() -> None:
    pace = Pace(2)
    assert ready(pace)
    pace.take()
    assert ready(pace)
    pace.take()
    assert pace.ready_at() == math.inf
    pace.give_back()
    assert ready(pace)


def test_all_wait_for_what_one_was_told() -> None:
    pace = Pace(4)
    pace.overloaded(pace.take(), pause=30)
    assert 29 < pace.ready_at() - time.monotonic() <= 30
    pace.rest(1)  # a shorter one shortens nothing
    assert pace.ready_at() - time.monotonic() > 29


def test_so_many_a_minute_whenever_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now))
    pace = Pace(9, per_minute=2)
    begun = []
    for _ in range(200):
        if pace.ready_at() <= now:
            pace.take()
            pace.give_back()
            begun.append(now)
        now += 7
    assert all(begun[n + 2] - begun[n] >= 60 for n in range(len(begun) - 2))
    assert len(begun) > 200 * 7 / 70 * 2 - 2  # and not much fewer


def test_retry_after_in_both_forms() -> None:
    assert retry_after({"retry-after": "2.5"}) == 2.5
    assert retry_after({"retry-after-ms": "250", "retry-after": "1"}) == 0.25
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 30 < (retry_after({"retry-after": date}) or 0) <= 90
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    assert retry_after({"retry-after": "soon"}) is None
    assert retry_after({"retry-after": "nan"}) is None
    assert retry_after({}) is None


def test_backoff_doubles_with_jitter_up_to_a_limit() -> None:
    assert all(0.25 <= backoff(0, 0.5) <= 0.75 for _ in range(50))
    assert all(1.0 <= backoff(2, 0.5) <= 3.0 for _ in range(50))
    assert backoff(50, 0.5) <= 45.0
