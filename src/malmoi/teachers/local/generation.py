"""How requests are written together: those that are alike so far are one row.

Samples of one prompt are read once, and go on as one row until they draw different tokens: the rows
of a step are the different (prompt, tokens written so far), a prefix tree's leaves. A request that
is done leaves its row, and a row that all have left isn't computed any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from malmoi.teachers.local.decoding import Sampler, Stopper

if TYPE_CHECKING:
    import torch


STEP = 4
"""Tails are read in multiples of this many columns, so that few paddings of a head are kept."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """Prompts that begin with the same tokens: `head`, and a tail each, padded to `width`."""

    head: tuple[int, ...]
    tails: Sequence[tuple[int, ...]]
    width: int

    @property
    def shared_padding(self) -> int:
        """Columns between head and tails that are padding in every row; what stands in them is
        masked, so they are read once, with the head."""
        longest = -(-max(map(len, self.tails)) // STEP) * STEP
        return max(self.width - longest, 0) if self.head else 0


def generate(
    model: Any,
    prompts: Prompts,
    read_head: Callable[[tuple[int, ...], int, int], Any],
    sampler: Sampler,
    stopper: Stopper,
    min_rows: int,
) -> list[list[int]]:
    """The tokens that each request wrote, the one that ended it included.

    Args:
        model: a causal language model of transformers.
        prompts: a tail for each request; equal ones are read once.
        read_head: (head's tokens, number of rows, padding that follows) → the model's cache.
        sampler: chooses the next tokens.
        stopper: says which requests are done.
        min_rows: rows that are computed at least; where there are fewer, the last is repeated.
    """
    import torch

    rows = _numbered(prompts.tails)
    written: list[list[int]] = [[] for _ in prompts.tails]
    going = list(range(len(written)))
    row_of = [rows[tail] for tail in prompts.tails]
    device, known = model.device, prompts.shared_padding
    new, mask = (part.to(device) for part in _padded(_filled(list(rows), min_rows), prompts))
    new = new[:, known:]
    places = (mask.cumsum(-1) - 1).clamp(min=0)[:, len(prompts.head) + known :]
    with torch.inference_mode():
        past = read_head(prompts.head, len(new), known) if prompts.head else None
        while True:
            output = model(
                input_ids=new,
                attention_mask=mask,
                position_ids=places,
                past_key_values=past,
                use_cache=True,
                logits_to_keep=1,
            )
            past = output.past_key_values
            logits = output.logits[: len(rows), -1]
            for request, token in zip(going, sampler(logits, going, row_of), strict=True):
                written[request].append(token)
            parents = dict(zip(going, row_of, strict=True))
            going = [request for request in going if not stopper(request, written[request])]
            if not going:
                return written
            steps = [(parents[request], written[request][-1]) for request in going]
            rows = _numbered(steps)
            row_of = [rows[step] for step in steps]
            taken = _filled(list(rows), min_rows)
            parent = torch.tensor([row for row, _ in taken], device=device)
            if len(parent) != len(mask) or bool((parent.diff() != 1).any()):
                past.batch_select_indices(parent)
            new = torch.tensor([[token] for _, token in taken], device=device)
            mask = torch.cat([mask[parent], torch.ones_like(new)], dim=-1)
            places = places[parent, -1:] + 1


def _numbered(items: Sequence[Any]) -> dict[Any, int]:
    """The different items, each with its number, in order of appearance."""
    return {item: number for number, item in enumerate(dict.fromkeys(items))}


def _filled(items: list[Any], count: int) -> list[Any]:
    """The items, the last of them repeated until there are `count`."""
    return items + [items[-1]] * (count - len(items))


def _padded(
    tails: Sequence[tuple[int, ...]], prompts: Prompts
) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids [rows, width] and mask [rows, head + width]: the head, padding, a tail."""
    import torch

    ids = torch.zeros((len(tails), prompts.width), dtype=torch.long)
    mask = torch.zeros((len(tails), len(prompts.head) + prompts.width), dtype=torch.long)
    mask[:, : len(prompts.head)] = 1
    for row, tail in enumerate(tails):
        ids[row, prompts.width - len(tail) :] = torch.tensor(tail)
        mask[row, len(mask[row]) - len(tail) :] = 1
    return ids, mask
