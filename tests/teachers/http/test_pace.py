import math
import time
from types import SimpleNamespace

import pytest

from malmoi.teachers.http import pace as module
from malmoi.teachers.http.pace import Pace


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
