"""A stretch of a document around the words that matched, in pieces that a template marks."""

from __future__ import annotations

import re
from collections.abc import Iterable

BEFORE, LENGTH = 40, 220
"""Characters before the first word that matched, and of the whole stretch."""
SHORT = 2
"""Letters of a word that is marked only where it stands alone; longer ones may be stems."""
_PARTICLES = "을|를|이|가|은|는|의|에|에서|와|과|도|로|으로|만|들|이나|나|부터|까지|마다|처럼"
"""What stands behind a word of one syllable where it is that word: 행에서는, but not 행동."""


def snippet(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """Pieces of the text, each with whether it is one of the words.

    The stretch begins near the first of the words that stands in the text, in their order; the
    text is on one line.
    """
    wanted = [word for word in words if word]
    pattern = "|".join(_pattern(word) for word in sorted(wanted, key=len, reverse=True))
    first = next((m.start() for w in wanted if (m := _find(w, text))), 0)
    start = max(0, first - BEFORE)
    part = text[start : start + LENGTH]
    pieces: list[tuple[str, bool]] = [("… ", False)] if start else []
    end = 0
    for match in re.finditer(pattern, part, re.IGNORECASE) if pattern else ():
        pieces += [(part[end : match.start()], False), (match[0], True)]
        end = match.end()
    pieces.append((part[end:] + (" …" if start + LENGTH < len(text) else ""), False))
    return [piece for piece in pieces if piece[0]]


def _find(word: str, text: str) -> re.Match[str] | None:
    return re.search(_pattern(word), text, re.IGNORECASE)


def _pattern(word: str) -> str:
    """A word in Latin letters begins where a word begins, a short one ends there too. A word in
    Hangul may have anything around it, but one syllable, which stands in many a word (수행, 표시),
    begins where a word begins, and only particles are behind it."""
    if not word.isascii():
        if len(word) > 1:
            return re.escape(word)
        return rf"(?<![가-힣]){re.escape(word)}(?=(?:{_PARTICLES}){{0,3}}(?![가-힣]))"
    end = r"(?![A-Za-z0-9])" if len(word) <= SHORT else ""
    return rf"(?<![A-Za-z0-9]){re.escape(word)}{end}"
