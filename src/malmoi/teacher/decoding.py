"""How a batch of different requests is decoded together: each row by its own rules."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from malmoi.teacher import Request

if TYPE_CHECKING:
    import torch


class RowSampler:
    """A logits processor after which taking the highest score is sampling.

    Every row has its own temperature, top_p and random numbers, one a token, seeded by its
    request: what a row draws doesn't depend on its batch mates. (Its logits may, in their last
    digits, as the kernels for different batch shapes round differently.)
    """

    def __init__(self, requests: Sequence[Request], seeds: Sequence[int]) -> None:
        self._rows = [
            (index, request.temperature, request.top_p, random.Random(seed))
            for index, (request, seed) in enumerate(zip(requests, seeds, strict=True))
            if request.temperature > 0
        ]

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Scores [batch, vocabulary], where a sampled row holds 0 at its token, -inf elsewhere."""
        import torch

        if self._rows:
            scores = scores.clone()
        for index, temperature, top_p, draw in self._rows:
            shares = torch.softmax(scores[index].double() / temperature, dim=-1)
            ordered, tokens = torch.sort(shares, descending=True, stable=True)
            total = torch.cumsum(ordered, dim=-1)
            kept = int(torch.searchsorted(total, min(top_p, 1.0) * float(total[-1]))) + 1
            kept = min(kept, len(total))
            point = draw.random() * float(total[kept - 1])
            chosen = min(int(torch.searchsorted(total[:kept], point, right=True)), kept - 1)
            scores[index] = float("-inf")
            scores[index, tokens[chosen]] = 0.0
        return scores


class RowStopper:
    """A stopping criterion: a row is done at its own stop string or its own number of tokens."""

    def __init__(self, tokenizer: Any, requests: Sequence[Request], caps: Sequence[int]) -> None:
        self._tokenizer = tokenizer
        self._caps = caps
        self._stops = [request.stop for request in requests]
        # A character takes at most four tokens (its bytes), so a tail this long holds any stop.
        self._tails = [4 * max(map(len, stop), default=0) + 4 for stop in self._stops]
        self._start = -1
        self._done = [False] * len(requests)
        self.lengths = list(caps)
        """Tokens each row had written when it was done; what follows is padding."""

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        """Which rows are done, as booleans [batch]."""
        import torch

        if self._start < 0:
            self._start = input_ids.shape[1] - 1
        written = input_ids.shape[1] - self._start
        for index, stops in enumerate(self._stops):
            if self._done[index]:
                continue
            self._done[index] = written >= self._caps[index]
            if stops:
                tail = input_ids[index, max(self._start, input_ids.shape[1] - self._tails[index]) :]
                text = self._tokenizer.decode(tail, skip_special_tokens=True)
                self._done[index] |= any(stop in text for stop in stops)
            if self._done[index]:
                self.lengths[index] = written
        return torch.tensor(self._done, device=input_ids.device)


def cut_at_stop(text: str, stops: Sequence[str]) -> tuple[str, bool]:
    """`text` up to the first stop string, and whether there was one."""
    found = [place for stop in stops if stop and (place := text.find(stop)) >= 0]
    return (text[: min(found)], True) if found else (text, False)
