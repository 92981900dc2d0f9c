"""A stretch of a document around the words that matched, in pieces that a template marks."""

from __future__ import annotations

import re
from collections.abc import Iterable

BEFORE, LENGTH = 40, 220
"""Characters before the first word that matched, and of the whole stretch."""
SHORT = 2
"""Letters of a word that is marked only where it stands alone; longer ones may be stems."""


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
    """A word in Latin letters begins where a word begins, a short one ends there too; a word in
    Hangul may have anything around it."""
    if not word.isascii():
        return re.escape(word)
    end = r"(?![A-Za-z0-9])" if len(word) <= SHORT else ""
    return rf"(?<![A-Za-z0-9]){re.escape(word)}{end}"
