"""Words that are one word to a learner: forms of one lemma, or of one derivational family.

    group(["abate", "abates", "astronomical", "gastronomical"], morphology)
    # [["abate", "abates"], ["astronomical"], ["gastronomical"]]

Letters in common make no family: a fuzzy ratio of 95 misses abate/abates (90.9) and merges
astronomical/gastronomical (96.0). Nor does a chain of derivations followed without end. A family is
what `Morphology.family_name` gives one name to: the words of one base. The name depends on the word
alone, so a list that grows changes none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Families(Protocol):
    """What is needed of `malmoi.lexicon.morphology.forms.Morphology`."""

    def family_name(self, word: str) -> str:
        """One name for all words of a family and their inflected forms."""
        ...


def families(words: Iterable[str], morphology: Families) -> dict[str, str]:
    """The family of each word (in lower case), by its name: what a split keeps together."""
    return {word: morphology.family_name(word) for word in _once(words)}


def contaminated(
    train: Iterable[str], test: Iterable[str], morphology: Families
) -> list[tuple[str, str]]:
    """Each word of `train` that a word of `test` gives away, with that word; both in lower case."""
    held: dict[str, str] = {}
    for word, family in families(test, morphology).items():
        held.setdefault(family, word)
    pairs = families(train, morphology).items()
    return [(word, held[family]) for word, family in pairs if family in held]


def _once(words: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(word.lower() for word in words)
