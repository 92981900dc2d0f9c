import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from malmoi.teacher.pace import Pace, backoff, retry_after


def test_halves_once_for_those_in_flight_together_and_never_below_one() -> None:
    async def run() -> list[float]:
        pace = Pace(8)
        async with pace.turn() as first, pace.turn() as second:
            pace.overloaded(first)
            pace.overloaded(second)
        limits = [pace.limit]
        for _ in range(4):
            async with pace.turn() as ticket:
                pace.overloaded(ticket)
            limits.append(pace.limit)
        return limits

    assert asyncio.run(run()) == [4, 2, 1, 1, 1]


def test_grows_by_one_after_as_many_successes_as_places_up_to_the_most() -> None:
    pace = Pace(4)
    pace.limit = 2
    limits = []
    for _ in range(9):
        pace.succeeded()
        limits.append(pace.limit)
    assert limits == [2, 3, 3, 3, 4, 4, 4, 4, 4]


def test_no_more_than_the_limit_at_once_and_all_get_their_turn() -> None:
    async def run() -> tuple[int, list[int]]:
        pace = Pace(3)
        most, done = 0, []

        async def one(number: int) -> None:
            nonlocal most
            async with pace.turn():
                most = max(most, pace.in_flight)
                await asyncio.sleep(0)
                done.append(number)

        await asyncio.gather(*map(one, range(20)))
        assert pace.in_flight == 0
        return most, done

    most, done = asyncio.run(run())
    assert most == 3
    assert done == list(range(20))


def test_a_cancelled_one_gives_its_place_back() -> None:
    async def run() -> None:
        pace = Pace(1)

        async def hold() -> None:
            async with pace.turn():
                await asyncio.sleep(60)

        holder, waiter = asyncio.create_task(hold()), asyncio.create_task(hold())
        await asyncio.sleep(0.01)
        waiter.cancel()
        holder.cancel()
        await asyncio.gather(holder, waiter, return_exceptions=True)
        async with asyncio.timeout(5), pace.turn():
            assert pace.in_flight == 1

    asyncio.run(run())


def test_all_wait_for_what_one_was_told() -> None:
    async def run() -> float:
        pace = Pace(4)
        async with pace.turn() as ticket:
            pace.overloaded(ticket, pause=0.2)
        start = asyncio.get_running_loop().time()
        async with pace.turn():
            return asyncio.get_running_loop().time() - start

    assert asyncio.run(run()) >= 0.19


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
