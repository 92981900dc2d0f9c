"""A budget in tokens and money, kept before it is overrun.

    teacher = BudgetedTeacher(teacher, token_budget=1_000_000)

A request is sent only if its upper bound (its prompt by length, its `max_tokens` in full) still
fits with those of the requests in flight; what it really cost is counted when its reply is there.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from malmoi.core.errors import BudgetSpent, TeacherError
from malmoi.teachers import Reply, Request, Teacher

ASCII_PER_TOKEN = 2
"""Characters; indented JSON has 2.1 to 2.5, English 5.0 (Gemma 3, SmolLM2). Other text is counted
as a token a byte, which no byte-level tokenizer exceeds: Korean has 4.9 bytes a token in Gemma 3,
but 1.2 in SmolLM2, which hardly knows it."""

TOKENS_PER_MESSAGE = 8
"""What a chat template puts around a turn."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of a million tokens, in one currency; thinking is counted as reply tokens."""

    prompt: float = 0.0
    reply: float = 0.0

    def cost(self, prompt_tokens: int, reply_tokens: int) -> float:
        """What these tokens cost."""
        return (prompt_tokens * self.prompt + reply_tokens * self.reply) / 1e6


@dataclass(frozen=True, slots=True)
class Spending:
    """Tokens (prompt and reply together) and money."""

    tokens: int = 0
    money: float = 0.0

    def __add__(self, other: Spending) -> Spending:
        return Spending(self.tokens + other.tokens, self.money + other.money)

    def __sub__(self, other: Spending) -> Spending:
        return Spending(self.tokens - other.tokens, self.money - other.money)


def prompt_tokens(request: Request) -> int:
    """An upper estimate of a request's prompt tokens, from its length."""
    texts = [request.prompt, *(message.content for message in request.messages)]
    if request.schema is not None:
        texts.append(json.dumps(request.schema))
    data = "".join(texts).encode("utf-8", "replace")
    plain = sum(byte < 128 for byte in data)
    size = len(data) - plain + -(-plain // ASCII_PER_TOKEN)
    return size + TOKENS_PER_MESSAGE * (1 + len(request.messages))


def upper_cost(
    requests: Iterable[Request],
    prices: Prices,
    thinking_tokens: int = 0,
    max_reply_tokens: int = 0,
) -> Spending:
    """What these requests can cost at most: prompts by length, every reply as long as allowed.

    Args:
        requests: what would be asked.
        prices: of a million tokens.
        thinking_tokens: allowed before each answer, on top of the request's `max_tokens`.
        max_reply_tokens: the recipe's limit on any one reply (0: none).
    """
    total = Spending()
    for request in requests:
        written = request.max_tokens + thinking_tokens
        written = min(written, max_reply_tokens or written)
        asked = prompt_tokens(request)
        total += Spending(asked + written, prices.cost(asked, written))
    return total


class BudgetedTeacher:
    """Any teacher, within a budget of tokens, money or both (0: no limit).

    Args:
        teacher: who is asked.
        token_budget: tokens, prompt and reply together.
        money_budget: in the currency of `prices`.
        prices: of a million tokens.
        thinking_tokens: allowed before each answer, on top of the request's `max_tokens`.
        max_reply_tokens: the recipe's limit on any one reply (0: none).
        spent: what earlier runs of the same recipe have used of it.
    """

    def __init__(
        self,
        teacher: Teacher,
        token_budget: int = 0,
        money_budget: float = 0.0,
        prices: Prices | None = None,
        thinking_tokens: int = 0,
        max_reply_tokens: int = 0,
        spent: Spending | None = None,
    ) -> None:
        self.teacher = teacher
        self.identity = teacher.identity
        self.chat = teacher.chat
        self.spent = spent or Spending()
        self._limit = Spending(token_budget, money_budget)
        self._prices = prices or Prices()
        self._thinking_tokens = thinking_tokens
        self._max_reply_tokens = max_reply_tokens

    def write(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Answer each request, in order, as long as the budget lasts.

        Raises:
            BudgetSpent: the next request could overrun the budget; all before it were answered.
        """
        source = iter(requests)
        bounds: deque[Spending] = deque()
        reserved = Spending()
        refused: Request | None = None

        def affordable() -> Iterator[Request]:
            nonlocal reserved, refused
            while (request := refused or next(source, None)) is not None:
                bound = self._bound(request)
                refused = request
                if not self._fits(reserved + bound):
                    return
                refused = None
                bounds.append(bound)
                reserved += bound
                yield request

        while True:
            answers = self.teacher.write(affordable())
            try:
                for reply in answers:
                    bound = bounds.popleft()
                    reserved -= bound
                    self.spent += _used(reply, bound, self._prices)
                    yield reply
            finally:
                close = getattr(answers, "close", None)
                if close is not None:
                    close()
            if bounds:
                raise TeacherError(
                    f"{self.identity} gave {len(bounds)} replies fewer than it had requests: "
                    "expected one for each, in order"
                )
            if refused is None:
                return
            # The replies in flight may have cost less than was kept back for them: look again.
            if not self._fits(self._bound(refused)):
                raise BudgetSpent(self._message(self._bound(refused)))

    def _bound(self, request: Request) -> Spending:
        return upper_cost([request], self._prices, self._thinking_tokens, self._max_reply_tokens)

    def _fits(self, more: Spending) -> bool:
        wanted, limit = self.spent + more, self._limit
        # Sums of floats are compared with room for rounding, a millionth of the limit.
        return (not limit.tokens or wanted.tokens <= limit.tokens) and (
            not limit.money or wanted.money <= limit.money * (1 + 1e-6)
        )

    def _message(self, next_one: Spending) -> str:
        spent, limit = self.spent, self._limit
        parts = []
        if limit.tokens:
            parts.append(
                f"{spent.tokens:,} of {limit.tokens:,} tokens are spent and the next request may "
                f"take {next_one.tokens:,} (teacher.token_budget)"
            )
        if limit.money:
            parts.append(
                f"{spent.money:.4f} of {limit.money:.4f} money is spent and the next request may "
                f"cost {next_one.money:.4f} (teacher.money_budget)"
            )
        return (
            f"the budget is used up: {'; '.join(parts)}. What was written is kept; to go on, raise "
            "the budget in the recipe (or with --set) and run again"
        )

    def close(self) -> None:
        """Close the teacher inside."""
        self.teacher.close()


def _used(reply: Reply, bound: Spending, prices: Prices) -> Spending:
    if reply.cached:
        return Spending()
    tokens = reply.prompt_tokens + reply.completion_tokens
    if not tokens and reply.finish != "error":
        return bound  # a server that doesn't count: the upper bound stands for it
    money = reply.cost or prices.cost(reply.prompt_tokens, reply.completion_tokens)
    return Spending(tokens, money)
