"""How aligned terms are written: from the keys that were counted back to the text they stand in.

A term of several words is one where its words are written together somewhere: "행 삭제" is a term,
the 행 and 삭제 of "행을 삭제합니다" are not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from malmoi.corpora.corpus import Segment
from malmoi.synonyms.sources.aligned import Bitext, english_key, korean_key
from malmoi.synonyms.sources.terms import MAX_TERM_WORDS, Word, english_words, korean_words
from malmoi.text.english import lower_words

MAX_SEGMENTS = 4
"""Segments in which an aligned pair is looked for until it is written together."""

_JOINT = re.compile(r"[\s/-]?|\s?&\s?")


def write_out(bitext: Bitext, cells: Sequence[tuple[int, int]]) -> list[tuple[str, str] | None]:
    """Each (Korean term, English term) of `bitext` as it is written, None where it never is."""
    korean, english = list(bitext.korean.index), list(bitext.english.index)
    places = [_places(bitext, cell) for cell in cells]
    needed = sorted({place for found in places for place in found})
    segments = {place: bitext.segments[bitext.kept[place]] for place in needed}
    words = dict(zip(needed, korean_words([segments[p].korean for p in needed]), strict=True))
    seen = {word for s in bitext.segments for word in lower_words(s.english, "")}
    out: list[tuple[str, str] | None] = []
    for (k, e), found in zip(cells, places, strict=True):
        written = None
        for place in found:
            a = korean_surface(segments[place].korean, words[place], korean[k])
            b = english_surface(segments[place].english, english[e], seen)
            if a and b:
                written = a, b
                break
        out.append(written)
    return out


def _places(bitext: Bitext, cell: tuple[int, int]) -> list[int]:
    """A few segments with both terms: first the one in which they are aligned, then short ones."""
    both = sorted(
        set(bitext.korean.segments_of(cell[0]).tolist())
        & set(bitext.english.segments_of(cell[1]).tolist())
    )

    def length(number: int) -> tuple[int, int]:
        segment: Segment = bitext.segments[bitext.kept[number]]
        return len(segment.korean), number

    return list(dict.fromkeys([bitext.example[cell], *sorted(both, key=length)[:MAX_SEGMENTS]]))


def korean_surface(text: str, words: Sequence[Word], key: str) -> str:
    """The term as it stands in the text: nouns written together, or one predicate's dictionary
    form; "" where its words are separated by a particle, or it is no term."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + MAX_TERM_WORDS, len(words)) + 1):
            span = words[start:end]
            if korean_key(span) != key:
                continue
            if len(span) == 1 and not span[0].noun:
                return key if key.endswith("다") else ""
            nouns = all(word.noun for word in span)
            if nouns and _together(text, span):
                return text[span[0].start : span[-1].end]
    return ""


def english_surface(text: str, key: str, seen: set[str]) -> str:
    """The term as it stands in the text, lower case unless its capitals are initials, its last word
    in the singular where that stands in the corpus (`seen`); "" where it isn't written together."""
    words = english_words(text)
    size = key.count(" ") + 1
    for start in range(len(words) - size + 1):
        span = words[start : start + size]
        if english_key(span) != key or not _together(text, span):
            continue
        surface = text[span[0].start : span[-1].end]
        if not re.search(r"\b[A-Z]\w*[A-Z]", surface):
            surface = surface.lower()
            last = surface.rsplit(" ", 1)[-1]
            if last != span[-1].form and span[-1].form in seen:
                surface = surface[: -len(last)] + span[-1].form
        return surface
    return ""


def _together(text: str, span: Sequence[Word]) -> bool:
    gaps = (text[a.end : b.start] for a, b in pairwise(span))
    return all(_JOINT.fullmatch(gap) for gap in gaps)
