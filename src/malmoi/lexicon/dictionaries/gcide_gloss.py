"""Tells an English gloss from the foreign words and remarks around it."""

from __future__ import annotations

import re
from collections.abc import Callable

from malmoi.text.english import is_word, tokenize
from malmoi.text.stop_words import ARTICLES, PREPOSITIONS

Knows = Callable[[str], bool]

_MARKS = "'’-"
"""What stands inside a word, as the book writes it."""
_FOREIGN = frozenset("de du des la le les et il al el un une der das von".split())
_CONNECTIVES = ARTICLES | {"and", "or", "as", "is", "are", "was"}
_PREPOSITIONS = PREPOSITIONS - {"on"}  # "put on" is whole
_CONNECTIVES = frozenset("a an the and or as is are was".split())
_PREPOSITIONS = frozenset("of in to with by for at from into".split())
_MAX_GLOSS_WORDS = 14
_GRAMMAR = frozenset(
    "intensive diminutive frequentative inchoative participle plural genitive accusative feminine"
    " neuter masculine adverb prefix suffix".split()
)


def gloss_of(pieces: list[str], form: str, knows: Knows) -> str:
    """The pieces between commas up to the first that is not English; "" where none is left.

    `form` is the word that is glossed, which is no gloss of itself.
    """
    kept: list[str] = []
    for piece in pieces:
        words = piece.split()
        if piece.startswith("from a "):
            break
        if kept and len(words) > 1 and words[0][:3].lower() == form[:3].lower():
            break  # "notare to mark, nota mark": another form with a gloss of its own
        good = 0
        for word in words:
            if not is_english(word, knows) or word.rstrip(".") != word:
                break
            good += 1
        if good == len(words) and words:
            kept.append(piece)
            continue
        break
    while kept and re.fullmatch(r"(?:or|and|etc)\b.*", kept[-1]) and len(kept[-1].split()) == 1:
        kept.pop()
    kept = list(dict.fromkeys(kept))
    while kept and _cut_short(kept[-1]):
        kept.pop()
    gloss = ", ".join(kept).strip(" ,.;")
    words = tokenize(gloss, _MARKS, latin=True)
    if not words or len(words) > _MAX_GLOSS_WORDS or gloss.lower() in (form.lower(), *_GRAMMAR):
        return ""
    return gloss


def is_english(word: str, knows: Knows) -> bool:
    """Whether `knows` has a word, its stem or the parts between its hyphens."""
    word = word.strip("'’\".!").lower()
    if not is_word(word, _MARKS, latin=True) or word in _FOREIGN:
        return False
    if len(word) == 1:
        return word in "aio"
    if knows(word):
        return True
    for ending, put in (("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""),
                        ("ing", "e"), ("'s", "")):  # fmt: skip
        if (
            word.endswith(ending)
            and len(word) > len(ending) + 2
            and knows(word[: -len(ending)] + put)
        ):
            return True
    return "-" in word and all(is_english(part, knows) for part in word.split("-") if part)


def _cut_short(piece: str) -> bool:
    """Whether a piece ends where a remark cut it off ("the second part of"); verbs may end in
    prepositions ("to persist in")."""
    *before, last = piece.split()
    if not before:
        return False
    return last in _CONNECTIVES or (last in _PREPOSITIONS and not piece.startswith("to "))
