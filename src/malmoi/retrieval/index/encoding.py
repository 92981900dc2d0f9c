"""The vectors of documents, batch by batch, in this process or on the machines of a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malmoi.core.executors import Executor

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass
class Encoding:
    """A worker's part: the vectors of a batch of texts, as `sparse.encode_documents` gives them.

    `model` is a folder that every machine sees, or a hub id; `threads` are the driver's, since how
    many compute together can change a sum's last bit.
    """

    model: Path
    threads: int
    _encoder: Any = field(default=None, init=False)

    def __call__(self, texts: list[str]) -> csr_matrix:
        """Float32 [texts, vocabulary]."""
        from malmoi.models.sparse import encode_documents, load

        if self._encoder is None:
            import torch

            torch.set_num_threads(self.threads)
            self._encoder = load(self.model)
        return encode_documents(self._encoder, texts)


def encode_batches(
    model: Path, batches: Iterable[list[str]], executor: Executor
) -> Iterator[csr_matrix]:
    """The vectors of each batch of texts, in order; the model is loaded at the first.

    Raises:
        RunError: there is no cluster.
        StudentError: a worker can't load the model.
    """
    import torch

    with executor.connected():
        threads = executor.threads(torch.get_num_threads())
        work = Encoding(model.expanduser().absolute() if model.is_dir() else model, threads)
        yield from executor.map(work, batches, threads, executor.gpus())
