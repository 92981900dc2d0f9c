"""Who writes: one protocol, three ways (over HTTP, embedded llama.cpp, transformers in-process).

    with open_teacher(recipe.teacher, cache=Path("cache.sqlite")) as teacher:
        for reply in teacher.write(requests):   # in the order of the requests
            print(reply.text)

A request is a chat (messages) or a few-shot completion (prompt), never both; `teacher.chat` says
which one this teacher wants. Replies come back in the order of the requests, so that what is
appended to a file is the same however many requests were in flight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Finish = Literal["stop", "length", "error"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a teacher.

    `sample` numbers independent samples of one prompt; with `temperature` > 0 each has a seed of
    its own, derived from the request, so that a resumed run asks for the same text again.
    """

    messages: tuple[Message, ...] = ()
    prompt: str = ""
    max_tokens: int = 256
    temperature: float = 0.0
    top_p: float = 1.0
    stop: tuple[str, ...] = ()
    schema: dict[str, Any] | None = field(default=None, hash=False)
    sample: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `text` has no thinking in it; `raw` is everything the model wrote.

    `finish` is "stop" (the model ended), "length" (cut off by max_tokens: truncated, not wrong)
    or "error" (no text; `error` says why). Tokens are counted by the server; `cost` is in the
    currency of the recipe's prices, 0 where there are none. `cached` is true where no model ran.
    """

    text: str
    raw: str = ""
    thinking: str = ""
    finish: Finish = "stop"
    error: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    cached: bool = False


class Teacher(Protocol):
    """Anything that writes. `identity` names model and weights in cache keys and fingerprints."""

    identity: str
    chat: bool

    def write(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Answer each request, in order, lazily; a failed one gives a Reply with `finish="error"`.

        Raises:
            TeacherError: the teacher is gone for good (not for a single request that failed).
            BudgetSpent: the budget is used up.
        """
        ...

    def close(self) -> None:
        """Free the model or the connections."""
        ...
