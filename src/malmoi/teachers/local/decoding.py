"""How a batch of different requests is decoded together: each row by its own rules."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from malmoi.teachers import Request

if TYPE_CHECKING:
    import torch


TOP_K, MIN_P = 40, 0.05
"""What llama.cpp draws from by default: the same for every local teacher."""


class RowSampler:
    """Chooses each row's next token: the best one, or a draw where its temperature is above 0.

    Every row has its own temperature, top_p and random numbers, one a token, seeded by its
    request: what a row draws doesn't depend on its batch mates.
    """

    def __init__(self, requests: Sequence[Request], seeds: Sequence[int]) -> None:
        chosen = [row for row, request in enumerate(requests) if request.temperature > 0]
        self._rows = chosen
        self._temperatures = [requests[row].temperature for row in chosen]
        self._top_p = [min(requests[row].top_p, 1.0) for row in chosen]
        self._draws = [random.Random(seeds[row]) for row in chosen]

    def __call__(self, logits: torch.Tensor) -> torch.Tensor:
        """Token ids [batch], from logits [batch, vocabulary]."""
        import torch

        best, tokens = torch.topk(logits, min(TOP_K, logits.shape[-1]), dim=-1)
        places = torch.zeros_like(tokens[:, :1])
        if self._rows:
            rows = torch.tensor(self._rows, device=logits.device)
            places[rows] = self._draw(best[rows].float())
        return tokens.gather(-1, places)[:, 0]

    def _draw(self, best: torch.Tensor) -> torch.Tensor:
        """Places [rows, 1] among the highest logits [rows, k], which are in falling order."""
        import torch

        device = best.device
        warmth = torch.tensor(self._temperatures, device=device)[:, None]
        shares = torch.softmax(best / warmth, dim=-1)
        shares = shares * (shares >= MIN_P * shares[:, :1])
        shares = shares / shares.sum(-1, keepdim=True)
        # A token is in the nucleus while those before it don't yet fill top_p.
        before = torch.cumsum(shares, dim=-1) - shares
        nucleus = torch.tensor(self._top_p, device=device)[:, None]
        edges = torch.cumsum(torch.where(before < nucleus, shares, 0.0), dim=-1)
        points = torch.tensor([draw.random() for draw in self._draws], device=device)
        places = torch.searchsorted(edges, (points * edges[:, -1])[:, None], right=True)
        return places.clamp(max=best.shape[-1] - 1)


class RowStopper:
    """A stopping criterion: a row is done at its own stop string or its own number of tokens."""

    def __init__(self, tokenizer: Any, requests: Sequence[Request], caps: Sequence[int]) -> None:
        self._tokenizer = tokenizer
        self._caps = caps
        self._stops = [request.stop for request in requests]
        # A character takes at most four tokens (its bytes), so a tail this long holds any stop.
        self._tails = [4 * max(map(len, stop), default=0) + 4 for stop in self._stops]
        self._done = [False] * len(requests)
        self.lengths = list(caps)
        """Tokens each row had written when it was done; what follows is padding."""

    def __call__(self, written: torch.Tensor) -> torch.Tensor:
        """Which rows are done [batch], by what was written so far [batch, tokens]."""
        import torch

        length = written.shape[1]
        for index, stops in enumerate(self._stops):
            if self._done[index]:
                continue
            self._done[index] = length >= self._caps[index]
            if stops:
                tail = written[index, max(0, length - self._tails[index]) :].tolist()
                text = self._tokenizer.decode(tail, skip_special_tokens=True)
                self._done[index] |= any(stop in text for stop in stops)
            if self._done[index]:
                self.lengths[index] = length
        return torch.tensor(self._done, device=written.device)


def cut_at_stop(text: str, stops: Sequence[str]) -> tuple[str, bool]:
    """`text` up to the first stop string, and whether there was one."""
    found = [place for stop in stops if stop and (place := text.find(stop)) >= 0]
    return (text[: min(found)], True) if found else (text, False)
