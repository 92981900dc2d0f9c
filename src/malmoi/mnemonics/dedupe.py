"""Words that are one word to a learner: the same lemma or the same derivational family.

    group(["abate", "abates", "astronomical", "gastronomical"], morphology)
    # [["abate", "abates"], ["astronomical"], ["gastronomical"]]

Neither letters in common nor a chain of derivations makes a family: fuzzy matching at a ratio of 95
misses abate/abates (90.9) and merges astronomical/gastronomical (96.0), and MorphyNet's graph,
followed without end, joins words that no learner would. So a word joins a group only if it is
directly of the family of the group's base or of at least half of its members.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol

BLOCK = 4
"""Words that share this many first letters are compared, besides the relatives of each."""


class _Related(Protocol):
    @property
    def word(self) -> str: ...


class Families(Protocol):
    """What is needed of `malmoi.lexicon.morphology.Morphology`."""

    def lemma(self, word: str) -> str:
        """The base form."""
        ...

    def family(self, word: str) -> Sequence[_Related]:
        """Derivational relatives."""
        ...

    def same_family(self, a: str, b: str) -> bool:
        """Whether two words are of one lemma or one derivational family."""
        ...


def group(words: Iterable[str], morphology: Families) -> list[list[str]]:
    """Groups of words that are one, each once: the shortest word of a group first.

    Groups are in the order of their first word in `words`, which is lower-cased. The result does
    not depend on the order of `words` otherwise.
    """
    listed = list(dict.fromkeys(word.lower() for word in words))
    place = {word: number for number, word in enumerate(listed)}
    lemmas = {word: morphology.lemma(word) for word in listed}
    groups: list[list[str]] = []
    at: dict[str, int] = {}  # the number of the group that a word or a lemma is in
    blocks: dict[str, list[int]] = defaultdict(list)
    for word in sorted(listed, key=lambda word: (len(lemmas[word]), lemmas[word], len(word), word)):
        lemma = lemmas[word]
        number = at.get(lemma, at.get(word))
        if number is None:
            relatives = (relative.word for relative in morphology.family(word))
            near = [at[relative] for relative in relatives if relative in at]
            near += blocks[word[:BLOCK]]
            number = _nearest(word, [groups[n] for n in dict.fromkeys(near)], morphology, at)
        if number is None:
            number = len(groups)
            groups.append([])
        groups[number].append(word)
        at[word] = number
        at.setdefault(lemma, number)
        if number not in blocks[word[:BLOCK]]:
            blocks[word[:BLOCK]].append(number)
    return sorted(groups, key=lambda members: min(place[word] for word in members))


def families(words: Iterable[str], morphology: Families) -> dict[str, str]:
    """The name of each word's family, as a split keeps it together; the words in lower case.

    A group is named by the shortest base form in the morphology's own families of its members,
    listed or not, so that the name (and what is hashed from it) stays when the list grows.
    """
    groups = group(words, morphology)
    listed = {word for members in groups for word in members}
    names: dict[str, str] = {}
    taken: set[str] = set()
    for members in groups:
        bases = {morphology.lemma(word) for word in members}
        bases |= {r.word for base in sorted(bases) for r in morphology.family(base)}
        # A word that is listed and in another group has shown itself to be of another family.
        own = (base for base in bases if base not in listed or base in members)
        name = min(own, key=lambda base: (len(base), base), default=members[0])
        name = members[0] if name in taken else name
        taken.add(name)
        names |= dict.fromkeys(members, name)
    return names


def contaminated(
    train: Iterable[str], test: Iterable[str], morphology: Families
) -> list[tuple[str, str]]:
    """Each word of `train` that a word of `test` gives away, with that word; both in lower case.

    A pair is of one lemma, or directly of one family: no group is consulted, so that a group's
    limits hide nothing.
    """
    tested = list(dict.fromkeys(word.lower() for word in test))
    by_lemma: dict[str, str] = {}
    blocks: dict[str, list[str]] = defaultdict(list)
    for word in tested:
        by_lemma.setdefault(morphology.lemma(word), word)
        by_lemma.setdefault(word, word)
        blocks[word[:BLOCK]].append(word)
    pairs = []
    for word in dict.fromkeys(word.lower() for word in train):
        if found := by_lemma.get(morphology.lemma(word), by_lemma.get(word)):
            pairs.append((word, found))
            continue
        relatives = [r.word for r in morphology.family(word)]
        near = [by_lemma[r] for r in relatives if r in by_lemma] + blocks[word[:BLOCK]]
        match = next((t for t in dict.fromkeys(near) if morphology.same_family(word, t)), None)
        if match:
            pairs.append((word, match))
    return pairs


def _nearest(
    word: str, candidates: list[list[str]], morphology: Families, at: dict[str, int]
) -> int | None:
    """The group that `word` belongs to: the one with the most of its direct relatives."""
    best: tuple[float, int] | None = None
    for members in candidates:
        related = sum(morphology.same_family(word, member) for member in members)
        share = related / len(members)
        direct = share >= 0.5 or morphology.same_family(word, members[0])
        if direct and (best is None or share > best[0]):
            best = share, at[members[0]]
    return None if best is None else best[1]
