"""Words of Korean and English text: kiwi's morphemes, English lower-cased and lightly stemmed.

Lexical overlap, BM25 and the glossary all count the same words: content morphemes, never the
particles and endings that a whitespace word of Korean carries.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from malmoi.text.english import light_stem
from malmoi.text.hangul import has_hangul

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

CONTENT_TAGS = frozenset({"NNG", "NNP", "NR", "XR", "VV", "VA", "MAG", "SL", "SH", "SN", "W_URL"})
"""Sejong tags of morphemes that carry content (https://github.com/bab2min/kiwipiepy)."""

_lock = threading.Lock()


class Morpheme(NamedTuple):
    """A morpheme: its dictionary form, Sejong tag, and place in the text (code points)."""

    form: str
    tag: str
    start: int
    end: int


@lru_cache(maxsize=1)
def _kiwi() -> Kiwi:
    from kiwipiepy import Kiwi

    return Kiwi(num_workers=1)


def clean(text: str) -> str:
    """NFC, control characters and runs of white space made single spaces."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Cs"} else c for c in text)
    return " ".join(text.split())


def morphemes(texts: Iterable[str]) -> Iterator[list[Morpheme]]:
    """The morphemes of each text, in order; tags of irregular stems lose their "-I"/"-R" suffix."""
    with _lock:
        analysed: Any = _kiwi().tokenize(list(texts))
        for tokens in analysed:
            yield [Morpheme(t.form, t.tag.split("-")[0], t.start, t.end) for t in tokens]


def content_words(text: str) -> list[str]:
    """Content words of one text in reading order, repeated as often as they stand in it."""
    return next(content_words_of([text]))


def content_words_of(texts: Iterable[str]) -> Iterator[list[str]]:
    """`content_words` of each text; Hangul as kiwi's forms, all else lower-cased and stemmed."""
    for tokens in morphemes(texts):
        yield [
            m.form if has_hangul(m.form) else light_stem(m.form)
            for m in tokens
            if m.tag in CONTENT_TAGS
        ]
