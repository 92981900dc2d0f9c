"""What a student takes a query's words for in the other language, out of its dictionary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from malmoi.core.files import read_lines

SHOWN = 6
"""Translations of a word, the surest first."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A word of the other language, how sure it is (0 to 1), and who says so."""

    word: str
    share: float
    sources: tuple[str, ...]


class Translations:
    """The dictionary of a student, in both directions; empty where its file isn't there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def of(self, words: Iterable[str]) -> dict[str, list[Translation]]:
        """Word → its translations, for those that have any."""
        folded = dict.fromkeys(word.casefold() for word in words)
        return {word: self._table[word][:SHOWN] for word in folded if word in self._table}

    @cached_property
    def _table(self) -> dict[str, list[Translation]]:
        table: dict[str, list[Translation]] = defaultdict(list)
        for r in read_lines(self.path):
            sources = tuple(r["sources"])
            table[r["korean"].casefold()].append(Translation(r["english"], r["share"], sources))
            table[r["english"].casefold()].append(Translation(r["korean"], r["share"], sources))
        for translations in table.values():
            translations.sort(key=lambda t: (-t.share, -len(t.sources), len(t.word), t.word))
        return dict(table)
