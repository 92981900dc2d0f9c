"""Which derivations of MorphyNet hold, and the pieces of a word that follow from them.

MorphyNet was extracted from Wiktionary and errs: it has incurable from incur, month from moon,
butter from butt. So a derivation is taken only if

- the affix is in our table, and stem and affix are spelled together by the rules of `joining`;
- no other derivation of the word keeps a spelling rule that this one breaks (incur would double its
  r, in- + curable fits);
- no longer stem comes between (buttery is butter + -y, not butt + -ery);
- an affix that is often only historical (re-, de-, con-, …; -er, -y after a short stem) is seen at
  work: a definition of the word mentions the stem (rebuild: "build again"), or they are antonyms.
  So repress is not re- + press, nor is report of the family of port.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from malmoi.lexicon.facts import Part
from malmoi.lexicon.morphology.affixes import SOURCE as TABLE
from malmoi.lexicon.morphology.affixes import bound, table
from malmoi.lexicon.morphology.morphynet import SOURCE, Derivation
from malmoi.lexicon.morphology.spelling_rules import doubles, is_regular_spelling
from malmoi.lexicon.vocabulary import Vocabulary

_PLAIN_PREFIXES = frozenset(
    "un non in im il ir anti counter hyper inter micro macro multi mini mega neo post pseudo semi "
    "super ultra quasi tele auto self hemi demi uni bi tri mono poly trans sub bio geo psycho "
    "photo thermo hydro electro neuro astro aero eco socio proto".split()
)
"""Prefixes whose meaning a word keeps; in- only where the word is no verb."""
_USUAL_PREFIXES = frozenset("over under mis pre out fore up down back after mid".split())
"""Prefixes whose meaning a rare word keeps (overreact), and a common one often not (overcome)."""
_RARE = 3.8
"""Zipf frequency under which a word is taken to keep it."""
_SURE_SUFFIXES = frozenset(
    "ly ness less ful able hood ship dom ward wards wise like worthy proof ability ize ization ism "
    "ist ity ment ation ous".split()
)
"""Suffixes that are hardly ever the chance end of a word."""
_SHORT = 4
"""Letters of a stem so short that another suffix may be the chance end of the word."""


class Segmenter:
    """Segments words by the derivations that hold."""

    def __init__(
        self,
        bases: Callable[[str], Iterable[Derivation]],
        vocabulary: Vocabulary,
        zipf: Callable[[str], float],
        inflections: Callable[[str], tuple[str, ...]],
        parts_of_speech: Callable[[str], set[str]],
    ) -> None:
        """`bases` gives MorphyNet's derivations of a word; `zipf` is 0 for an unknown word."""
        self._bases = bases
        self._vocabulary = vocabulary
        self._zipf = zipf
        self._inflections = inflections
        self._parts_of_speech = parts_of_speech

    def derivations(self, word: str) -> list[Derivation]:
        """The derivations of a word that hold, the surest first."""
        fitting = [d for d in self._bases(word) if self._fits(d) and self._alive(d)]
        regular = [
            d
            for d in fitting
            if d.kind == "prefix" or doubles(d.base, d.affix, word, self._inflections(d.base))
        ]
        chosen = [d for d in regular or fitting if not _skips(d, regular or fitting)]
        if not chosen:
            chosen = self._negated(word)
        return sorted(chosen, key=lambda d: (d.kind != "prefix", -self._zipf(d.base), d.base))

    def parts(self, word: str) -> tuple[Part, ...]:
        """Prefixes, stem and suffixes in order; () for a word that is not segmented."""
        before: list[Part] = []
        after: list[Part] = []
        stem = word
        for _ in range(4):  # antidisestablishmentarianism has more; nobody learns from it
            found = [d for d in self.derivations(stem) if self._is_stem(d.base)]
            if not found:
                break
            derivation = found[0]
            part = self._part(derivation)
            if part.kind == "prefix":
                before.append(part)
            else:
                after.insert(0, part)
            stem = derivation.base
        if stem == word or stem not in self._vocabulary:
            return ()
        return (*before, Part(stem, "stem", "", SOURCE), *after)

    def _negated(self, word: str) -> list[Derivation]:
        """un- or non- before a derived word where MorphyNet tells of neither: un- + fathomable."""
        for prefix in ("un", "non"):
            rest = word.removeprefix(prefix)
            if rest != word and word in self._vocabulary:
                found = self.derivations(rest)
                if found and found[0].kind == "suffix" and len(found[0].base) > 2:
                    return [Derivation(rest, word, prefix, "prefix", found[0].pos)]
        return []

    def _part(self, derivation: Derivation) -> Part:
        """The affix of a derivation with its meaning there."""
        affix, base, pos = derivation.affix, derivation.base, derivation.pos
        if affix == "ification" and base.endswith("ify"):
            affix = "ation"  # purify + -ation: the stem has the rest already
        if affix == "er":  # a word that is "harder" and "one who hards" is the former
            pos = "adjective" if derivation.derived in self._inflections(base) else "noun"
        row = bound(affix, derivation.kind, pos, self._parts_of_speech(base))
        form = f"{affix}-" if derivation.kind == "prefix" else f"-{affix}"
        source = f"{SOURCE}; {TABLE}" if row else SOURCE
        return Part(form, derivation.kind, row.glosses[0] if row else "", source)

    def _fits(self, derivation: Derivation) -> bool:
        """The affix is known, and the spelling is regular."""
        rows = table().get(derivation.affix, ())
        kinds = ("prefix", "root") if derivation.kind == "prefix" else ("suffix",)
        if len(derivation.base) < 2 or not any(row.kind in kinds for row in rows):
            return False
        if derivation.kind == "prefix":
            plain = derivation.affix + derivation.base
            return derivation.derived in (plain, f"{derivation.affix}-{derivation.base}")
        return is_regular_spelling(derivation.base, derivation.affix, derivation.derived)

    def _alive(self, derivation: Derivation) -> bool:
        """The affix is still at work in the word."""
        word, stem, affix = derivation.derived, derivation.base, derivation.affix
        if derivation.kind == "suffix":
            if len(stem) > _SHORT or affix in _SURE_SUFFIXES:
                return True
            return self._vocabulary.mentions(word, stem, first=True) is not False
        if affix in _PLAIN_PREFIXES and not (affix in ("in", "im") and derivation.pos == "verb"):
            return len(stem) > 2
        if stem in self._vocabulary.antonyms(word):
            return True
        mentioned = self._vocabulary.mentions(word, stem, first=True)
        if mentioned is not None and affix in _USUAL_PREFIXES and self._zipf(word) < _RARE:
            return True
        return bool(mentioned)

    def _is_stem(self, stem: str) -> bool:
        """A word that people know, or one that is itself segmented (repressible)."""
        if stem in self._vocabulary and self._zipf(stem) > 0:
            return True
        return any(d.base in self._vocabulary for d in self.derivations(stem))


def _skips(derivation: Derivation, others: list[Derivation]) -> bool:
    """Whether a longer stem comes between (butt + -ery skips butter + -y)."""
    return derivation.kind == "suffix" and any(
        other.kind == "suffix"
        and len(other.base) > len(derivation.base)
        and other.base[: len(derivation.base) - 1] == derivation.base[:-1]
        for other in others
    )
