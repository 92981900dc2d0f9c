"""Words of Korean and English text: kiwi's morphemes, and what is written in no Hangul.

Lexical overlap, BM25 and the glossary all count the same words: content morphemes, never the
particles and endings that a whitespace word of Korean carries. Numbers, names and addresses are
words as `written` has them, whole and in parts, whatever kiwi would cut them into.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from malmoi.core.processes import cores
from malmoi.text.english import light_stem
from malmoi.text.hangul import has_hangul
from malmoi.text.hanja import hanja_matches, reading
from malmoi.text.written import words_of, written_form, written_tokens

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

CONTENT_TAGS = frozenset({"NNG", "NNP", "NR", "XR", "VV", "VA", "MAG", "SL", "SH", "SN", "W_URL"})
"""Sejong tags of morphemes that carry content (https://github.com/bab2min/kiwipiepy)."""

VERB_TAGS = frozenset({"VV", "VA", "VX", "XSV", "XSA"})
"""Verbs, adjectives, and what makes them of nouns."""

RANKED = 80_000
"""Morphemes of kiwi's dictionary that are ordered by frequency; the others are names."""
_TAGGED = re.compile("[#@](?=[가-힣])")
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

    return Kiwi(num_workers=cores())


def dictionary(size: int) -> list[tuple[str, str]]:
    """The first `size` morphemes of kiwi's dictionary with their tags, the most frequent first."""
    return [(form, tag.split("-")[0]) for form, tag in _entries(size)]


@lru_cache(maxsize=1)
def _entries(size: int) -> list[tuple[str, str]]:
    with _lock:
        kiwi = _kiwi()
        entries = [kiwi.morpheme(number) for number in range(size)]
    return [(entry.form, entry.tag) for entry in entries]


@lru_cache(maxsize=1)
def irregular_stems() -> frozenset[str]:
    """Stems of verbs and adjectives whose last consonant changes (듣다), as kiwi marks them."""
    return frozenset(form for form, tag in _entries(RANKED) if tag.endswith("-I"))


def clean(text: str) -> str:
    """NFC, control characters and runs of white space made single spaces."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Cs"} else c for c in text)
    return " ".join(text.split())


def morphemes(texts: Iterable[str]) -> Iterator[list[Morpheme]]:
    """The morphemes of each text, in order; tags of irregular stems lose their "-I"/"-R" suffix."""
    with _lock:
        analysed: Any = _kiwi().tokenize(list(texts), match_options=_matched())
        for tokens in analysed:
            yield [Morpheme(t.form, t.tag.split("-")[0], t.start, t.end) for t in tokens]


@lru_cache(maxsize=1)
def _matched() -> Any:
    """All that kiwi can find but hashtags, which would take the particle after them."""
    from kiwipiepy import Match

    return Match.ALL & ~Match.HASHTAG


def korean_morphemes(texts: Iterable[str]) -> Iterator[list[Morpheme]]:
    """The Hangul and Hanja morphemes of each text in written form.

    What is written otherwise only holds its place, so that kiwi reads the particle after it.
    """
    for found in morphemes(map(_masked, texts)):
        yield [m for m in found if m.tag not in {"SL", "SN"}]


def _masked(text: str) -> str:
    """Letters for names and ones for numbers, as long as they are; no signs of hashtags, behind
    which kiwi takes two words for a name."""
    text = _TAGGED.sub(" ", text)
    masked, end = [], 0
    for form, start, stop in written_tokens(text):
        masked += [text[end:start], ("1" if form.isdigit() else "A") * len(form)]
        end = stop
    return "".join(masked) + text[end:]


def content_words(text: str) -> list[str]:
    """Content words of one text in reading order, repeated as often as they stand in it."""
    return next(content_words_of([text]))


def content_words_of(texts: Iterable[str]) -> Iterator[list[str]]:
    """`content_words` of each text; Hangul as kiwi's forms, all else lower-cased and stemmed."""
    forms = [written_form(text) for text in texts]
    for form, found in zip(forms, korean_morphemes(forms), strict=True):
        words = [(m.start, m.form) for m in found if m.tag in CONTENT_TAGS and has_hangul(m.form)]
        for match in hanja_matches(form):
            words += [(match.start(), match[0]), (match.start(), reading(match[0]))]
        for token in written_tokens(form):
            words += [(token.start, light_stem(word)) for word in words_of(token.form)]
        yield [word for _, word in sorted(words, key=lambda pair: pair[0])]
