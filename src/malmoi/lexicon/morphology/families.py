"""Which words are of one derivational family: obstinate, obstinacy, obstinately.

Families are the connected parts of a graph over all words: the derivations that hold
(`segmentation`), derivations of irregular spelling that MorphyNet has and whose words begin alike
(decide, decision), pairs of endings (gastronomy, gastronomical) and spelling variants (judgement,
judgment; colour, color). The graph is made once and kept in malmoi's cache.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from malmoi.lexicon.morphology.affixes import table
from malmoi.lexicon.morphology.morphynet import Derivation
from malmoi.lexicon.morphology.segmentation import Segmenter
from malmoi.lexicon.morphology.spelling_rules import is_regular_spelling

_PREFIXES = frozenset(
    "un non in im il ir dis mis re over under pre out anti counter inter co en em be fore de post "
    "sub super semi".split()
)
"""Those before which a word stays in its family; "tele" or "bio" make another word."""

_ENDINGS: tuple[tuple[str, str, int], ...] = (
    ("y", "ic", 4), ("y", "ical", 4), ("ic", "ical", 4), ("y", "ist", 5), ("ism", "ist", 4),
    ("ism", "istic", 4), ("ist", "istic", 4), ("ate", "acy", 4), ("ate", "ation", 4),
    ("ent", "ence", 4), ("ent", "ency", 4), ("ant", "ance", 5), ("ant", "ancy", 4),
    ("ous", "ity", 4), ("ous", "osity", 4), ("ion", "ive", 5), ("ize", "ism", 4),
    ("ide", "ision", 3), ("ude", "usion", 3), ("mit", "mission", 2), ("vert", "version", 2),
    ("ceive", "ception", 2), ("scribe", "scription", 2), ("duce", "duction", 2),
    ("sume", "sumption", 2), ("olve", "olution", 3), ("pel", "pulsion", 2),
    ("ible", "ibility", 3), ("able", "ability", 3), ("acious", "acity", 3),
    ("ation", "atory", 4), ("e", "atory", 5), ("asm", "ast", 5), ("asm", "astic", 4),
    ("yst", "ytic", 4), ("ade", "asion", 2), ("ain", "enance", 4), ("eal", "elation", 3),
    ("ieve", "ief", 3), ("le", "ulation", 5), ("eive", "eit", 3), ("ound", "undity", 4),
    ("ear", "arance", 4),
)  # fmt: skip
"""Two endings that words of one family have, and the fewest letters before them."""

_VARIANTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), other)
    for pattern, other in (
        (r"^(\w{3,})our$", r"\1or"), (r"^(\w{3,})our(?=able|ful|less|ite|ing|ed)", r"\1or"),
        (r"^(\w{2,}[ct])re$", r"\1er"), (r"^(\w{4,})is(?=e$|ed$|ing$|ation$|er$)", r"\1iz"),
        (r"^(\w{3,})yse$", r"\1yze"), (r"^(\w{3,})ogue$", r"\1og"), (r"^(\w{3,})ence$", r"\1ense"),
        (r"^(\w*)ae(?=\w{4})", r"\1e"), (r"^(\w{2,})oeu?(?=\w{3})", r"\1e"),
        (r"^(\w{2,})dgement", r"\1dgment"), (r"^(\w{3,})lment$", r"\1llment"),
        (r"^(\w{3,})l(?=ful)", r"\1ll"),
    )
)  # fmt: skip


class Families:
    """Word → the name of its family. A word alone in its family has none."""

    def __init__(self, names: Mapping[str, str], members: Mapping[str, list[str]]) -> None:
        """Each word's name of its family, and each family's words, as `group` gives them."""
        self._names = names
        self._members = members

    def name(self, word: str) -> str:
        """The family's name, one of its words; the word itself where it stands alone."""
        return self._names.get(word, word)

    def __contains__(self, word: str) -> bool:
        return word in self._names

    def members(self, word: str) -> list[str]:
        """All words of its family in alphabetical order, the word among them."""
        return sorted(self._members.get(self.name(word), [word]))


def group(
    derivations: dict[str, list[Derivation]],
    segmenter: Segmenter,
    known: set[str],
) -> dict[str, dict[str, Any]]:
    """The families of words: "names" and "members", what `Families` is made of.

    Args:
        derivations: MorphyNet's by the derived word; they link through words that aren't known.
        segmenter: takes words apart, so that no false derivation joins two families.
        known: the words that a family may hold.
    """
    groups = _Groups()
    for word in sorted(derivations):
        for derivation in _sound(derivations[word], segmenter):
            groups.join(word, derivation.base)
    for word in sorted(known):
        for other in _alike(word, known.__contains__):
            groups.join(word, other)
    names = {word: name for word, name in groups.named() if word in known}
    members: dict[str, list[str]] = defaultdict(list)
    for word, name in names.items():
        members[name].append(word)
    return {"names": names, "members": dict(members)}


def _sound(derivations: list[Derivation], segmenter: Segmenter) -> list[Derivation]:
    """Those of a word's derivations that keep it in the family of its base.

    Where a suffix is the last step (import + -able, unhappy + -ness), a prefix before the whole
    (im- + portable) is not taken too: the step before has it, if it is one.
    """
    holding = segmenter.derivations(derivations[0].derived)
    if not holding:
        return [d for d in derivations if _irregular(d)]
    suffixes = [d for d in holding if d.kind == "suffix"]
    return suffixes or [d for d in holding if d.affix in _PREFIXES]


def _irregular(derivation: Derivation) -> bool:
    """A suffix that changes its stem (decide, decision): most of the stem is still there."""
    if derivation.kind != "suffix" or derivation.affix not in table():
        return False
    base, word = derivation.base, derivation.derived
    if is_regular_spelling(base, derivation.affix, word):
        return False  # regular, and yet it doesn't hold
    same = [a == b for a, b in zip(base, word, strict=False)]
    shared = (*same, False).index(False)
    return shared >= max(4, 0.6 * len(base)) and word[-2:] == derivation.affix[-2:]


def _alike(word: str, known: Callable[[str], bool]) -> Iterator[str]:
    """Known words that differ by a pair of endings or are another spelling."""
    for one, other, least in _ENDINGS:
        if word.endswith(one) and len(word) - len(one) >= least:
            changed = word[: -len(one)] + other
            if known(changed):
                yield changed
    for pattern, replacement in _VARIANTS:
        changed = pattern.sub(replacement, word)
        if changed != word and known(changed):
            yield changed


class _Groups:
    """Union-find over words."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def join(self, a: str, b: str) -> None:
        """Put two words into one group, named after the shorter name (then the earlier)."""
        first, second = sorted((self._root(a), self._root(b)), key=lambda w: (len(w), w))
        self._parent[second] = first

    def named(self) -> Iterator[tuple[str, str]]:
        """(word, name of its group) for every word that was joined, in alphabetical order."""
        return ((word, self._root(word)) for word in sorted(self._parent))

    def _root(self, word: str) -> str:
        self._parent.setdefault(word, word)
        while self._parent[word] != word:
            self._parent[word] = self._parent[self._parent[word]]
            word = self._parent[word]
        return word
