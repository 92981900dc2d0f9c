"""A dictionary of vectors: how near two words are among the common words of both languages.

    words = WordVectors.open(folder)
    words.evidence_of([("직원", "staff")])

The encoder is Google's multilingual sentence encoder (`malmoi.models.use`), any other dense encoder
takes its place. Source, direction and value of each piece of evidence:

    vectors       both   1 / (1 + exp(−5 · CSLS)), see `neighbours.py`
    vectors best  ko→en  exp(score − the best English word's), at most 1: no common English word is
                         nearer to the Korean term
    vectors best  en→ko  the same for the English term and Korean words

Nothing is said of a term that the encoder can't read: one that keeps its vector when all its
syllables (before a predicate's 다) are replaced by one that no vocabulary has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from malmoi.core.errors import SourceError
from malmoi.models.dense import Cached, DenseEncoder
from malmoi.models.use import UNREAD, USE
from malmoi.synonyms.sources.candidates import Direction, Evidence
from malmoi.synonyms.sources.neighbours import Nearness, Neighbours
from malmoi.synonyms.sources.terms import lemma
from malmoi.text.general_english import general_english
from malmoi.text.general_korean import general_words
from malmoi.text.hangul import is_hangul

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

NAMES = ("vectors", "vectors best")
COMMON_WORDS = 20_000
"""Words of each language that a term's neighbours are sought in."""
STEEPNESS = 5.0
"""How steeply "vectors" rises: CSLS of words is within ±1 here."""
_SAME = 1e-4
_LEAD = re.compile(r"^to\s+(?=\w)", re.IGNORECASE)


class WordVectors:
    """Words as an encoder sees them, alone and among the common ones.

    Args:
        encoder: embeds words of both languages in one space.
        folder: keeps what is known of the common words (None: nothing is kept).
    """

    def __init__(self, encoder: DenseEncoder, folder: Path | None = None) -> None:
        self.encoder, self._folder = encoder, folder
        self.identity = encoder.identity

    @classmethod
    def open(cls, cache: Path) -> WordVectors:
        """The packaged encoder; vectors are kept in the folder `cache`.

        Raises:
            SourceError: the encoder, or the list of English words, is not installed.
        """
        import_english_words()
        return cls(Cached(USE(), cache), cache)

    @cached_property
    def common(self) -> Neighbours:
        """The common words of both languages."""
        words = korean_words(COMMON_WORDS), english_words(COMMON_WORDS)
        return Neighbours(self.encoder, *words, self._folder)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of terms [texts, d], as they are written in a dictionary."""
        return self.encoder.embed_queries([plain(text) for text in texts])

    def evidence_of(self, pairs: Sequence[tuple[str, str]]) -> list[list[Evidence]]:
        """What is said of each pair (Korean, English)."""
        if not pairs:
            return []
        readable = self.readable([korean for korean, _ in pairs])
        written = [(korean, plain(english)) for korean, english in pairs]
        found = self.common.compare(written)
        return [_said(near) if read else [] for near, read in zip(found, readable, strict=True)]

    def readable(self, korean: Sequence[str]) -> list[bool]:
        """Whether the encoder sees more of each term than that it is one."""
        vectors = self.encoder.embed_queries(list(korean))
        shapes = [_blank(term) for term in korean]
        blanks = self.encoder.embed_queries(list(dict.fromkeys(shapes)))
        at = {shape: number for number, shape in enumerate(dict.fromkeys(shapes))}
        differ = np.abs(vectors - blanks[[at[shape] for shape in shapes]]).max(axis=1) > _SAME
        return [bool(d) for d in differ]


def plain(text: str) -> str:
    """A term as it stands in a dictionary: lower case but for initials, without "to".

    >>> plain("To Save"), plain("NATO")
    ('save', 'NATO')
    """
    bare = _LEAD.sub("", text)
    return bare if len(bare) > 1 and bare.isupper() else bare.lower()


def korean_words(count: int) -> list[str]:
    """The commonest Korean nouns, predicates and adverbs in dictionary form."""
    words: dict[str, None] = {}
    for form, word in general_words().items():
        if len(words) == count:
            break
        if is_hangul(form) and word.tag in _DICTIONARY_FORM:
            words[form + _DICTIONARY_FORM[word.tag]] = None
    return list(words)


_DICTIONARY_FORM = {
    "NNG": "", "NNP": "", "MAG": "", "NR": "", "NP": "", "VV": "다", "VA": "다", "XR": "하다",
}  # fmt: skip
"""What makes a word of a morpheme with this tag."""


def english_words(count: int) -> list[str]:
    """The commonest English words, without plurals."""
    import_english_words()
    listed = islice(general_english(), 3 * count)
    return [word for word in listed if lemma(word) == word][:count]


def import_english_words() -> None:
    """See that the list of English words is there.

    Raises:
        SourceError: it is not.
    """
    try:
        import wordfreq  # noqa: F401
    except ImportError as error:
        raise SourceError(
            "the common English words come with the package wordfreq, which is not installed: "
            "pip install 'malmoi[embedded]'"
        ) from error


def _blank(term: str) -> str:
    """A term of the same shape of which nothing can be read."""
    end = "다" if term.endswith("다") else ""
    return re.sub(r"[가-힣]", UNREAD, term.removesuffix(end)) + end


def _said(near: Nearness) -> list[Evidence]:
    value = 1 / (1 + np.exp(-STEEPNESS * near.csls))
    leads: dict[Direction, float] = {"ko→en": near.lead_of_english, "en→ko": near.lead_of_korean}
    best = [
        Evidence("vectors best", round(float(np.exp(min(0.0, lead))), 4), way)
        for way, lead in leads.items()
    ]
    return [Evidence("vectors", round(float(value), 4), "both", f"CSLS {near.csls:.3f}"), *best]
