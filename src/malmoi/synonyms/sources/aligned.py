"""Which terms translate each other in aligned text: word alignment, then a table of phrases.

Words are aligned by IBM model 1 both ways (Brown et al. 1993; the EM of `encoder/alignment.py`). A
Korean and an English word of a segment are linked where the geometric mean of the two posteriors,

    P(k | e, segment) = t(e | k) / Σ t(e | k'),   P(e | k, segment) = t(k | e) / Σ t(k | e'),

is at least `MIN_LINK`, or at least `MIN_MUTUAL_LINK` and the best of both: each must be explained
by the other (alignment by agreement, after Liang, Taskar and Klein 2006). Phrases are pairs of
spans of up to four content words with a link between them and none that leaves them (Koehn, Och and
Marcu 2003, "Statistical phrase-based translation", section 3).

    bitext = Bitext.from_segments(segments)
    bitext.look_up(("행",), ("row",))   # Counts(korean=1013, english=1147, together=760, …)

A segment counts once, however often a term stands in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from malmoi.core.progress import Progress
from malmoi.corpora.corpus import Segment
from malmoi.encoder.alignment import Pairs
from malmoi.synonyms.sources.terms import MAX_TERM_WORDS, Word, english_words, korean_words
from malmoi.text.hangul import has_hangul

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

MIN_LINK = 0.3
"""Least mean posterior of a link."""
MIN_MUTUAL_LINK = 0.05
"""Least mean posterior of a link between two words that are each other's best."""
MAX_UNLINKED = 2
"""Unlinked words that a phrase may have more at either end."""
VERSION = 3
"""Raised where the same segments are counted in another way, so that kept counts are not taken."""
MAX_SEGMENT_WORDS = 40
"""A side with more distinct content words says too little about which belong together."""
SHORT = 4
"""Terms of several words are kept where they stand in two segments, or are a whole short one."""
ITERATIONS = 6

Phrase = tuple[int, int, int, int]
"""Spans of a phrase pair in words: Korean first and last, English first and last (inclusive)."""


class Counts(NamedTuple):
    """How a pair stands in the text, in segments.

    `korean`, `english`: with the term; `together`: with both; `aligned`: where the two are aligned
    to each other; `best_of_korean`, `best_of_english`: `aligned` of the term's most frequent
    partner, whoever that is.
    """

    korean: int
    english: int
    together: int
    aligned: int
    best_of_korean: int
    best_of_english: int


@dataclass(frozen=True, slots=True)
class Side:
    """The terms of one language: an index of their keys, and the segments of each (CSR)."""

    index: dict[str, int]
    starts: Integers
    segments: Integers

    def segments_of(self, term: int) -> Integers:
        """Numbers of the segments that hold the term, rising."""
        return self.segments[self.starts[term] : self.starts[term + 1]]


