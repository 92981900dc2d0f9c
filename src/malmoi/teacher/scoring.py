"""How likely a teacher holds a text after a prompt: what a base model is asked where it can't chat.

    scores = scorer_of(teacher).score([Continuation("A dog is an animal: yes or no?", " yes")])

Not every teacher can: one behind HTTP or in llama.cpp gives no likelihoods of text that it did not
write. `scorer_of` says None then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from malmoi.teacher import Teacher


@dataclass(frozen=True, slots=True)
class Continuation:
    """A prompt, and a text that might follow it (with its leading space, where there is one)."""

    prompt: str
    text: str


class Scorer(Protocol):
    """A teacher that tells likelihoods; an optional part of the protocol `Teacher`."""

    identity: str

    def score(self, asked: Sequence[Continuation]) -> list[float]:
        """log P(text | prompt) of each, in nats (0 or less), summed over the text's tokens.

        Raises:
            TeacherError: a prompt and its text don't fit into the context.
        """
        ...


def scorer_of(teacher: Teacher) -> Scorer | None:
    """The teacher itself, or the one inside its cache and budget, where it can score."""
    inner: Any = teacher
    while inner is not None:
        if hasattr(inner, "score"):
            return cast(Scorer, inner)
        inner = getattr(inner, "teacher", None)
    return None


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """A continuation as tokens: a shared head, the rest, and where the scored text begins in it."""

    index: int
    head: tuple[int, ...]
    tail: tuple[int, ...]
    first: int

    @property
    def width(self) -> int:
        """Tokens of the tail with its padding: rows of one width go together."""
        return (len(self.tail) // 16 + 1) * 16


def score_rows(
    model: Any, rows: Sequence[ScoredRow], read_head: Callable[[tuple[int, ...], int], Any]
) -> list[float]:
    """Log-likelihoods of rows of one head and width.

    Padding stands on the right, where a causal model doesn't see it.
    """
    import torch

    width, head = rows[0].width, rows[0].head
    ids = torch.zeros((len(rows), width), dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row.tail)] = torch.tensor(row.tail)
    ids = ids.to(model.device)
    with torch.inference_mode():
        past = read_head(head, len(rows)) if head else None
        places = torch.arange(len(head), len(head) + width, device=ids.device).repeat(len(rows), 1)
        logits = model(
            input_ids=ids,
            attention_mask=torch.ones((len(rows), len(head) + width), device=ids.device),
            position_ids=places,
            past_key_values=past,
            use_cache=past is not None,
        ).logits
        out = []
        for place, row in enumerate(rows):
            span = logits[place, row.first - 1 : len(row.tail) - 1].float()
            chosen = torch.tensor(row.tail[row.first :], device=ids.device)
            logs = torch.log_softmax(span, dim=-1).gather(-1, chosen[:, None])
            out.append(float(logs.sum()))
    return out
