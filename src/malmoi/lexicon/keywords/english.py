"""Keywords of the keyword method: common, concrete words that in their order sound like a word.

    keywords = Keywords(Sounds.open(), zipf, concreteness)
    keywords.covers("candid")[0]  # Cover(words=("candy",), spans=((0, 5),), …)
    keywords.begins("languid"), keywords.ends("abate"), keywords.rhymes("abate")

One or two long keywords that hold the word's beginning and its stressed syllable are preferred to
many small ones. Every stretch of the word is aligned with every keyword that begins alike (edit
distance with the `confusion_costs`), then the best chains of stretches are found.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from malmoi.lexicon.keywords.chains import Match, best_chains, value, weights
from malmoi.lexicon.keywords.inventory import MIN_ZIPF, Keyword, Measure, inventory
from malmoi.lexicon.keywords.related_words import compound_parts, related_by_form
from malmoi.lexicon.sound.confusion_costs import INDEX, confusion_costs
from malmoi.lexicon.sound.edit_distance import prefix_costs
from malmoi.lexicon.sound.phones import edit_distance, to_ipa
from malmoi.lexicon.sound.pronunciation import Sounds

MAX_DISTANCE = 0.25
"""Largest distance of a cover."""
_MAX_DISTANCE_BY_LENGTH = (0.0, 0.0, 0.06, 0.18, 0.25)
"""Largest price by ear a phone, by the keyword's phones (4 or more: the last): tiny ones fit."""
_MAX_PHONES = 9
"""Most phones of a stretch."""
_MAX_ONSET_COSTS = (0.2, 0.35)
"""Most that a keyword's first phone may differ, at the word's beginning and within the word."""
MIN_SCORE = 0.4
"""Score under which there is no cover. Chosen by reading covers."""
_MIN_SINGLE = 0.25
MIN_COVERED = 0.5
"""Share of the phones under which there is no cover."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Keywords that sound like stretches of a word, in order.

    Attributes:
        words: the keywords.
        spans: for each the phones it covers, (first, after the last), of `phones`.
        letters: for each the letters of the word that those phones are spelled with, "" if unknown.
        phones: the word's own, IPA without stress.
        distance: of the keywords from their stretches, 0 same to 1 (panphon; `edit_distance`).
        covered: share of the word's phones in a span, 0 to 1.
        concreteness: of the least concrete keyword, 1 to 5.
        zipf: of the rarest keyword, 0 to 8.
        score: what covers are ordered by, about 0 to 1: what the keywords are worth
            (`best_chains`) over the weight of the word's phones.
    """

    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    letters: tuple[str, ...]
    phones: tuple[str, ...]
    distance: float
    covered: float
    concreteness: float
    zipf: float
    score: float


