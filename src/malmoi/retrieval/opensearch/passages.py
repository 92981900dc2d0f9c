"""The vectors of documents' passages, as a push adds them to what it sends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from malmoi.corpora.corpus import Document, Section
from malmoi.retrieval.opensearch.bulk import Item
from malmoi.retrieval.opensearch.mapping import PASSAGES, TEXT, TITLE, VECTOR

if TYPE_CHECKING:
    from malmoi.retrieval.index.passages import Embedder

BATCH = 64
"""Documents that are embedded together."""


def with_passages(items: Iterable[Item], embedder: Embedder) -> Iterator[Item]:
    """The items with a vector of each passage, the same as the embedded index has of it.

    Raises:
        StudentError: the encoder gives a value that is no number.
    """
    waiting = iter(items)
    while batch := list(islice(waiting, BATCH)):
        documents = [
            Document(identifier, fields[TITLE], (Section("", fields[TEXT]),))
            for identifier, fields in batch
        ]
        passages = embedder.embed(documents)
        parts = np.split(passages.floats, passages.starts[1:-1])
        for (identifier, fields), part in zip(batch, parts, strict=True):
            # The shortest decimal that is the same float32: half the bytes of a double's.
            vectors = [[float(str(value)) for value in row] for row in part]
            yield identifier, fields | {PASSAGES: [{VECTOR: vector} for vector in vectors]}
