"""What one item of work gave: records that are kept, and rejects with the reason.

A bad candidate is data, not a crash: it goes to the ledger with its raw text and a short fixed
reason. Library code gives these; `malmoi.runs` writes them down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reject:
    """A candidate that was not kept. `reason` is a short fixed name, so that it can be counted."""

    candidate: Mapping[str, Any]
    reason: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one item gave. Tokens and cost are those of the replies it was made from."""

    records: Sequence[Mapping[str, Any]] = ()
    rejects: Sequence[Reject] = ()
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0

    @classmethod
    def joined(cls, outcomes: Iterable[Outcome]) -> Outcome:
        """Many outcomes as one: a group of items is kept whole or not at all."""
        all_of = list(outcomes)
        return cls(
            [record for outcome in all_of for record in outcome.records],
            [reject for outcome in all_of for reject in outcome.rejects],
            sum(outcome.tokens_in for outcome in all_of),
            sum(outcome.tokens_out for outcome in all_of),
            sum(outcome.cost for outcome in all_of),
        )


def groups(items: Sequence[T], size: int) -> list[tuple[T, ...]]:
    """The items in groups of `size`, which a teacher is asked for together; the last is smaller."""
    return [tuple(items[start : start + size]) for start in range(0, len(items), size)]
