"""Pairs that running text gives itself: "검색(search)", "search(검색)".

    found = find(texts)
    found[0]   # Parenthesis("조건부 서식", "conditional formatting", "조건부 서식(conditional …")

What stands before the bracket is a sentence, so the term has to be cut out of it: as many
whitespace words as the bracket has, from the end, as far as they are nouns written together; three
where the bracket holds an initialism ("DBMS"). What stands in the bracket is the whole term.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from malmoi.synonyms.sources.terms import korean_words
from malmoi.text.morphemes import clean

MAX_WORDS_BEFORE_INITIALISM = 3
"""Korean words that are tried before an initialism."""
_CONTEXT_CHARACTERS = 40
"""Characters of context that are kept."""

_KOREAN_FIRST = re.compile(
    r"((?:[가-힣]+ ){0,3}[가-힣]{2,})\s?[(（]([A-Za-z][A-Za-z +#/.-]{1,40})[)）]"
)
_ENGLISH_FIRST = re.compile(
    r"((?:[A-Za-z][A-Za-z+#-]+ ){0,3}[A-Za-z][A-Za-z+#-]+)\s?[(（]([가-힣][가-힣 ]{1,20})[)）]"
)
_KEYS = re.compile(
    r"\b(?:ctrl|command|shift|alt|option|enter|esc|tab|del|ins|e\.?g|i\.?e|etc|or|and|the|only)\b",
    re.IGNORECASE,
)
"""Keys, and words of a remark rather than a term."""
_REMARK = re.compile(
    r"(?:예|참고|참조|또는|선택|기본값|이전|다음|생략|옵션|단위|만|및|등)$|^(?:예|또는) "
)
_INITIALISM = re.compile(r"[A-Z][A-Z0-9/&-]+s?")


@dataclass(frozen=True, slots=True)
class Parenthesis:
    """A pair as it stands in text, with some of the text around it."""

    korean: str
    english: str
    context: str


def find(texts: Iterable[str]) -> list[Parenthesis]:
    """Every pair of every text, in reading order, repeated as often as it stands there."""
    found: list[tuple[str, str, str]] = []
    for text in texts:
        for m in _KOREAN_FIRST.finditer(text):
            english = clean(m[2]).strip(" .-/")
            if is_term(english):
                found.append((m[1], english, _context(text, m)))
        for m in _ENGLISH_FIRST.finditer(text):
            if not _REMARK.search(m[2].strip()):
                english = " ".join(m[1].split()[-len(m[2].split()) - 1 :])
                for one in (english, english.split()[-1]):
                    if is_term(one):
                        found.append((m[2].strip() + "\0", one, _context(text, m)))
                        break
    return list(_cut(found))


def is_term(english: str) -> bool:
    """Whether what stands in a bracket may be a term: four words at most, no key, no remark."""
    return len(english) > 1 and len(english.split()) <= 4 and not _KEYS.search(english)


def _cut(brackets: Sequence[tuple[str, str, str]]) -> Iterator[Parenthesis]:
    """The Korean term out of what stands before the bracket; a NUL marks a whole term."""
    texts = [korean.rstrip("\0") for korean, _, _ in brackets]
    for (korean, english, context), text, words in zip(
        brackets, texts, korean_words(texts), strict=True
    ):
        if korean.endswith("\0"):
            if words:
                yield Parenthesis(text, english, context)
            continue
        initials = bool(_INITIALISM.fullmatch(english))
        most = MAX_WORDS_BEFORE_INITIALISM if initials else len(english.split())
        least = _start_of(text, most)
        start = len(text)
        for word in reversed(words):
            # Anything between two nouns but a space (a particle, an ending) parts them.
            if not word.noun or word.end < start - 1 or word.start < least:
                break
            if text[word.end : start].strip():
                break
            start = word.start
        if len(text) - start >= 2:
            yield Parenthesis(text[start:], english, context)


def _start_of(text: str, words: int) -> int:
    """Where the last `words` whitespace words begin."""
    parts = text.split(" ")
    return len(text) - len(" ".join(parts[-words:]))


def _context(text: str, match: re.Match[str]) -> str:
    return clean(
        text[max(0, match.start() - _CONTEXT_CHARACTERS) : match.end() + _CONTEXT_CHARACTERS]
    )
