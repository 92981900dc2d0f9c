"""What different requests that are decoded together do by themselves: draw, and stop."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from malmoi.teachers import Request

if TYPE_CHECKING:
    import torch


TOP_K, MIN_P = 40, 0.05
"""What llama.cpp draws from by default: the same for every local teacher."""


class Sampler:
    """Chooses each request's next token: the best one, or a draw where its temperature is above 0.

    Every request has its own temperature, top_p and random numbers, one a token, seeded by it:
    what it draws doesn't depend on its batch mates, nor on who else goes by the same row.
    """

    def __init__(self, requests: Sequence[Request], seeds: Sequence[int]) -> None:
        self._requests = requests
        self._random = [random.Random(seed) for seed in seeds]

    def __call__(
        self, logits: torch.Tensor, requests: Sequence[int], rows: Sequence[int]
    ) -> list[int]:
        """The next token of each request.

        Args:
            logits: [rows, vocabulary].
            requests: numbers of those that go on.
            rows: the row of each.
        """
        import torch

        best, tokens = torch.topk(logits, min(TOP_K, logits.shape[-1]), dim=-1)
        ranks = [0] * len(requests)
        warm = [n for n, request in enumerate(requests) if self._requests[request].temperature > 0]
        if warm:
            chosen = torch.tensor([rows[n] for n in warm], device=logits.device)
            drawn = self._draw(best[chosen].float(), [requests[n] for n in warm])
            for n, rank in zip(warm, drawn, strict=True):
                ranks[n] = rank
        where = torch.tensor([list(rows), ranks], device=logits.device)
        return [int(token) for token in tokens[where[0], where[1]].tolist()]

    def _draw(self, best: torch.Tensor, requests: Sequence[int]) -> list[int]:
        """Ranks among the highest logits [requests, k], which are in falling order."""
        import torch

        def column(values: Iterable[float]) -> torch.Tensor:
            return torch.tensor(list(values), device=best.device)[:, None]

        warmth = column(self._requests[request].temperature for request in requests)
        shares = torch.softmax(best / warmth, dim=-1)
        shares = shares * (shares >= MIN_P * shares[:, :1])
        shares = shares / shares.sum(-1, keepdim=True)
        # A token is in the nucleus while those before it don't yet fill top_p.
        before = torch.cumsum(shares, dim=-1) - shares
        nucleus = column(min(self._requests[request].top_p, 1.0) for request in requests)
        edges = torch.cumsum(torch.where(before < nucleus, shares, 0.0), dim=-1)
        points = column(self._random[request].random() for request in requests)
        ranks = torch.searchsorted(edges, points * edges[:, -1:], right=True)
        return [int(rank) for rank in ranks[:, 0].clamp(max=best.shape[-1] - 1).tolist()]


class Stopper:
    """Says where a reply is done: at an ending token, a stop string or its number of tokens."""

    def __init__(
        self,
        tokenizer: Any,
        requests: Sequence[Request],
        caps: Sequence[int],
        ends: Sequence[int] = (),
    ) -> None:
        self._tokenizer = tokenizer
        self._stops = [request.stop for request in requests]
        self._caps, self._ends = caps, frozenset(ends)
        # A character takes at most four tokens (its bytes), so a tail this long holds any stop.
        self._tails = [4 * max(map(len, stop), default=0) + 4 for stop in self._stops]

    def __call__(self, request: int, written: Sequence[int]) -> bool:
        """Whether the request of this number is done with the tokens that it has written."""
        if written[-1] in self._ends or len(written) >= self._caps[request]:
            return True
        stops = self._stops[request]
        if not stops:
            return False
        tail = self._tokenizer.decode(written[-self._tails[request] :], skip_special_tokens=True)
        return any(stop in tail for stop in stops)


def cut_at_stop(text: str, stops: Sequence[str]) -> tuple[str, bool]:
    """`text` up to the first stop string, and whether there was one."""
    found = [place for stop in stops if stop and (place := text.find(stop)) >= 0]
    return (text[: min(found)], True) if found else (text, False)
