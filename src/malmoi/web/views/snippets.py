"""A stretch of a document around the words that matched, in pieces that a template marks."""

from __future__ import annotations

import re
from collections.abc import Iterable

BEFORE, LENGTH = 40, 220
"""Characters before the first word that matched, and of the whole stretch."""


def snippet(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """Pieces of the text, each with whether it is one of the words.

    The stretch begins near the first of the words that stands in the text, in their order.
    """
    text = " ".join(text.split())
    wanted = [word for word in words if word]
    pattern = "|".join(re.escape(word) for word in sorted(wanted, key=len, reverse=True))
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
    return re.search(re.escape(word), text, re.IGNORECASE)
