"""How near the meanings of two short texts are, by encoders of sentences where they are installed.

    near("riches", "luxurious")   # 0.42

Google's Universal Sentence Encoder is the one that every check uses; without it a text is the set
of its words, and two are as near as they share stems.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from malmoi.lexicon.morphology.inflections import Inflections
from malmoi.models import use
from malmoi.text.english import family_stem, lower_words
from malmoi.text.stop_words import FUNCTION_WORDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

_vectors: dict[str, Any] = {}
_MAX_VECTORS = 100_000


def near(a: str, b: str) -> float:
    """Cosine of two texts, about 0 (unrelated) to 1 (the same)."""
    if not use.installed():
        return shared(a, b)
    prepare((a, b))
    return float(_vectors[a] @ _vectors[b])


def prepare(texts: Iterable[str]) -> None:
    """Encode texts together, which is faster than one by one."""
    new = [text for text in dict.fromkeys(texts) if text not in _vectors]
    if not new or not use.installed():
        return
    if len(_vectors) > _MAX_VECTORS:
        _vectors.clear()
        new = list(dict.fromkeys(texts))
    _vectors.update(zip(new, _encoder().embed_queries(new), strict=True))


def shared(a: str, b: str) -> float:
    """Share of the stems of the shorter text that the longer has."""
    one, other = stems(a), stems(b)
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def stems(text: str) -> set[str]:
    """Stems of the content words of a text; irregular verbs are themselves: "taught" is "teach"."""
    return {family_stem(_base(w)) for w in lower_words(text) if w not in FUNCTION_WORDS}


_REGULAR = ("ed", "ing", "s", "ly", "y", "al", "ic", "er", "ive", "ous")


@lru_cache(maxsize=20_000)
def _base(word: str) -> str:
    """The verb of which a word is an irregular form; any other word as it is."""
    if len(word) < 3 or (len(word) > 4 and word.endswith(_REGULAR)):
        return word
    found = Inflections.open().lemmas(word)
    return found["VERB"][0] if set(found) == {"VERB"} else word


@lru_cache(maxsize=1)
def _encoder() -> use.USE:
    return use.USE()
