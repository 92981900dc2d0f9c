"""Waits between two tries: doubled, jittered, and what a server asks for."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from malmoi.core.backoff import backoff, retry_after


def test_backoff_doubles_with_jitter_up_to_a_limit() -> None:
    assert all(0.25 <= backoff(0, 0.5, 30.0, (0.5, 1.5)) <= 0.75 for _ in range(50))
    assert all(1.0 <= backoff(2, 0.5, 30.0, (0.5, 1.5)) <= 3.0 for _ in range(50))
    assert all(15.0 <= backoff(50, 0.5, 30.0) <= 30.0 for _ in range(50))


def test_a_seed_gives_the_same_waits() -> None:
    one, same, other = random.Random(1), random.Random(1), random.Random(2)
    waits = [[backoff(n, 0.5, 30.0, source=each) for n in range(9)] for each in (one, same, other)]
    assert waits[0] == waits[1] != waits[2]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after": " 7 "}, 7.0),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "1"}, 1.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 -0000"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_retry_after_in_all_its_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_retry_after_as_a_date() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 30 < (retry_after({"retry-after": date}) or 0) <= 90
