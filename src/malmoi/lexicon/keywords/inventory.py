"""The words that may serve as keywords: common, concrete, in their base form, on no list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

from malmoi.core.errors import SourceError
from malmoi.lexicon.morphology.inflections import Inflections
from malmoi.lexicon.sound.pronunciation import Sounds

MIN_ZIPF = 3.3
"""A learner who meets Zipf 2–4 words knows words as frequent as this ("lamb", "candy")."""
MIN_CONCRETENESS = 3.5
"""Of 5: what can be pictured."""
_MIN_CONCRETENESS = 4.4
"""Concreteness from which an inflected form is a thing of its own ("building", not "holding")."""
MAX_SYLLABLES = 3

Measure = Callable[[str], float | None]
"""A word's value, None where it is not known."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that may serve as a keyword; `phones` are ARPAbet with stress digits."""

    word: str
    phones: tuple[str, ...]
    zipf: float
    concreteness: float


def inventory(sounds: Sounds, zipf: Measure, concreteness: Measure) -> list[Keyword]:
    """All keywords, in alphabetical order: 2 phones or more and the two least values above.

    Raises:
        SourceError: lemminflect isn't installed.
    """
    out = excluded()
    inflections = Inflections.open()
    if not inflections:
        raise SourceError(
            "the package lemminflect, which knows base forms, isn't installed: "
            "pip install lemminflect"
        )
    found = []
    for word in sorted(sounds.words()):
        if not (word.isascii() and word.isalpha()) or word in out:
            continue
        concrete = concreteness(word)
        if concrete is None or concrete < MIN_CONCRETENESS:
            continue
        frequency = zipf(word)
        if frequency is None or frequency < MIN_ZIPF or not _base_form(word, concrete, inflections):
            continue
        phones = sounds.phones(word)[0]
        if len(phones) >= 2 and sum(p[-1].isdigit() for p in phones) <= MAX_SYLLABLES:
            found.append(Keyword(word, phones, frequency, concrete))
    return found


def excluded() -> frozenset[str]:
    """Words that are never keywords (data/not_keywords.txt): ambiguous in sound, or offensive."""
    text = (files("malmoi.lexicon") / "data/not_keywords.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line and line[0] != "#")


def _base_form(word: str, concreteness: float, inflections: Inflections) -> bool:
    """Whether the word is a lemma ("candy" yes, "dishes" no), and not rather a verb's form."""
    lemmas = inflections.lemmas(word)
    if word.endswith("s") and any(word in (x + "s", x + "es") for x in lemmas.get("NOUN", ())):
        return False
    if lemmas.get("VERB", (word,))[0] != word and concreteness < _MIN_CONCRETENESS:
        return False
    return lemmas.keys() != {"ADV"} and any(forms[0] == word for forms in lemmas.values())