@dataclass(frozen=True, slots=True)
class Bitext:
    """Aligned text, counted. `aligned` maps (Korean term, English term) to segments."""

    korean: Side
    english: Side
    aligned: dict[tuple[int, int], int]
    best_of_korean: dict[int, int]
    best_of_english: dict[int, int]
    example: dict[tuple[int, int], int]
    """The first segment in which a pair is aligned (its place in `kept`)."""
    segments: Sequence[Segment]
    """All segments, those that are left out too."""
    kept: Sequence[int]
    """Numbers of the segments that were counted; the sides count in places of this list."""

    @classmethod
    def from_segments(cls, segments: Sequence[Segment]) -> Bitext:
        """Count aligned text; segments that are too long or have an empty side are left out."""
        kept, korean, english = _words(segments)
        links = _links([_forms(s) for s in korean], [_forms(s) for s in english])
        left, right = _side(korean), _side(english)
        aligned: Counter[tuple[int, int]] = Counter()
        example: dict[tuple[int, int], int] = {}
        for number, (k, e, linked) in enumerate(zip(korean, english, links, strict=True)):
            found = {
                (a, b)
                for k1, k2, e1, e2 in phrases(linked, len(k), len(e))
                if (a := left.index.get(korean_key(k[k1 : k2 + 1]))) is not None
                and (b := right.index.get(english_key(e[e1 : e2 + 1]))) is not None
            }
            aligned.update(found)
            for pair in found:
                example.setdefault(pair, number)
        return cls.from_counts(left, right, dict(aligned), example, segments, kept)

    @classmethod
    def from_counts(
        cls,
        korean: Side,
        english: Side,
        aligned: dict[tuple[int, int], int],
        example: dict[tuple[int, int], int],
        segments: Sequence[Segment],
        kept: Sequence[int],
    ) -> Bitext:
        """From what was counted: each term's best partner is looked up here.

        Args:
            korean, english: the terms of each side, with the segments that hold them.
            aligned: (Korean term, English term) → number of segments in which they are aligned.
            example: the same pairs → the first such segment (its place in `kept`).
            segments: all segments, those that are left out too.
            kept: numbers of the segments that were counted.
        """
        best_k: dict[int, int] = {}
        best_e: dict[int, int] = {}
        for (a, b), count in aligned.items():
            best_k[a] = max(best_k.get(a, 0), count)
            best_e[b] = max(best_e.get(b, 0), count)
        return cls(korean, english, aligned, best_k, best_e, example, segments, kept)

    def look_up(self, korean: Sequence[str], english: Sequence[str]) -> Counts:
        """The counts of the best aligned of the keys' pairs; 0 for a term that never stands."""
        best = Counts(0, 0, 0, 0, 0, 0)
        for k, e in self._ids(korean, english):
            best = max(best, self._counts(k, e), key=lambda c: (c.aligned, c.together, c.korean))
        return best

    def sentence(self, korean: Sequence[str], english: Sequence[str]) -> Segment | None:
        """The first segment in which the terms are aligned, None where they never are."""
        known = [self.example[pair] for pair in self._ids(korean, english) if pair in self.example]
        return self.segments[self.kept[min(known)]] if known else None

    def _ids(self, korean: Sequence[str], english: Sequence[str]) -> Iterator[tuple[int, int]]:
        for k in korean:
            for e in english:
                yield self.korean.index.get(k, -1), self.english.index.get(e, -1)

    def _counts(self, korean: int, english: int) -> Counts:
        empty = np.empty(0, np.int64)
        a = self.korean.segments_of(korean) if korean >= 0 else empty
        b = self.english.segments_of(english) if english >= 0 else empty
        together = len(np.intersect1d(a, b, assume_unique=True))
        return Counts(
            len(a),
            len(b),
            together,
            self.aligned.get((korean, english), 0),
            self.best_of_korean.get(korean, 0),
            self.best_of_english.get(english, 0),
        )


def korean_key(words: Sequence[Word]) -> str:
    """Forms without spaces, as `terms.korean_keys` has them."""
    return "".join(word.form for word in words)


def english_key(words: Sequence[Word]) -> str:
    """Forms with spaces, as `terms.english_keys` has them."""
    return " ".join(word.form for word in words)


def phrases(links: Sequence[tuple[int, int]], korean: int, english: int) -> Iterator[Phrase]:
    """Consistent phrase pairs of one segment of `korean` and `english` words.

    For each Korean span the least English span that holds all its partners, where none of those
    has a partner outside and both spans begin and end with a linked word; then the same with one
    side longer by unlinked neighbours ("매개 변수", whose 변수 is a variable elsewhere).
    """
    to_english: dict[int, list[int]] = {}
    to_korean: dict[int, list[int]] = {}
    for k, e in links:
        to_english.setdefault(k, []).append(e)
        to_korean.setdefault(e, []).append(k)
    for first in sorted(to_english):
        low, high = english, -1
        for last in range(first, min(first + MAX_TERM_WORDS, korean)):
            if last not in to_english:
                continue
            low, high = min(low, *to_english[last]), max(high, *to_english[last])
            if high - low >= MAX_TERM_WORDS:
                break
            partners = [k for e in range(low, high + 1) for k in to_korean.get(e, ())]
            if min(partners) >= first and max(partners) <= last:
                yield first, last, low, high
                for start, end in _longer(first, last, to_english, korean):
                    yield start, end, low, high
                for start, end in _longer(low, high, to_korean, english):
                    yield first, last, start, end


def _longer(
    first: int, last: int, linked: dict[int, list[int]], words: int
) -> Iterator[tuple[int, int]]:
    """The span with up to `MAX_UNLINKED` words more at either end, none of them linked."""
    left, right = first, last
    while left and left - 1 not in linked and first - left < MAX_UNLINKED:
        left -= 1
    while right + 1 < words and right + 1 not in linked and right - last < MAX_UNLINKED:
        right += 1
    for start in range(left, first + 1):
        for end in range(last, right + 1):
            if (start, end) != (first, last) and end - start < MAX_TERM_WORDS:
                yield start, end


