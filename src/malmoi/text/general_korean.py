"""The words of Korean in general, with how often they are used: kiwi's own dictionary.

    words = general_words()
    words["아직"].frequency      # about .0003 of all words
    words["싶"].content          # False: an auxiliary

kiwi numbers its morphemes by their frequency, so a number is a rank, and Zipf's law makes a
frequency of it (Zipf 1949; Mandelbrot's shift is the function words that come first):

    frequency = .07 / (rank − 50)

The factor is that of `wordfreq`'s Korean list: the median of its 1,200 words among the first 2,000
ranks, and of those up to rank 20,000, lies within a factor of two of the law. Behind the first
80,000 or so the order says nothing any more.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from malmoi.text.conjugation import allomorphs, past
from malmoi.text.hangul import decompose, has_hangul, has_joining_jamo, is_hangul
from malmoi.text.morphemes import CONTENT_TAGS, RANKED, VERB_TAGS, dictionary, irregular_stems

ZIPF, SHIFT = 0.07, 50
"""Factor and shift of the law; ranks up to the shift are no words."""

_NO_WORDS = frozenset({"UN", "SS", "SSO", "SSC", "Z_CODA", "Z_SIOT", "P", "UNA"})

_AFTER_BRIGHT_VOWELS = {"어": "아", "었": "았"}


class GeneralWord(NamedTuple):
    """A morpheme's tag where it is commonest, and its share of all words (0 to 1)."""

    tag: str
    frequency: float

    @property
    def content(self) -> bool:
        """Whether it carries content, as nouns, verbs and adverbs do."""
        return self.tag in CONTENT_TAGS


@lru_cache(maxsize=1)
def general_words() -> dict[str, GeneralWord]:
    """Korean morphemes by form, the commonest first; endings may begin inside a syllable."""
    words: dict[str, GeneralWord] = {}
    for rank, (form, tag) in enumerate(dictionary(RANKED)):
        hangul = has_hangul(form) or has_joining_jamo(form)
        if form and hangul and " " not in form and tag not in _NO_WORDS:
            words.setdefault(form, GeneralWord(tag, ZIPF / max(1, rank - SHIFT)))
    for form, word in list(words.items()):
        # kiwi has one form for both: 같아요 is 같 + 어요 to it.
        if word.tag in {"EF", "EC", "EP"} and form[0] in _AFTER_BRIGHT_VOWELS:
            words.setdefault(_AFTER_BRIGHT_VOWELS[form[0]] + form[1:], word)
    return dict(sorted(words.items(), key=lambda pair: -pair[1].frequency))


@lru_cache(maxsize=1)
def general_forms() -> dict[str, GeneralWord]:
    """`general_words` and what endings make of the verbs among them (배워 of 배우), as frequent."""
    words = dict(general_words())
    for form, word in general_words().items():
        if word.tag in VERB_TAGS:
            others = allomorphs(form, form in irregular_stems())
            for other in others:
                words.setdefault(other, word)
            last = others[0] if others else form
            if len(last) == 1 and is_hangul(last) and not decompose(last)[2]:
                words.setdefault(past(last), GeneralWord("EP", word.frequency))
    words["ᆻ"] = GeneralWord("EP", words["었"].frequency)  # 었 that has merged: 배웠
    # kiwi reads 뭐예요 as 뭐이에요, and 예 is a word.
    words["예요"] = GeneralWord("EF", words["요"].frequency)
    return dict(sorted(words.items(), key=lambda pair: -pair[1].frequency))