class Keywords:
    """Finds keywords. Building takes the inventory's seconds, once, at the first search."""

    def __init__(
        self,
        sounds: Sounds,
        zipf: Measure,
        concreteness: Measure,
        same_family: Callable[[str, str], bool] | None = None,
    ) -> None:
        """`same_family(a, b)` tells derivational relatives, which are never keywords."""
        self.sounds = sounds
        self._measures = (zipf, concreteness)
        self._same_family = same_family
        self._lock = threading.Lock()
        self._all: list[Keyword] = []
        self._ids: Any = None
        self._lengths: Any = None
        self._by_onset: dict[int, Any] = {}

    @property
    def inventory(self) -> list[Keyword]:
        """All keywords there are."""
        with self._lock:
            if not self._all:
                self._build()
        return self._all

    def covers(self, word: str, limit: int = 10) -> list[Cover]:
        """The best ordered covers, best first; [] where there is none or the sound is unknown."""
        found = self.sounds.phones(word)
        if not found:
            return []
        phones = found[0]
        best = best_chains(phones, self._matches(word.lower(), phones), 4 * limit)
        whole = sum(weights(phones))
        covers = [self._cover(word, phones, chain, score / whole) for score, chain in best]
        kept: list[Cover] = []
        firsts: dict[str, int] = defaultdict(int)
        for cover in covers:
            if (
                cover.score >= MIN_SCORE
                and cover.covered >= MIN_COVERED
                and cover.distance <= MAX_DISTANCE
            ):
                firsts[cover.words[0]] += 1
                if firsts[cover.words[0]] <= 2:
                    kept.append(cover)
        return kept[:limit]

    def begins(self, word: str, limit: int = 5) -> list[Cover]:
        """Single keywords that the word begins like (3 phones or more)."""
        return self._single(word, lambda m, phones: m.start == 0, limit)

    def ends(self, word: str, limit: int = 5) -> list[Cover]:
        """Single keywords that the word ends like (3 phones or more)."""
        return self._single(word, lambda m, phones: m.end == len(phones), limit)

    def rhymes(self, word: str, limit: int = 5) -> list[str]:
        """Keywords that rhyme with the word, the most concrete first."""
        found = [
            k
            for k in self.inventory
            if self.sounds.rhyme(word, k.word) and not self._related(word, k.word)
        ]
        found.sort(key=lambda k: (-k.concreteness - 0.3 * k.zipf, k.word))
        return [k.word for k in found[:limit]]

    def _single(
        self, word: str, fits: Callable[[Match, tuple[str, ...]], bool], limit: int
    ) -> list[Cover]:
        found = self.sounds.phones(word)
        if not found:
            return []
        phones = found[0]
        matches = [
            m
            for m in self._matches(word.lower(), phones)
            if m.end - m.start >= 3 and fits(m, phones)
        ]
        matches.sort(key=lambda m: (-m.value, m.keyword.word))
        seen: dict[str, Match] = {}
        for match in matches:
            seen.setdefault(match.keyword.word, match)
        whole = sum(weights(phones))
        covers = [self._cover(word, phones, (m,), m.value / whole) for m in seen.values()]
        return [c for c in covers if c.score >= _MIN_SINGLE and c.distance <= MAX_DISTANCE][:limit]

    def _cover(
        self, word: str, phones: tuple[str, ...], chain: tuple[Match, ...], score: float
    ) -> Cover:
        said = tuple(map(to_ipa, phones))
        letters = self.sounds.letters(word)
        sizes = [max(m.end - m.start, len(m.keyword.phones)) for m in chain]
        far = [
            size * edit_distance(said[m.start : m.end], tuple(map(to_ipa, m.keyword.phones)))
            for size, m in zip(sizes, chain, strict=True)
        ]
        return Cover(
            words=tuple(m.keyword.word for m in chain),
            spans=tuple((m.start, m.end) for m in chain),
            letters=tuple("".join(letters[m.start : m.end]) for m in chain),
            phones=said,
            distance=round(sum(far) / sum(sizes), 4),
            covered=round(sum(m.end - m.start for m in chain) / len(phones), 4),
            concreteness=min(m.keyword.concreteness for m in chain),
            zipf=min(m.keyword.zipf for m in chain),
            score=round(score, 4),
        )

    def _matches(self, word: str, phones: tuple[str, ...]) -> list[Match]:
        """All keywords near enough to a stretch of the word, with the value of each."""
        import numpy as np

        table = confusion_costs()[0]
        worst, none = np.array(_MAX_DISTANCE_BY_LENGTH), np.zeros(0, dtype=np.int64)
        everything = self.inventory
        ids = [INDEX[p] for p in phones]
        letters = self.sounds.letters(word)
        weight = weights(phones)
        parts = compound_parts(word, self.sounds)
        kin: dict[str, bool] = {}
        found = []
        for start in range(len(ids) - 1):
            near = np.flatnonzero(table[ids[start]] <= _MAX_ONSET_COSTS[start > 0])
            rows = np.concatenate([self._by_onset.get(int(first), none) for first in near])
            if not len(rows):
                continue
            lengths = self._lengths[rows]
            costs = prefix_costs(
                self._ids[rows], lengths, ids[start : start + _MAX_PHONES], *confusion_costs()
            )
            for size in range(2, len(costs) + 1):
                per_phone = costs[size - 1] / np.maximum(lengths, size)
                for at in np.flatnonzero(per_phone <= worst[np.minimum(lengths, 4)]):
                    keyword, end = everything[rows[at]], start + size
                    cost = float(per_phone[at])
                    spelling = "".join(letters[start:end])
                    worth = value(keyword, cost, sum(weight[start:end]), spelling)
                    if worth <= 0 or keyword.word in parts:
                        continue
                    if keyword.word not in kin:
                        kin[keyword.word] = self._related(word, keyword.word)
                    if not kin[keyword.word]:
                        found.append(Match(keyword, start, end, cost, worth))
        return found

    def _related(self, word: str, keyword: str) -> bool:
        """A relative, or what sounds the same as one that is known ("doe" for "doughy")."""
        zipf, same = self._measures[0], self._same_family
        alike = [h for h in self.sounds.homophones(keyword) if (zipf(h) or 0.0) >= MIN_ZIPF]
        return any(
            related_by_form(word, form) or (same is not None and same(word, form))
            for form in (keyword, *alike)
            if form == keyword or form != word
        )

    def _build(self) -> None:
        import numpy as np

        found = inventory(self.sounds, *self._measures)
        longest = max((len(k.phones) for k in found), default=0)
        self._ids = np.zeros((len(found), longest), dtype=np.int64)
        self._lengths = np.array([len(k.phones) for k in found], dtype=np.int64)
        groups: dict[int, list[int]] = defaultdict(list)
        for at, keyword in enumerate(found):
            self._ids[at, : len(keyword.phones)] = [INDEX[p] for p in keyword.phones]
            groups[INDEX[keyword.phones[0]]].append(at)
        self._by_onset = {first: np.array(rows) for first, rows in groups.items()}
        self._all = found