def _words(
    segments: Sequence[Segment],
) -> tuple[list[int], list[list[Word]], list[list[Word]]]:
    kept, korean, english = [], [], []
    # kiwi is loaded first: its seconds are none of the first segment's, which the ETA goes by.
    next(korean_words(["가"]))
    with Progress("reading aligned text", len(segments)) as progress:
        found = korean_words([segment.korean for segment in segments])
        for number, (segment, k) in enumerate(zip(segments, found, strict=True)):
            e = english_words(segment.english)
            longest = max(len({w.form for w in k}), len({w.form for w in e}))
            if k and e and longest <= MAX_SEGMENT_WORDS:
                kept.append(number)
                korean.append(k)
                english.append(e)
            progress.advance()
    return kept, korean, english


def _forms(words: Sequence[Word]) -> list[str]:
    return [word.form for word in words]


def _links(
    korean: Sequence[Sequence[str]], english: Sequence[Sequence[str]]
) -> Iterator[list[tuple[int, int]]]:
    """Linked places of each segment, after IBM model 1 both ways.

    The n-th of a repeated word is linked with the n-th of its partner.
    """
    k_sides, e_sides = _numbered(korean), _numbered(english)
    there = _posteriors(k_sides, e_sides)
    back = _posteriors(e_sides, k_sides)
    for k_words, e_words in zip(korean, english, strict=True):
        mean = np.sqrt(next(there)[:, 1:] * next(back)[:, 1:].T)
        k_places, e_places = _places(k_words), _places(e_words)
        k_names, e_names = list(k_places), list(e_places)
        mutual = (mean == mean.max(axis=0)) & (mean == mean.max(axis=1, keepdims=True))
        links = []
        for e, k in np.argwhere((mean >= MIN_LINK) | (mutual & (mean >= MIN_MUTUAL_LINK))).tolist():
            pairs = zip(k_places[k_names[k]], e_places[e_names[e]], strict=False)
            links += list(pairs)
        yield links


def _numbered(texts: Sequence[Sequence[str]]) -> list[list[int]]:
    """Each word of each text once, in the order of its first place, as a number."""
    numbers: dict[str, int] = {}
    return [[numbers.setdefault(w, len(numbers)) for w in dict.fromkeys(t)] for t in texts]


def _places(words: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        places.setdefault(word, []).append(at)
    return places


def _posteriors(
    source: Sequence[Sequence[int]], target: Sequence[Sequence[int]]
) -> Iterator[NDArray[np.float64]]:
    """[target words, 1 + source words] of each segment: who explains each word; NULL is first."""
    pairs = Pairs.of(zip(source, target, strict=True))
    probabilities = pairs.start()
    with Progress("aligning words", ITERATIONS) as progress:
        for _ in range(ITERATIONS):
            probabilities, _ = pairs.step(probabilities)
            progress.advance()
    each = probabilities[pairs.entry]
    total: Any = np.bincount(pairs.slot, each, len(pairs.choices))
    each = each / total[pairs.slot]
    at = 0
    for s, t in zip(source, target, strict=True):
        size = len(t) * (len(s) + 1)
        yield each[at : at + size].reshape(len(t), len(s) + 1)
        at += size


def _side(texts: Sequence[Sequence[Word]]) -> Side:
    """All single words, and the terms of several that stand in two segments or are a short one."""
    korean = any(has_hangul(w.form) for words in texts[:50] for w in words)
    key = korean_key if korean else english_key
    frequency: Counter[str] = Counter()
    spans: list[set[str]] = []
    whole: set[str] = set()
    for words in texts:
        found = {
            key(words[start:end])
            for start in range(len(words))
            for end in range(start + 1, min(start + MAX_TERM_WORDS, len(words)) + 1)
        }
        spans.append(found)
        frequency.update(found)
        whole.update(word.form for word in words)
        if len(words) <= SHORT:
            whole.add(key(words))
    kept = sorted(term for term, count in frequency.items() if count > 1 or term in whole)
    index = {term: number for number, term in enumerate(kept)}
    terms = np.fromiter(
        (index[t] for found in spans for t in sorted(found) if t in index), np.int64
    )
    places = np.repeat(np.arange(len(spans)), [sum(t in index for t in found) for found in spans])
    order = np.argsort(terms, kind="stable")
    starts = np.searchsorted(terms[order], np.arange(len(kept) + 1))
    return Side(index, starts, places[order])
