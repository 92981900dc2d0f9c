"""One model at any number of servers: each request goes to one that has a place for it.

A request that fails with a transient error is tried at the others at once; when all have failed it
waits and is tried everywhere again, as often as the recipe's `max_retries`. A server that failed 8
tries in a row is left out and asked again once a minute; one that refuses the key or the model is
left out for good. With no server left the teacher is gone. A single server is the same case.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
import time
from collections.abc import Sequence

from malmoi.core.backoff import backoff
from malmoi.core.errors import TeacherError
from malmoi.teachers import Reply, Request
from malmoi.teachers.http.endpoint import Endpoint, TransientError

logger = logging.getLogger(__name__)

GIVE_UP_AFTER = 8
"""Tries in a row that failed: then a server is left out. Requests in a row that failed in all their
tries: then nobody is left."""

LONGEST_WAIT = 600.0
"""Seconds; a server that asks for more than this is left alone, and the run can be resumed."""

LONGEST_BACKOFF = 30.0
"""Seconds; what a server asks for in Retry-After is not shortened by it."""

AWAY = 60.0
"""Seconds between two looks at a server that was left out."""

Place = tuple[Endpoint, int]
"""An endpoint with a place taken, and the ticket for it."""


class Pool:
    """Finds a place for each request, the earlier ones first. For one event loop.

    Args:
        endpoints: servers of one model.
        retries: how often a request goes round again.
        first_pause: seconds before the second round, doubled before each that follows.
        away: seconds between two looks at a server that was left out.
    """

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        retries: int,
        first_pause: float = 0.5,
        away: float = AWAY,
    ) -> None:
        self.endpoints = list(endpoints)
        self.places = sum(endpoint.limiter.max_in_flight for endpoint in endpoints)
        """Requests that may be in flight at all servers together."""
        self._left = list(endpoints)
        self._retries, self._first_pause, self._away = retries, first_pause, away
        self._failures = 0
        self._lost: list[str] = []
        self._gone: TeacherError | None = None
        self._count = itertools.count()
        self._waiting: list[tuple[int, int, set[Endpoint], asyncio.Future[Place]]] = []
        self._alarm: asyncio.TimerHandle | None = None

    async def answer(self, number: int, request: Request) -> Reply:
        """The reply to a request; of those that wait for a place the lowest `number` is first.

        Raises:
            TeacherError: no server is left.
        """
        rounds = 0
        tried: set[Endpoint] = set()
        while True:
            endpoint, ticket = await self._place(number, tried)
            try:
                reply = await endpoint.ask(request)
            except TransientError as error:
                failure = error
                if failure.overload:
                    endpoint.limiter.overloaded(ticket, failure.pause or 0.0)
                self._missed(endpoint, failure)
            except TeacherError as error:
                self._drop(endpoint, error)
                continue
            else:
                self._succeeded(endpoint)
                return reply
            finally:
                # Without an await, so that a cancelled request gives its place back as well.
                endpoint.limiter.release()
                self._dispatch()
            tried.add(endpoint)
            if any(other not in tried for other in self._at_work()):
                continue
            tried.clear()
            if rounds >= self._retries or (failure.pause or 0.0) > LONGEST_WAIT:
                return self._given_up(endpoint, failure, rounds + 1)
            pause = self._backoff(rounds)
            if failure.pause is not None:
                pause = failure.pause + min(pause, self._first_pause)
            rounds += 1
            logger.debug("try %d failed (%s); again in %.1f s", rounds, failure, pause)
            await asyncio.sleep(pause)

    def _backoff(self, failures: int) -> float:
        return backoff(failures, self._first_pause, LONGEST_BACKOFF, jitter=(0.5, 1.5))

    def _at_work(self) -> list[Endpoint]:
        return [endpoint for endpoint in self._left if not endpoint.away]

    # Places

    async def _place(self, number: int, tried: set[Endpoint]) -> Place:
        if self._gone is not None:
            raise self._gone
        place: asyncio.Future[Place] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (number, next(self._count), tried, place))
        self._dispatch()
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                place.result()[0].limiter.release()
                self._dispatch()
            raise

    def _dispatch(self) -> None:
        """Hand out the places that are free, and look again when the next one will be."""
        blocked = []
        while self._waiting:
            entry = heapq.heappop(self._waiting)
            tried, place = entry[2:]
            if place.done():
                continue
            if self._gone is not None:
                place.set_exception(self._gone)
            elif (endpoint := self._free(tried)) is not None:
                place.set_result((endpoint, endpoint.limiter.acquire()))
            else:
                blocked.append(entry)
                if not tried:  # nobody has a place: those behind need not ask
                    break
        for entry in blocked:
            heapq.heappush(self._waiting, entry)
        self._set_alarm()

    def _free(self, tried: set[Endpoint]) -> Endpoint | None:
        """The least busy server that has a place, if any; not one of `tried` if there are others.

        One that was left out gets a single request, to see whether it is back.
        """
        now = time.monotonic()
        others = [endpoint for endpoint in self._at_work() if endpoint not in tried]
        away = [each for each in self._left if each.away and each.limiter.in_flight == 0]
        ready = [e for e in [*(others or self._left), *away] if e.limiter.ready_at() <= now]
        # What is away comes first when its minute is over, for else it would never be looked at.
        return min(
            ready, key=lambda e: (not e.away, e.limiter.in_flight / e.limiter.limit), default=None
        )

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        soonest = min((e.limiter.ready_at() for e in self._left), default=float("inf"))
        if self._waiting and soonest < float("inf"):
            loop = asyncio.get_running_loop()
            wait = max(0.001, soonest - time.monotonic())
            self._alarm = loop.call_later(wait, self._dispatch)

    # What becomes of servers

    def _succeeded(self, endpoint: Endpoint) -> None:
        endpoint.limiter.succeeded()
        endpoint.misses = self._failures = 0
        if endpoint.away:
            endpoint.away = False
            logger.info(f"{endpoint.url} is back")

    def _missed(self, endpoint: Endpoint, failure: TransientError) -> None:
        """Let a server rest that failed, where there are others; leave it out after many times."""
        if not failure.busy:
            endpoint.misses += 1
        others = [other for other in self._at_work() if other is not endpoint]
        too_long = (failure.pause or 0.0) > LONGEST_WAIT
        if not others:
            return
        if endpoint.misses >= GIVE_UP_AFTER or too_long:
            if not endpoint.away:
                logger.warning(
                    f"{endpoint.url} is left out ({failure}), and asked again every "
                    f"{self._away:.0f} s; its requests go to {len(others)} other server(s)"
                )
            endpoint.away = True
            endpoint.limiter.pause(max(self._away, failure.pause or 0.0))
        elif not failure.busy:
            endpoint.limiter.pause(self._backoff(endpoint.misses - 1))

    def _drop(self, endpoint: Endpoint, error: TeacherError) -> None:
        """Leave a server out for good; the last one takes the teacher with it."""
        if endpoint in self._left:
            self._left.remove(endpoint)
            self._lost.append(str(error))
            if self._left:
                logger.warning(
                    f"{error}. That server is left out; its requests go to "
                    f"{len(self._left)} other(s)"
                )
        if not self._left:
            raise self._fatal(str(error))

    def _given_up(self, endpoint: Endpoint, failure: TransientError, tries: int) -> Reply:
        self._failures += 1
        if failure.pause is not None and failure.pause > LONGEST_WAIT:
            raise self._fatal(
                f"{failure}; it asks to wait {failure.pause:.0f} s: run again later, "
                "what was written is kept"
            )
        if not failure.reached and not any(each.answered for each in self.endpoints):
            raise self._fatal(
                f"can't reach {endpoint.url} in {tries} tries ({failure}): check that the server "
                "runs and that teacher.url is right"
            )
        if self._failures >= GIVE_UP_AFTER:
            raise self._fatal(
                f"{self._failures} requests in a row failed at {endpoint.url}, each {tries} times; "
                f"the last: {failure}. Run again when it works; what was written is kept"
            )
        return Reply("", finish="error", error=f"failed {tries} times: {failure}")

    def _fatal(self, message: str) -> TeacherError:
        """Remember that nobody is left, so that what waits behind does not ask again."""
        if self._gone is None:
            if len(self.endpoints) > 1:
                lost = "; ".join(dict.fromkeys([*self._lost, message]))
                message = f"none of the {len(self.endpoints)} servers is left: {lost}"
            self._gone = TeacherError(message)
        return self._gone

    async def close(self) -> None:
        """Close all connections."""
        if self._alarm is not None:
            self._alarm.cancel()
        for endpoint in self.endpoints:
            await endpoint.close()
