"""Forms of etyma, compared: inflections of one word, and words that only look like it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from malmoi.mnemonics.claims.claim_text import bare
from malmoi.text.english import only_letters, without_accents


def similar(a: str, b: str) -> bool:
    """Forms of one word: "currere" and "cursus", "obstinatus" and "obstinare", "grex" and "gregis".

    Without their Latin or Greek endings they are the same, or one continues the other by at most
    two letters, or both are short and differ in the last.
    """
    a, b = plain(a), plain(b)
    if not a or not b:
        return False
    if a == b:
        return True
    a, b = trunk(a), trunk(b)
    short, long = sorted((a, b), key=len)
    if short == long:
        return len(short) >= 2
    if len(short) >= 3 and long.startswith(short):
        return len(long) - len(short) <= (2 if len(short) >= 4 else 0)
    if len(short) >= 4 and len(a) == len(b) and a[:-1] == b[:-1]:
        return not {a[-1], b[-1]} <= set("aeiou")  # "ingenium" is not "ingenuus"
    return len(short) > 5 and SequenceMatcher(None, a, b).ratio() >= 0.85


def same_word(a: str, b: str) -> bool:
    """Stricter than `similar`: the same letters, or the same trunk of four and more."""
    a, b = plain(a), plain(b)
    return a == b or (trunk(a) == trunk(b) and len(trunk(a)) > 3)


_ENDING = re.compile(
    r"(?:atio(?:nis)?|ationem|atus|itus|utus|etus|entis|antis|ens|ans|are|ere|ire|ari|eri|iri|ator|"
    r"ius|eus|us|um|os|on|is|es|as|ia|a|e|i|o|ein|en|ian|an|or|er|re|ir|oun)$"
)


def trunk(form: str) -> str:
    """A form without an inflectional ending, at least two letters long."""
    cut = _ENDING.sub("", form)
    return cut if len(cut) >= 2 else form


def plain(form: str) -> str:
    """A form in the letters that all spellings of Latin and Greek share: "ποῦς" → "pous"."""
    text = bare(_latinised(form))
    for old, new in (("kh", "c"), ("rh", "r"), ("ae", "e"), ("oe", "e"), ("ph", "f"), ("th", "t"),
                     ("ch", "c"), ("k", "c"), ("y", "i"), ("j", "i"), ("v", "u"),
                     ("w", "u")):  # fmt: skip
        text = text.replace(old, new)
    return only_letters(text, latin=True)


_GREEK = dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω",
    ["a", "b", "g", "d", "e", "z", "e", "th", "i", "k", "l", "m", "n", "x", "o", "p", "r", "s", "s",
     "t", "y", "ph", "ch", "ps", "o"], strict=True))  # fmt: skip


def _latinised(form: str) -> str:
    return "".join(_GREEK.get(c, c) for c in without_accents(form.casefold()))
