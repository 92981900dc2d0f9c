"""The facts of a word, as `Lexicon.word` gives them. Every fact names its source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

PartOfSpeech = Literal["noun", "verb", "adjective", "adverb", "other"]


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """How a word sounds.

    `ipa` has stress marks ("ˈɑbstənət"); `phones` are ARPAbet with stress digits ("AA1", "B", …);
    `stress` has a digit for each syllable (1 primary, 2 secondary, 0 none).
    """

    ipa: str
    phones: tuple[str, ...]
    stress: str
    source: str

    @property
    def syllables(self) -> int:
        """How many."""
        return len(self.stress)


@dataclass(frozen=True, slots=True)
class Reading:
    """Another way to read the same letters, which the pronunciations may lack.

    Attributes:
        pos: part of speech that is read so, "" where it isn't told.
        stress: which syllable is stressed, from 0.
        syllables: how many.
        phones: as of a `Pronunciation`; () where only the stress is told.
        source: who tells.
    """

    pos: str
    stress: int
    syllables: int
    phones: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Root:
    """A word or affix of another language (or an older one) that a word is made of.

    `gloss` is its meaning ("" where the source gives none); `language` is spelled out ("Latin").
    """

    form: str
    gloss: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """One source's account of where a word comes from.

    Attributes:
        etymon: the word it comes from, with its gloss; None where the source names only parts.
        roots: what the etymon is made of, in order ("ob", "stare").
        cognates: English words that the source names as related.
        text: the source's own words, on one line.
        source: the source ("GCIDE", "GCIDE via {Current}", "Etymological Wordnet").
        pos, meanings: of the entry that the source tells it of, "" and () where it has no such:
            bark of a tree and bark of a dog have different origins.
    """

    etymon: Root | None
    roots: tuple[Root, ...]
    cognates: tuple[str, ...]
    text: str
    source: str
    pos: str = ""
    meanings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a word's English form. `gloss` is an affix's meaning, "" where not known."""

    form: str
    kind: Literal["prefix", "stem", "suffix"]
    gloss: str
    source: str


@dataclass(frozen=True, slots=True)
class Relative:
    """A word of the same derivational family, and how it is derived."""

    word: str
    affix: str
    source: str


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning. `id` stays the same between runs ("obstinate.adjective.1")."""

    id: str
    pos: PartOfSpeech
    definition: str
    examples: tuple[str, ...]
    synonyms: tuple[str, ...]
    antonyms: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Number:
    """A measured value: Zipf frequency (0 to 8), concreteness (1 abstract to 5 concrete)."""

    value: float
    source: str


@dataclass(frozen=True, slots=True)
class Level:
    """A CEFR level, A1 to C2, and whether the word's frequency agrees with it."""

    value: str
    source: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """All that is known of a word.

    Attributes:
        term: as it was asked for, lower-cased and stripped.
        lemma: its base form.
        inflections: its other forms ("abates", "abated", "abating").
        family: derivational relatives.
        parts: affixes and stem of the English word, in order; empty where it has none.
        readings: heteronyms: where the stress or sound differs by part of speech (august).
        variants: other spellings of the same word (colour, color).
        definitions: definitions of other sources than that of the senses, to compare with.
        synonyms, antonyms: of all senses together.
        disagreements: where two sources differ, in a sentence each.
        unknown: field → why nothing is known.
    """

    term: str
    lemma: str
    pronunciations: tuple[Pronunciation, ...] = ()
    inflections: tuple[str, ...] = ()
    family: tuple[Relative, ...] = ()
    parts: tuple[Part, ...] = ()
    origins: tuple[Origin, ...] = ()
    senses: tuple[Sense, ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()
    synonyms: tuple[str, ...] = ()
    antonyms: tuple[str, ...] = ()
    zipf: Number | None = None
    cefr: Level | None = None
    concreteness: Number | None = None
    disagreements: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    variants: tuple[str, ...] = ()
    unknown: dict[str, str] = field(default_factory=dict)


def forms(word: Word) -> frozenset[str]:
    """The term in all its forms."""
    return frozenset(w.lower() for w in (word.term, word.lemma, *word.inflections))
