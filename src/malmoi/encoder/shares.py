"""Which part of a document's weights comes of its words, of translations, of the network.

    shares = Shares(lexical, texts)
    shares.of(row, piece, weight)            # Share(word=1.9, translation=0.0, neural=0.3)

The lexical part is computed anew from the document's text: with its table it gives words and
translations, without it words alone. What a vector holds beyond that is the network's.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import NamedTuple

from malmoi.encoder.lexical import Lexical

KEPT = 20_000
"""Documents whose parts are kept in memory; a few kilobytes each."""
ROUNDING = 1e-4
"""A difference of weights below this is rounding."""


class Share(NamedTuple):
    """The parts of one weight; they add up to it."""

    word: float
    translation: float
    neural: float


class Shares:
    """Splits the weights of documents, whose parts are computed when first asked for.

    Args:
        lexical: the encoder's lexical part.
        texts: of the documents, as the encoder reads them.
    """

    def __init__(self, lexical: Lexical, texts: Sequence[str]) -> None:
        self._whole, self._words = lexical, replace(lexical, table={})
        self._texts = texts
        self._known: OrderedDict[int, tuple[dict[int, float], dict[int, float]]] = OrderedDict()
        self._lock = Lock()

    def of(self, row: int, piece: int, weight: float) -> Share:
        """The parts of a document's weight of one piece of the vocabulary.

        Args:
            row: the document's place among the texts.
            piece: the dimension.
            weight: what the encoder gave it there.
        """
        words, whole = self._parts(row)
        word = min(words.get(piece, 0.0), weight)
        translation = min(whole.get(piece, 0.0), weight) - word
        neural = weight - word - translation
        if neural < ROUNDING * max(weight, 1.0):
            word, translation, neural = (
                (word + neural, translation, 0.0) if word else (0.0, translation + neural, 0.0)
            )
        return Share(word, translation, neural)

    def _parts(self, row: int) -> tuple[dict[int, float], dict[int, float]]:
        """A document's weights of words alone, and with translations."""
        with self._lock:
            if (known := self._known.get(row)) is not None:
                self._known.move_to_end(row)
                return known
        text = [self._texts[row]]
        parts = self._words.vectors(text)[0], self._whole.vectors(text)[0]
        with self._lock:
            self._known[row] = parts
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return parts
