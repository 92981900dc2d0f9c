"""Terms of both languages, and the keys under which sources look them up.

    [word.form for word in next(korean_words(["행을 삭제합니다"]))]  # ["행", "삭제"]
    [word.form for word in english_words("Deletes the rows")]        # ["delete", "row"]
    korean_keys(["글꼴 색", "찾기"])  # [("글꼴색",), ("찾다", "찾기")]
    english_keys("Rows")               # ("row",)

A key of a Korean term is its content morphemes written without spaces, so that the term is found
however kiwi cut it in running text; predicates end in 다. A key of an English term is its content
words without plural and -s, joined by spaces; function words inside a term ("end of line") are left
out, but those that turn its meaning round ("not", "without") stay. A term has a second key where
the first might be a wrong analysis; sources take what either of them finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from malmoi.text.english import light_stem
from malmoi.text.hangul import has_hangul
from malmoi.text.morphemes import clean, morphemes
from malmoi.text.stop_words import FUNCTION_WORDS

MAX_TERM_WORDS = 4
"""Content words of the longest term."""
POLARITY = frozenset(
    "not no off on out all above below before after under over down up without".split()
)
"""Function words whose absence would make another term of it ("off", "not equal"). The last word of
a text or clause is kept too ("zoom in", "save as")."""

_ENGLISH_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:['’.+#/-][A-Za-z0-9]+)*[+#]*|\d+[A-Za-z]+")
_NOUNS = frozenset({"NNG", "NNP", "NR", "XR", "SL", "SN", "SH", "NNB", "W_URL"})
_PREDICATES = frozenset({"VV", "VA", "VCN"})
_OTHERS = frozenset({"MAG", "MM", "XPN", "XSN", "VX"})
_EMPTY = frozenset({"들", "것", "수", "등", "때", "하", "있", "되", "이", "그", "저", "의", "및"})
"""Bound nouns, auxiliaries, demonstratives: they are no terms, and stand everywhere."""
_KEPT_VX = frozenset({"않", "못하", "말"})
_ENDINGS = re.compile(r"(?:하기|되기|하다|되다|시키기|시키다|합니다|됩니다|기|다|함|됨)$")
_LEAD = re.compile(r"^(?:to|the|an?)\s+(?=\w)", re.IGNORECASE)
_CLAUSE_END = re.compile(r"\s*(?:$|[.,;:)|\n])")
_IRREGULAR = {
    "children": "child", "men": "man", "women": "woman", "people": "person", "feet": "foot",
    "teeth": "tooth", "mice": "mouse", "indices": "index", "indexes": "index",
    "matrices": "matrix", "vertices": "vertex", "axes": "axis", "criteria": "criterion",
    "analyses": "analysis", "leaves": "leaf", "lives": "life", "knives": "knife",
    "wolves": "wolf", "shelves": "shelf", "series": "series", "species": "species",
    "does": "do", "goes": "go", "has": "have", "shoes": "shoe", "heroes": "hero",
    "tomatoes": "tomato", "potatoes": "potato", "columns": "column", "movies": "movie",
    "cookies": "cookie", "ties": "tie", "pies": "pie", "lies": "lie", "dies": "die",
}  # fmt: skip


class Word(NamedTuple):
    """A content word of a text: its form, its place (code points), and whether it is a noun."""

    form: str
    start: int
    end: int
    noun: bool


def korean_words(texts: Iterable[str]) -> Iterator[list[Word]]:
    """The content words of each Korean text, in reading order; Latin words in it are lower case."""
    for found in morphemes(texts):
        words = []
        for m in found:
            if (m.tag in _PREDICATES and m.form not in _EMPTY) or (
                m.tag == "VX" and m.form in _KEPT_VX
            ):
                words.append(Word(m.form + "다", m.start, m.end, False))
            elif m.tag in _NOUNS and m.form not in _EMPTY:
                form = m.form if has_hangul(m.form) else light_stem(m.form)
                words.append(Word(form, m.start, m.end, True))
            elif m.tag in _OTHERS and m.tag != "VX" and m.form not in _EMPTY:
                words.append(Word(m.form, m.start, m.end, m.tag == "XSN"))
        yield words


def english_words(text: str) -> list[Word]:
    """The content words of an English text, lower case, without plural.

    A function word in capitals is an initialism ("WHO", "IT") and keeps them.
    """
    words: list[Word] = []
    for m in _ENGLISH_WORD.finditer(text):
        form = lemma(m[0])
        if m[0].lower() in FUNCTION_WORDS or form in FUNCTION_WORDS:
            initials = len(form) > 1 and m[0].isupper() and not text.isupper()
            if initials or (len(form) > 1 and text == m[0] and text.isupper()):
                form = m[0]
            elif form not in POLARITY and not (words and _CLAUSE_END.match(text, m.end())):
                continue
        words.append(Word(form, m.start(), m.end(), True))
    return words


def lemma(word: str) -> str:
    """Lower case without plural -s or the -s of a verb."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    return _IRREGULAR.get(word) or light_stem(word)


def korean_keys(terms: Sequence[str]) -> list[tuple[str, ...]]:
    """The keys of each Korean term, the likeliest first; () for a term without a letter."""
    texts = [clean(term) for term in terms]
    keys = []
    for text, words in zip(texts, korean_words(texts), strict=True):
        plain = re.sub(r"[^\w+#]", "", text).lower()
        found = ["".join(word.form for word in words), plain]
        # What kiwi takes for a noun in "열기" may stand in text as the verb, and the other way.
        short = _ENDINGS.sub("", plain)
        if short and short != plain:
            found += [short] if plain[len(short)] in "하되시합됩함됨" else [short + "다"]
        keys.append(tuple(dict.fromkeys(key for key in found if key)))
    return keys


def english_keys(term: str) -> tuple[str, ...]:
    """The keys of an English term, the likeliest first; () for a term without a letter."""
    text = _LEAD.sub("", clean(term))
    words = [word.form for word in english_words(text)]
    every = [lemma(m[0]) for m in _ENGLISH_WORD.finditer(text)]
    # "who" says nothing of the WHO.
    found = [" ".join(words), "" if any(map(str.isupper, words)) else " ".join(every)]
    return tuple(dict.fromkeys(key for key in found if key))
