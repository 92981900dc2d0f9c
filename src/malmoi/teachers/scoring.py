"""How likely a teacher holds a text after a prompt: what a base model is asked where it can't chat.

    scores = scorer_of(teacher).score([Continuation("A dog is an animal: yes or no?", " yes")])

Not every teacher can: one behind HTTP or in llama.cpp gives no likelihoods of text that it did not
write. `scorer_of` says None then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from malmoi.core.files import stable_hash
from malmoi.teachers import Reply, Teacher
from malmoi.teachers.cache import ReplyCache


@dataclass(frozen=True, slots=True)
class Continuation:
    """A prompt, and a text that might follow it (with its leading space, where there is one)."""

    prompt: str
    text: str


class Scorer(Protocol):
    """A teacher that tells likelihoods; an optional part of the protocol `Teacher`."""

    identity: str

    def score(self, continuations: Sequence[Continuation]) -> list[float]:
        """log P(text | prompt) of each, in nats (0 or less), summed over the text's tokens.

        Raises:
            TeacherError: a prompt and its text don't fit into the context.
        """
        ...


class CachedScorer:
    """A scorer whose likelihoods are kept in a request cache: what was once scored is not again."""

    def __init__(self, scorer: Scorer, cache: ReplyCache) -> None:
        self.scorer, self.cache = scorer, cache
        self.identity = scorer.identity

    def score(self, continuations: Sequence[Continuation]) -> list[float]:
        """As `Scorer.score`; the new ones are committed together."""
        keys = [stable_hash([self.identity, one.prompt, one.text], 40) for one in continuations]
        known = {key: float(reply.text) for key, reply in self.cache.get_many(keys).items()}
        new = {key: one for key, one in zip(keys, continuations, strict=True) if key not in known}
        found = dict(zip(new, self.scorer.score(list(new.values())), strict=True))
        self.cache.put_many((key, Reply(repr(score))) for key, score in found.items())
        known.update(found)
        return [known[key] for key in keys]


def scorer_of(teacher: Teacher) -> Scorer | None:
    """The teacher itself, or the one inside its budget and cache (which then keeps likelihoods
    too), where it can score."""
    inner: Any = teacher
    cache: ReplyCache | None = None
    while inner is not None:
        if hasattr(inner, "score"):
            return CachedScorer(inner, cache) if cache is not None else cast(Scorer, inner)
        cache = getattr(inner, "cache", cache)
        inner = getattr(inner, "teacher", None)
    return None


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """What the model reads to score texts, as tokens: a shared head, and the rest.

    The last token of a text is never read, so " yes" and " no" after one prompt are one row.
    `scored` tokens are told: those that follow the row's last `scored` ones, itself included.
    """

    head: tuple[int, ...]
    tail: tuple[int, ...]
    scored: int

    @property
    def shape(self) -> tuple[tuple[int, ...], int, int]:
        """Head, tokens of the tail with padding, places whose logits are taken (a power of two).

        Rows of one shape go together, and a row's numbers depend on its shape alone.
        """
        return self.head, (len(self.tail) // 8 + 1) * 8, 1 << (self.scored - 1).bit_length()


def score_rows(
    model: Any,
    rows: Sequence[ScoredRow],
    texts: Sequence[Sequence[tuple[int, ...]]],
    read_head: Callable[[tuple[int, ...], int], Any],
) -> list[list[float]]:
    """Log-likelihoods of each row's texts (tokens), for rows of one shape.

    Padding stands between head and tail, so that the logits wanted are the last ones of each row:
    those of a whole row would cost more than all else, at 262,144 tokens of vocabulary.

    Args:
        model: a causal language model of transformers.
        rows: of one shape: the same head, width and places.
        texts: the token sequences that each row is scored on.
        read_head: (head's tokens, number of rows) → the model's cache after reading the head.
    """
    import torch

    head, width, places = rows[0].shape
    ids = torch.zeros((len(rows), width), dtype=torch.long)
    mask = torch.zeros((len(rows), len(head) + width), dtype=torch.long)
    mask[:, : len(head)] = 1
    for number, row in enumerate(rows):
        ids[number, width - len(row.tail) :] = torch.tensor(row.tail)
        mask[number, len(head) + width - len(row.tail) :] = 1
    ids, mask = ids.to(model.device), mask.to(model.device)
    with torch.inference_mode():
        past = read_head(head, len(rows)) if head else None
        logits = model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=(mask.cumsum(-1) - 1).clamp(min=0)[:, len(head) :],
            past_key_values=past,
            use_cache=past is not None,
            logits_to_keep=places,
        ).logits
        logs = torch.log_softmax(logits.float(), dim=-1)
        return [
            [
                float(logs[number, -row.scored :].gather(-1, _column(text, logs)).sum())
                for text in texts[number]
            ]
            for number, row in enumerate(rows)
        ]


def _column(tokens: tuple[int, ...], like: Any) -> Any:
    import torch

    return torch.tensor(tokens, device=like.device)[:, None]
