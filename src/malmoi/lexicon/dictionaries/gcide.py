"""The Collaborative International Dictionary of English (Debian's `dict-gcide`), read in place.

GCIDE is the 1913 Webster with additions. It is data that the user fetches; none of it is part of
this package.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from malmoi.core.packages import apt
from malmoi.lexicon.dictionaries.dictd import Dictionary
from malmoi.lexicon.dictionaries.gcide_entry import Entry, parse_entry
from malmoi.lexicon.dictionaries.gcide_roots import Etymon, parse
from malmoi.lexicon.facts import Origin, Root

SOURCE = "GCIDE"
# "A prefix signifying to, toward, before, etc.; also …"
_SIGNIFYING = re.compile(
    r"\b(?:signifying|signifies|to signify|meaning|from Latin \w+)\s+([a-z][a-z, ]{1,90}?)"
    r"(?=,? etc\b|[.;(]|$| as in\b|,? or\b|, as\b)"
)
_MAX_MEANINGS = 4


class Gcide:
    """Entries, origins and definitions of GCIDE. Reading is safe between threads."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        self._entries = lru_cache(maxsize=4096)(self._read)

    @classmethod
    def open(cls, folder: Path | None = None) -> Gcide:
        """GCIDE out of the package in `folder`, or in malmoi's cache (fetched where it is not).

        Raises:
            SourceError: the package is not there and can't be fetched, or is damaged.
        """
        package = apt.find(("dict-gcide",), folder, "lexicon")["dict-gcide"]
        return cls(Dictionary.open(package, "gcide"))

    def __contains__(self, word: str) -> bool:
        return word in self._dictionary

    def words(self) -> Iterator[str]:
        """All that can be looked up, lower-cased; phrases and inflected forms among them."""
        return self._dictionary.words()

    def entries(self, word: str) -> list[Entry]:
        """The entries whose headword it is; where there is none, those that name it otherwise
        (as an inflection, a derivative, or in passing)."""
        every = self._entries(word.lower())
        own = [entry for entry in every if _heads(entry, word)]
        return own or list(every)

    def definitions(self, word: str) -> tuple[tuple[str, str], ...]:
        """(definition, source) of the senses of the entries whose headword it is, in order."""
        return tuple(
            (sense.definition, SOURCE)
            for entry in self._entries(word.lower())
            if _heads(entry, word)
            for sense in entry.senses
        )

    def origins(self, word: str) -> tuple[Origin, ...]:
        """What the word's own entries say of its origin, then what their references add.

        A reference is followed one step, and only where the book itself says that the word is
        derived from it (an etymology that is nothing but "See {Obstinate}", a derivative or an
        inflection named in that entry), or to gloss a root that both entries name.
        """
        every = self._entries(word.lower())
        own = [entry for entry in every if _heads(entry, word)]
        if not own:
            return self._from_others(word, every)
        found: list[Origin] = []
        telling = [e for e in own if e.etymology and not _obsolete(e)]
        telling = telling or [e for e in own if e.etymology]
        for entry in telling:
            etymon = parse(entry.etymology, self._knows, word)
            meanings = tuple(sense.definition for sense in entry.senses)
            told = list(self._origins(word, entry, etymon))
            if not told and len(telling) > 1 and not _only_refers(entry.etymology):
                # Of homographs it must be known that this one doesn't come from the others' root.
                told = [Origin(None, (), (), entry.etymology, SOURCE)]
            found += [replace(origin, pos=entry.pos, meanings=meanings) for origin in told]
        if not any(origin.etymon or origin.roots for origin in found):
            found += self._from_others(word, [entry for entry in every if entry not in own])
        return tuple(dict.fromkeys(found))

    def _origins(self, word: str, entry: Entry, etymon: Etymon) -> Iterator[Origin]:
        if etymon.etymon or etymon.roots:
            yield self._second(etymon, entry.etymology)
            return
        others = tuple(name for name in etymon.cognates if name.lower() != word.lower())
        derived = [name for name in etymon.see[:1] if name in others]
        found = [origin for name in derived for origin in self._via(name)]
        if found and _only_refers(entry.etymology):
            yield from found
        elif others:
            yield Origin(None, (), others, entry.etymology, SOURCE)

    def _second(self, etymon: Etymon, text: str, via: tuple[str, ...] = ()) -> Origin:
        """The origin with empty glosses filled from references that gloss the same form.

        `via` names the entries through which the etymology was reached.
        """
        glosses: dict[tuple[str, str], tuple[str, str]] = {}
        for name in etymon.cognates:
            for other in self._entries(name.lower()):
                if not _heads(other, name) or not other.etymology:
                    continue
                said = parse(other.etymology, self._knows)
                for root in (said.etymon, *said.roots):
                    if root and root.gloss:
                        glosses.setdefault((root.form.lower(), root.language), (root.gloss, name))
        used: list[str] = []

        def glossed(root: Root, first: bool = False) -> Root:
            known = glosses.get((root.form.lower(), root.language))
            if known is None and first and not root.gloss and root.language == "Latin":
                known = self._prefix(root.form.lower())
            if root.gloss or known is None:
                return root
            used.append(known[1])
            return Root(root.form, known[0], root.language)

        first = glossed(etymon.etymon) if etymon.etymon else None
        several = len(etymon.roots) > 1
        roots = tuple(
            glossed(root, several and place == 0) for place, root in enumerate(etymon.roots)
        )
        names = tuple(dict.fromkeys((*via, *used)))
        source = f"{SOURCE} via {', '.join(f'{{{name}}}' for name in names)}" if names else SOURCE
        cognates = tuple(dict.fromkeys((*via, *etymon.cognates)))
        return Origin(first, roots, cognates, text, source)

    def _prefix(self, form: str) -> tuple[str, str] | None:
        """(gloss, name) of a Latin prefix, where the book has one entry for it that explains it."""
        name = f"{form.strip('-')}-"
        texts = self._dictionary.texts(name)
        if len(texts) != 1 or not (entry := parse_entry(texts[0])):
            return None
        said = parse(entry.etymology, self._knows).etymon
        if said and said.gloss and said.form.strip("-") == form.strip("-"):
            return said.gloss, entry.headword
        text = " ".join([entry.etymology, *(sense.definition for sense in entry.senses[:1])])
        match = _SIGNIFYING.search(text)
        if match is None:
            return None
        meanings = [piece.strip() for piece in match[1].split(",") if piece.strip()]
        return ", ".join(meanings[:_MAX_MEANINGS]), entry.headword

    def _via(self, name: str, entry: Entry | None = None) -> Iterator[Origin]:
        """The origin of an entry that another refers to, or of the entry given.

        Of several entries of that name that have an etymology none is taken: which is meant
        can't be told.
        """
        candidates = [entry] if entry and entry.etymology else [
            other
            for other in self._entries(name.lower())
            if _heads(other, name) and self._says(other)
        ]  # fmt: skip
        if len(candidates) == 1:
            text = candidates[0].etymology
            etymon = parse(text, self._knows)
            if etymon.etymon or etymon.roots:
                yield self._second(etymon, text, (name,))

    def _says(self, entry: Entry) -> bool:
        """Whether an entry has an etymology that is more than a reference to itself."""
        names = {name.lower() for name in entry.headwords}
        referred = {name.lower() for name in parse(entry.etymology, self._knows).cognates}
        return bool(entry.etymology) and not (
            _only_refers(entry.etymology) and referred and referred <= names
        )

    def _from_others(self, word: str, entries: Iterable[Entry]) -> tuple[Origin, ...]:
        """The origins of entries that name the word as their derivative or inflection."""
        found: list[Origin] = []
        for entry in entries:
            names = {name.lower() for name in (*entry.run_ons, *entry.inflections)}
            if word.lower() in names:
                found += self._via(entry.headword, entry)
        return tuple(dict.fromkeys(found))

    def _read(self, word: str) -> tuple[Entry, ...]:
        parsed = (parse_entry(text) for text in self._dictionary.texts(word))
        return tuple(entry for entry in parsed if entry is not None)

    def _knows(self, word: str) -> bool:
        return word in self._dictionary


def _heads(entry: Entry, word: str) -> bool:
    return word.lower() in (name.lower() for name in entry.headwords)


def _obsolete(entry: Entry) -> bool:
    """Whether every sense is marked so."""
    return bool(entry.senses) and all("Obs." in sense.labels for sense in entry.senses)


def _only_refers(etymology: str) -> bool:
    """Whether a bracket says nothing but "See {X}" (or "From {X}")."""
    return etymology.startswith(("See {", "See", "From {", "Fr. {", "fr. {", "from {"))
