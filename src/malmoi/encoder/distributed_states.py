"""States of a corpus's windows computed on the workers of an executor.

They are what encoding a corpus with a frozen body costs. The batches are those that one machine
would compute, so the states, and all that comes of them (`documents.npz`), are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from malmoi.core.executors import Executor
from malmoi.encoder.document_side import document_side
from malmoi.encoder.lexical import Lexical
from malmoi.recipe import EncoderSection

if TYPE_CHECKING:
    import torch

GROUP = 16
"""Batches that a worker gets at a time."""

Batch = list[list[int]]


@dataclass
class States:
    """A worker's part: the states of batches of windows, as float32 arrays [windows, hidden]."""

    lexical: Lexical
    section: EncoderSection
    threads: int
    _module: Any = field(default=None, init=False)

    def __call__(self, batches: list[Batch]) -> list[Any]:
        """One array for each batch."""
        if self._module is None:
            import torch

            torch.set_num_threads(self.threads)
            device = "cuda" if torch.cuda.is_available() else "cpu"
            self._module = document_side(self.lexical, self.section).to(device)
        return [states.numpy() for states in self._module.states_of(batches)]


@dataclass
class DistributedStates:
    """What a `DocumentEncoder` computes states with instead of its own body (`compute_states`)."""

    lexical: Lexical
    section: EncoderSection
    executor: Executor

    def __call__(self, batches: Sequence[Batch]) -> Iterator[torch.Tensor]:
        """States of each batch's windows [windows, hidden], in order.

        Raises:
            RunError: there is no cluster.
            StudentError: a worker can't load the body.
        """
        import torch

        groups = [list(batches[n : n + GROUP]) for n in range(0, len(batches), GROUP)]
        with self.executor.connected():
            threads = self.executor.threads(torch.get_num_threads())
            work = States(self.lexical, self.section, threads)
            for states in self.executor.map(work, groups, threads, self.executor.gpus()):
                yield from map(torch.from_numpy, states)
