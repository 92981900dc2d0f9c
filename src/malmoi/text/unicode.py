"""One form for texts that are the same: composed, of usual width; and letters that people read.

    usual_form("ＵＳＢ 제１조")    # "USB 제1조"; decomposed Hangul (NFD) is composed
    readable("바꿉니다")         # "바꿉니다"; what no syllable takes stands alone: "ㅂ니다"

A corpus is composed when it is read; this is for what comes from elsewhere, queries above all.
"""

from __future__ import annotations

import re
import unicodedata

from malmoi.text.hangul import CODAS, ONSETS, VOWELS
from malmoi.text.written import word_of

LONE_JAMO = ("\u3131", "\u318e"), ("\uffa0", "\uffdc")
"""First and last of the letters of Hangul that are typed alone ("ㅋㅋ"), of which NFKC would make
parts of syllables."""

_OTHERS = re.compile("[^{}-{}{}-{}]+".format(*LONE_JAMO[0], *LONE_JAMO[1]))
_JOINING = {
    **{0x1100 + i: letter for i, letter in enumerate(ONSETS)},
    **{0x1161 + i: letter for i, letter in enumerate(VOWELS)},
    **{0x11A7 + i: letter for i, letter in enumerate(CODAS) if letter},
}


def usual_form(text: str) -> str:
    """The text in NFKC, but with letters of Hangul that were typed alone; formatting characters
    (zero-width spaces, soft hyphens) and control characters but line breaks are spaces."""
    text = _OTHERS.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text)
    return "".join(" " if is_invisible(c) else c for c in text)


def is_invisible(character: str) -> bool:
    """Whether it formats or controls, or is half of a character; line breaks don't count."""
    return character != "\n" and unicodedata.category(character) in {"Cc", "Cf", "Cs"}


def readable(text: str) -> str:
    """A text or token composed (NFC), as people type it; letters that make no syllable are as those
    that stand alone."""
    return unicodedata.normalize("NFC", word_of(text)).translate(_JOINING)
