"""A dense encoder of characters: what shares syllables is near. It needs no model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from malmoi.models.dense import Cached


class Characters:
    """Counts of hashed characters, rows of length 1; counts the texts that it has embedded."""

    identity = "characters"

    def __init__(self) -> None:
        self.embedded = 0

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += len(texts)
        out = np.full((len(texts), 256), 1e-3, np.float32)
        for row, text in zip(out, texts, strict=True):
            for character in text:
                row[crc32(character.encode()) % 256] += not character.isspace()
        return out / np.linalg.norm(out, axis=1, keepdims=True)

    embed_passages = embed_queries


def open_characters(model: str, cache: Path) -> Cached:
    """Takes the place of `dense.open_encoder`."""
    return Cached(Characters(), cache)
