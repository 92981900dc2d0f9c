"""What processes that train together are given in tests: importable, and picklable."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from malmoi.core.errors import TeacherError


@dataclass
class OwnDocument:
    """Scores to be learned: ten for a pair's own document, so that there is something to learn."""

    pairs: Sequence[dict[str, Any]]

    def __call__(self, numbers: Sequence[int], documents: Sequence[str]) -> np.ndarray:
        wanted = [[10.0 * (self.pairs[n]["document"] == d) for d in documents] for n in numbers]
        return np.array(wanted, np.float32)


@dataclass
class Rising:
    """Development figures that rise by `step` at each call; counts its calls in a file for each
    process."""

    folder: str
    step: float = 0.1

    def __call__(self, encoder: Any) -> dict[str, float]:
        path = Path(self.folder) / f"rank-{os.environ.get('RANK', 'alone')}"
        with path.open("a", encoding="utf-8") as file:
            file.write("x")
        return {"ndcg@10": self.step * path.stat().st_size}


def join() -> int:
    """Join the group as accelerate does on a CPU; the rank."""
    import torch.distributed as dist

    dist.init_process_group("gloo")
    return dist.get_rank()


def drift(apart: bool) -> bool:
    """End training with weights that are the same, or not."""
    import torch

    from malmoi.encoder.trainer import check_same_weights

    rank = join()
    loss: Any = torch.nn.Linear(2, 1)
    with torch.no_grad():
        loss.weight.fill_(rank if apart else 0)
        loss.bias.fill_(0)
    check_same_weights(loss)
    return True


def gather(counts: Sequence[int]) -> dict[str, Any]:
    """Each process's documents against its query; what came, and the gradient, of the first."""
    import torch
    import torch.distributed as dist

    from malmoi.encoder.losses import gather_others

    rank = join()
    own = torch.full((counts[rank], 3), float(rank + 1), requires_grad=True)
    numbers = torch.arange(counts[rank]) + 10 * rank
    vectors, names = gather_others(own, numbers)
    (vectors.sum() * (rank + 5)).backward()
    gradients: list[Any] = [None] * len(counts)
    dist.all_gather_object(gradients, None if own.grad is None else own.grad.tolist())
    return {"vectors": vectors.tolist(), "names": names.tolist(), "gradients": gradients}


def slowly(item: int) -> tuple[int, int]:
    """A worker's part that takes a moment; the square, and whose it is."""
    time.sleep(0.3)
    return item * item, os.getpid()


def refuse(item: int) -> int:
    """A worker's part that is refused with a message for the user."""
    if item == 3:
        raise TeacherError("three is too many")
    return item
