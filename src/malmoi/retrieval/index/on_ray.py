"""Documents encoded on every machine of a Ray cluster: `malmoi index … --on ray`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malmoi.core import cluster

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass
class Encoding:
    """A worker's part: the vectors of a batch of texts, as `vectors.encode_documents` gives them.

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


def encode_batches(model: Path, batches: Sequence[list[str]]) -> Iterator[csr_matrix]:
    """The vectors of each batch of texts, in order.

    Raises:
        RunError: there is no cluster.
        StudentError: a worker can't load the model.
    """
    import torch

    with cluster.connected():
        threads = min(torch.get_num_threads(), cluster.smallest_machine())
        work = Encoding(model.expanduser().absolute() if model.is_dir() else model, threads)
        yield from cluster.in_order(work, batches, threads, 1 if cluster.gpus() else 0)
