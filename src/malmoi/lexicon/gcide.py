"""The Collaborative International Dictionary of English (Debian's `dict-gcide`), read in place.

GCIDE is the 1913 Webster with additions. It is data that the user fetches; none of it is part of
this package.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from malmoi import debian
from malmoi.lexicon.dictd import Dictionary
from malmoi.lexicon.facts import Origin, Root
from malmoi.lexicon.gcide_entry import Entry, parse_entry
from malmoi.lexicon.gcide_roots import Etymon, parse

SOURCE = "GCIDE"


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
        package = debian.find(("dict-gcide",), folder, "lexicon")["dict-gcide"]
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
        for entry in own:
            if not entry.etymology:
                continue
            etymon = parse(entry.etymology, self._knows)
            found += self._origins(word, entry, etymon)
        if not any(origin.etymon or origin.roots for origin in found):
            found += self._from_others(word, [entry for entry in every if entry not in own])
        return tuple(dict.fromkeys(found))

    def _origins(self, word: str, entry: Entry, etymon: Etymon) -> Iterator[Origin]:
        if etymon.etymon or etymon.roots:
            yield self._second(etymon, entry)
            return
        yield Origin(None, (), etymon.cognates, entry.etymology, SOURCE)
        if _only_refers(entry.etymology):
            for name in etymon.see[:1]:
                if name.lower() != word.lower():
                    yield from self._via(name)

    def _second(self, etymon: Etymon, entry: Entry) -> Origin:
        """The origin with empty glosses filled from references that gloss the same form."""
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

        def glossed(root: Root) -> Root:
            known = glosses.get((root.form.lower(), root.language))
            if root.gloss or known is None:
                return root
            used.append(known[1])
            return Root(root.form, known[0], root.language)

        first = glossed(etymon.etymon) if etymon.etymon else None
        roots = tuple(glossed(root) for root in etymon.roots)
        via = "".join(f" via {{{name}}}" for name in dict.fromkeys(used))
        return Origin(first, roots, etymon.cognates, entry.etymology, SOURCE + via)

    def _via(self, name: str) -> Iterator[Origin]:
        """The origins of an entry that another refers to."""
        for entry in self._entries(name.lower()):
            if not _heads(entry, name) or not entry.etymology:
                continue
            etymon = parse(entry.etymology, self._knows)
            if etymon.etymon or etymon.roots:
                yield Origin(
                    etymon.etymon, etymon.roots, (name, *etymon.cognates), entry.etymology,
                    f"{SOURCE} via {{{name}}}",
                )  # fmt: skip

    def _from_others(
        self, word: str, entries: list[Entry] | tuple[Entry, ...]
    ) -> tuple[Origin, ...]:
        """The origins of entries that name the word as their derivative or inflection."""
        found: list[Origin] = []
        for entry in entries:
            names = {name.lower() for name in (*entry.run_ons, *entry.inflections)}
            if word.lower() in names:
                found += self._via(entry.headword)
        return tuple(dict.fromkeys(found))

    def _read(self, word: str) -> tuple[Entry, ...]:
        parsed = (parse_entry(text) for text in self._dictionary.texts(word))
        return tuple(entry for entry in parsed if entry is not None)

    def _knows(self, word: str) -> bool:
        return word in self._dictionary


def _heads(entry: Entry, word: str) -> bool:
    return word.lower() in (name.lower() for name in entry.headwords)


def _only_refers(etymology: str) -> bool:
    """Whether a bracket says nothing but "See {X}" (or "From {X}")."""
    return etymology.startswith(("See {", "See", "From {", "Fr. {", "fr. {", "from {"))
