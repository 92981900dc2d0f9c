"""The words that a recipe's learner keeps failing in Anki (`[words] when = "lapse"`)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from malmoi.core.files import stable_hash
from malmoi.mnemonics.anki.connect import KEY, AnkiConnect
from malmoi.mnemonics.anki.lapses import lapsed_in_anki, lapsed_in_export
from malmoi.mnemonics.list_line import base_forms
from malmoi.mnemonics.word_list import Listed
from malmoi.recipe import WordsSection

FAILED = "failed"
"""What the stage `words` keeps the identity under."""


class FailedWords:
    """The failed words, asked for when they are needed.

    Args:
        section: where they are, and from how many lapses on.
        known: the `identity` of those that the run has learned, "" where it hasn't yet.
    """

    def __init__(self, section: WordsSection, known: str = "") -> None:
        self.section, self.known = section, known

    @cached_property
    def words(self) -> list[Listed]:
        """A line for each note.

        Raises:
            SourceError, AnkiError: no export at the recipe's path, no Anki that answers, or nothing
                in it is failed.
        """
        section = self.section
        if section.anki:
            return lapsed_in_export(Path(section.anki), section.min_lapses, section.field)
        with AnkiConnect(key=os.environ.get(KEY, "")) as anki:
            return lapsed_in_anki(anki, section.min_lapses, section.field)

    @property
    def identity(self) -> str:
        """What of them a run depends on: the words, with what is beside them.

        A run that has its words asks a running Anki no more, nor for an export that is gone: what
        its learner fails meanwhile is for another run.
        """
        lasting = self.section.anki and Path(self.section.anki).is_file()
        if self.known and not lasting:
            return self.known
        return stable_hash([list(word) for word in self.words])

    def of(self, listed: Iterable[Listed]) -> Iterator[Listed]:
        """The lines of a list, with a problem where the word isn't failed."""
        failed = {form for word in self.words if word.word for form in base_forms(word.word)}
        for line in listed:
            if line.word and not failed & set(base_forms(line.word)):
                yield line._replace(word="", problem="no word that is failed in Anki")
            else:
                yield line
