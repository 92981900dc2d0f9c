"""What a pair's known partners say of it: 직원 is an "employee", and how near is that to "staff"?

Of a Korean term's known translations T and of an English term's known Korean partners K (the pair's
own entry left out), source, direction and value of each piece of evidence:

    pivot        ko→en  chance of coming from the Korean term to the English one in three steps
                        (to a translation, to another Korean partner of it, to one of its)
    pivot        en→ko  the same from the English term
    synonym      ko→en  1 / √(i · j), where the English term in its i-th sense and a word of T in
                        its j-th are one (WordNet)
    antonym      ko→en  1 if a word of T is the English term's opposite
    broader      ko→en  1 if the English term is the broader of the two
    narrower     ko→en  1 if it is the narrower
    coordinate   ko→en  1 if both are of one kind
    translation  ko→en  the largest cosine of the English term to a word of T
    ahead        ko→en  1 / (1 + exp(−8 · d)), d how much nearer the Korean term is to the English
                        one than to the nearest word of T
    ahead        en→ko  the same of the English term and K

All of them need known partners; the last two a dictionary of vectors as well.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from malmoi.synonyms.sources.candidates import Direction, Evidence
from malmoi.synonyms.sources.terms import english_keys

if TYPE_CHECKING:
    from malmoi.lexicon.dictionaries.wordnet import WordNet
    from malmoi.synonyms.sources.vectors import WordVectors

Partners = Mapping[str, Mapping[str, float]]
"""Key of a term (`terms.korean_keys`, `terms.english_keys`) → key of a partner → weight (> 0)."""

NAMES = ("pivot", "synonym", "antonym", "broader", "narrower", "coordinate", "translation", "ahead")
MAX_PARTNERS = 40
MAX_SENSES = 6
"""Senses of an English word that are looked at, the most frequent first."""
STEEPNESS = 8.0


class _Kin(NamedTuple):
    """What WordNet says of an English term: its synsets as sets of words, and its relatives."""

    senses: tuple[frozenset[str], ...]
    antonyms: frozenset[str]
    broader: frozenset[str]
    coordinate: frozenset[str]


class Pivots:
    """Evidence from what two terms are known to go with.

    Args:
        korean: known partners of Korean terms.
        english: known partners of English terms.
        wordnet: the English WordNet, None where it is not there.
        vectors: a dictionary of vectors, None where there is none.
    """

    def __init__(
        self,
        korean: Partners,
        english: Partners,
        wordnet: WordNet | None = None,
        vectors: WordVectors | None = None,
    ) -> None:
        self._korean, self._english = korean, english
        self._wordnet, self._vectors = wordnet, vectors
        self._kin = lru_cache(maxsize=20_000)(self._look_up)

    def evidence_of(
        self, pair: tuple[str, str], korean: Sequence[str], english: Sequence[str]
    ) -> list[Evidence]:
        """What is said of a pair (Korean, English), with the keys of its terms."""
        there = _sum(self._korean, korean, english)
        back = _sum(self._english, english, korean)
        said: list[Evidence] = []
        if there and back:
            said.append(self._walk(there, self._english, self._korean, korean, english, "ko→en"))
            said.append(self._walk(back, self._korean, self._english, english, korean, "en→ko"))
        if there and self._wordnet is not None:
            said += self._related(english[0], there)
        if self._vectors is not None and (there or back):
            said += self._near(self._vectors, pair, list(there), list(back))
        return said

    def _walk(
        self,
        first: Mapping[str, float],
        second: Partners,
        third: Partners,
        start: Sequence[str],
        end: Sequence[str],
        direction: Direction,
    ) -> Evidence:
        """The chance of a walk of three steps, without the pair's own entry in it.

        Args:
            first: where the first step leads, with weights.
            second, third: partners of what it leads to, and of what the second step leads to.
            start, end: keys of the terms that the walk goes between.
            direction: of the evidence.
        """
        chance, best, by = 0.0, 0.0, ""
        for middle, weight in first.items():
            others = second.get(middle, {})
            total = sum(others.values())
            for other, one in others.items():
                row = third.get(other, {})
                last = sum(row.get(key, 0.0) for key in end)
                if not last or other in start:
                    continue
                step = weight * one / total * last / sum(row.values())
                chance += step
                if step > best:
                    best, by = step, f"{middle}, {other}"
        value = chance / sum(first.values())
        return Evidence("pivot", round(min(1.0, value), 5), direction, by)

    def _related(self, english: str, known: Collection[str]) -> list[Evidence]:
        own = self._kin(english)
        if not own.senses:
            return []
        translations = {word: self._kin(word) for word in known}
        synonym, same = 0.0, ""
        for i, sense in enumerate(own.senses, 1):
            for word in sense & translations.keys():
                # The same synset stands among the senses of the other, at another place.
                j = next((j for j, s in enumerate(translations[word].senses, 1) if s == sense), 6)
                if (value := 1 / math.sqrt(i * j)) > synonym:
                    synonym, same = value, word
        flags = {
            "antonym": [w for w, kin in translations.items()
                        if w in own.antonyms or english in kin.antonyms],
            "broader": [w for w, kin in translations.items() if english in kin.broader],
            "narrower": [w for w in translations if w in own.broader],
            "coordinate": [w for w in translations if w in own.coordinate],
        }  # fmt: skip
        return [
            Evidence("synonym", round(synonym, 4), "ko→en", same),
            *(
                Evidence(name, float(bool(words)), "ko→en", ", ".join(words[:1]))
                for name, words in flags.items()
            ),
        ]

    def _near(
        self, vectors: WordVectors, pair: tuple[str, str], there: list[str], back: list[str]
    ) -> list[Evidence]:
        table = vectors.embed([*pair, *there, *back])
        korean, english = table[0], table[1]
        translations, partners = table[2 : 2 + len(there)], table[2 + len(there) :]
        direct = float(korean @ english)
        said = []
        if there:
            near = translations @ english
            place = int(near.argmax())
            value = round(max(0.0, min(1.0, float(near[place]))), 4)
            said.append(Evidence("translation", value, "ko→en", there[place]))
            said.append(_ahead(direct - float((translations @ korean).max()), "ko→en"))
        if back:
            said.append(_ahead(direct - float((partners @ english).max()), "en→ko"))
        return said

    def _look_up(self, term: str) -> _Kin:
        assert self._wordnet is not None
        senses = self._wordnet.senses(term)[:MAX_SENSES]
        broader = (w for sense in senses for w in self._wordnet.broader(sense.id))
        coordinate = (w for sense in senses for w in self._wordnet.coordinate(sense.id))
        return _Kin(
            tuple(_keys(sense.synonyms) | {term} for sense in senses),
            _keys(word for sense in senses for word in sense.antonyms),
            _keys(broader) - {term},
            _keys(coordinate) - {term},
        )


def _keys(words: Iterable[str]) -> frozenset[str]:
    return frozenset(key for word in words for key in english_keys(word)[:1])


def _sum(table: Partners, keys: Sequence[str], but: Sequence[str]) -> dict[str, float]:
    """Known partners of a term with their weights, without those of the keys `but`."""
    found: dict[str, float] = {}
    for key in keys:
        for partner, weight in table.get(key, {}).items():
            if partner not in but:
                found[partner] = found.get(partner, 0.0) + weight
    return dict(list(found.items())[:MAX_PARTNERS])


def _ahead(lead: float, direction: Direction) -> Evidence:
    value = float(1 / (1 + np.exp(-STEEPNESS * lead)))
    return Evidence("ahead", round(value, 4), direction)
