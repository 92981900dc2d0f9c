"""lemminflect's dictionary of inflected English words, a word at a time.

    inflections = Inflections.open()
    inflections.lemmas("left")           # {"ADJ": ("left",), …, "VERB": ("leave",)}
    inflections.forms("leave")["VBD"]    # ("left",)

The package reads its lists whole (half a second); here they are tables in malmoi's cache. Its rules
for verbs that they lack are asked of the package itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.core.kept import tables
from malmoi.core.packages.installed import data_file

_ALIKE = {"VBD": "VBN", "VBN": "VBD"}
"""Of most verbs the dictionary has one of the two."""
Forms = Mapping[str, tuple[str, ...]]
_FILES = ("lemma_lu.csv.gz", "lemma_overrides.csv", "infl_lu.csv.gz", "infl_overrides.csv")


class Inflections:
    """Base forms and inflected forms; empty (and false) where lemminflect isn't installed."""

    def __init__(self, lemmas: Mapping[str, Forms], forms: Mapping[str, Forms]) -> None:
        """Word → base forms by universal part of speech; base form → forms by Penn tag."""
        self._lemmas = lemmas
        self._forms = forms

    @classmethod
    def open(cls) -> Inflections:
        """Opened once a process; empty where lemminflect isn't installed."""
        return _opened()

    def __bool__(self) -> bool:
        return bool(self._lemmas)

    def lemmas(self, word: str) -> Forms:
        """Part of speech ("NOUN", "VERB", …) → base forms; {} for an unknown word."""
        if word != word.lower() and self:  # the package gives them in the word's own case
            from lemminflect import getAllLemmas

            found: Forms = getAllLemmas(word)
            return found
        return self._lemmas.get(word, {})

    def forms(self, lemma: str) -> Forms:
        """Penn tag ("VBD") → the forms of a base form; {} for an unknown word."""
        if lemma != lemma.lower() and self:
            from lemminflect import getAllInflections

            found: Forms = getAllInflections(lemma)
            return found
        return self._forms.get(lemma, {})

    def verbs(self, word: str) -> tuple[str, ...]:
        """The base forms of a verb's form, by rules where the dictionary lacks it."""
        found = self.lemmas(word).get("VERB")
        if found or not self:
            return found or ()
        from lemminflect import getAllLemmasOOV

        guessed: Forms = getAllLemmasOOV(word, "VERB")
        return guessed.get("VERB", ())

    def verb_forms(self, verb: str, tag: str) -> tuple[str, ...]:
        """The forms of a verb with a Penn tag, by rules where the dictionary lacks it."""
        known = self.forms(verb)
        found = known.get(tag) or known.get(_ALIKE.get(tag, ""))
        if found or not self:
            return found or ()
        from lemminflect import getAllInflectionsOOV

        guessed: Forms = getAllInflectionsOOV(verb, "VERB")
        return guessed.get(tag, ())


def data_files() -> list[Path]:
    """The files that are read; [] where lemminflect isn't installed."""
    try:
        return [data_file("lemminflect", "lemminflect", "resources", name) for name in _FILES]
    except SourceError:
        return []


@lru_cache(maxsize=1)
def _opened() -> Inflections:
    sources = data_files()
    return Inflections(**tables("lemminflect", sources, __file__, _read)) if sources else EMPTY


EMPTY = Inflections({}, {})


def _read() -> dict[str, dict[str, Any]]:
    from lemminflect import config, getAllInflections, getAllLemmas
    from lemminflect.codecs.InflectionLUCodec import InflectionLUCodec
    from lemminflect.codecs.LemmaLUCodec import LemmaLUCodec
    from lemminflect.codecs.OverridesCodec import OverridesCodec

    lemmas = {
        **LemmaLUCodec.load(config.lemma_lu_fn),
        **OverridesCodec.load(config.lemma_overrides_fn),
    }
    forms = {
        **InflectionLUCodec.load(config.inflection_lu_fn),
        **OverridesCodec.load(config.infl_overrides_fn),
    }
    return {"lemmas": _asked(lemmas, getAllLemmas), "forms": _asked(forms, getAllInflections)}


def _asked(words: Iterable[str], ask: Callable[[str], dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the package answers for each word in lower case."""
    return {word: ask(word) for word in words if word == word.lower()}
