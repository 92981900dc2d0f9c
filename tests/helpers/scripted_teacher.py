"""Teachers that answer by a function, for tests."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from malmoi.core.errors import TeacherError
from malmoi.teachers import Reply, Request
from malmoi.teachers.scoring import Continuation


class ScriptedTeacher:
    """A small real teacher: it answers each request by a function, and remembers them all.

    Args:
        answer: a request to its reply; a text is a reply without tokens.
        identity, chat: as of any teacher.
        ahead: requests it takes before the first reply, as real teachers do.
        dies_after: replies after which it is gone.
    """

    def __init__(
        self,
        answer: Callable[[Request], Reply | str],
        *,
        identity: str = "scripted",
        chat: bool = True,
        ahead: int = 1,
        dies_after: int | None = None,
    ) -> None:
        self.answer, self.identity, self.chat = answer, identity, chat
        self.ahead, self.dies_after = ahead, dies_after
        self.asked: list[Request] = []
        self.given = 0
        self.calls = 0
        self.closed = False

    def write(self, requests: Iterable[Request]) -> Iterator[Reply]:
        self.calls += 1
        waiting: deque[Request] = deque()
        for request in requests:
            self._die_if_due()
            self.asked.append(request)
            waiting.append(request)
            if len(waiting) >= self.ahead:
                yield self._reply(waiting.popleft())
        while waiting:
            yield self._reply(waiting.popleft())

    def close(self) -> None:
        self.closed = True

    def _reply(self, request: Request) -> Reply:
        self._die_if_due()
        self.given += 1
        reply = self.answer(request)
        return Reply(reply) if isinstance(reply, str) else reply

    def _die_if_due(self) -> None:
        if self.given == self.dies_after:
            raise TeacherError("gone")


class ScriptedScorer(ScriptedTeacher):
    """A base model that tells likelihoods, by a function, and must not be asked to write."""

    def __init__(
        self, likelihood: Callable[[Continuation], float], *, identity: str = "base"
    ) -> None:
        super().__init__(refuse, identity=identity, chat=False)
        self.likelihood = likelihood
        self.scored: list[Continuation] = []

    def score(self, asked: Sequence[Continuation]) -> list[float]:
        self.scored += asked
        return [self.likelihood(one) for one in asked]


def refuse(request: Request) -> Reply:
    """The answer of a teacher that nothing may be asked."""
    raise AssertionError(f"asked {request}")


def asked_of(request: Request) -> str:
    """What a request asks, of a chat teacher or of a base model."""
    return request.messages[-1].content if request.messages else request.prompt


class Opened:
    """Stands for a LazyTeacher whose teacher is there already; counts how often it was opened."""

    def __init__(self, teacher: Any) -> None:
        self.teacher, self.opened = teacher, 0

    def open(self) -> Any:
        self.opened += 1
        return self.teacher
