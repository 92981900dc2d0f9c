"""Relatives that a learner knows: cognates of a dictionary's references, and the word's family."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.lexicon.morphology.affixes import table
from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.claims.defined_by import defined_by
from malmoi.mnemonics.compose.anchor import Basis, Says, capitals, kind_of, only_ending, overlap
from malmoi.mnemonics.compose.clauses import main
from malmoi.mnemonics.compose.frames import of_people
from malmoi.mnemonics.compose.meaning import plain_definition
from malmoi.mnemonics.compose.phrases import surely_counted, upper_first, zipf
from malmoi.mnemonics.compose.root_index import RootIndex
from malmoi.mnemonics.compose.verbs import base_of_participle
from malmoi.text.english import lower_words

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

MIN_ZIPF, MIN_ZIPF_LISTED = 3.5, 2.9
"""Zipf frequency from which a learner knows a word, and of one that the levels to B2 list."""
_NAMES = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february april june july
    august september october november december""".split()
)
MAX_OF_ROOT = 12
"""Words of one root, the most common first, that are tried."""
_EASIER, _LITTLE_EASIER, _FAR = 0.75, 0.2, 0.3
"""By how much a relative must be commoner than the word, one that everybody knows, and one that is
made of the word: "vengeance" is no easier than vengeful."""
_SURELY_KNOWN = 3.9


def bases(word: Word, lexicon: Lexicon, index: RootIndex) -> Iterator[Basis]:
    """The common words that a dictionary names as related, with the letters they share.

    Args:
        word: its origins name cognates, its family relatives.
        lexicon: tells how common they are.
        index: common words by their roots.
    """
    own = word.zipf.value if word.zipf else 2.0
    named = [c.lower() for origin in word.origins for c in origin.cognates]
    roots = {
        root: None
        for origin in word.origins
        for root in (origin.etymon, *origin.roots)
        if root is not None
    }
    by_root = {
        other
        for root in roots
        for other in [w for w in index.words(root) if _seen(word.term, w)][:MAX_OF_ROOT]
        if other not in named
    }
    named += sorted(by_root)
    family = [relative.word for relative in word.family]
    by_root -= set(family)
    for other in dict.fromkeys([*named, *family, *_defining(word, lexicon)]):
        if (
            not other.isalpha()
            or other in _NAMES
            or not (
                _known(other, own, lexicon)
                or _is_base(other, word.term, lexicon)
                or (
                    _alike(word.term, other)
                    and zipf(other, lexicon) >= MIN_ZIPF
                    and _known(other, own - _LESS_FAR, lexicon)
                )
            )
            or other == word.term
        ):
            continue
        if other.endswith(word.term) and other.removesuffix(word.term) in _NOT:
            continue  # "infinite" is the opposite of finite
        if _denied(other, word.term, lexicon):
            continue  # nobody who thinks of convincing is unconvinced
        if lexicon.morphology.lemma(other) != other or other in word.inflections:
            continue
        if main(other, lexicon) == "adverb" or (
            other.endswith("ed") and base_of_participle(other) and not word.term.startswith(other)
        ):
            continue  # of "pronounced" the verb is told
        # What is made of the word itself is no help, unless it is far commoner.
        far = max(own + _FAR, MIN_ZIPF)
        if other.startswith(word.term[:-1]) and zipf(other, lexicon) < far:
            continue
        span = overlap(word.term, other)
        size = span[1] - span[0]
        # "Do" and "doom", "trip" and "tramp": that they are akin helps nobody to remember.
        if size < _MIN_SHARED or only_ending(word.term, other, span):
            continue
        kind, first = _kind(word.term, other, lexicon), lexicon.word(other).senses[:1]
        if kind == "adjective" and first and _after_verb(first[0], lexicon):
            continue  # "something worth"
        trigger = min(1.0, 0.3 + 0.7 * size / min(len(other), len(word.term)))
        fact = (
            f"{capitals(word.term, span, first=True)} is related to "
            f"{capitals(other, overlap(other, word.term))}."
        )
        reason = f"{upper_first(word.term)} is related to {other}."
        yield Basis(
            "etymology",
            Anchor(other, "root" if other in named else "part"),
            fact,
            (reason,),
            other,
            kind,
            trigger,
            named=True,
            countable=surely_counted(other, lexicon),
            object=_said_of(first, lexicon) if kind == "adjective" else "",
            shown=other,
            defined=_defined(other, lexicon) if other not in by_root else (),
        )


def _denied(other: str, term: str, lexicon: Lexicon) -> bool:
    """Whether a word is of what the term denies ("convince" of unconvinced, "popularity"), or
    denies it ("uncomfortable" of discomfort)."""
    for no in _NOT:
        rest = term.removeprefix(no)
        if rest == term or not lexicon.word(rest).senses:
            continue
        surely = no in _ONLY_NOT or main(rest, lexicon) == "adjective"
        if surely and rest.startswith(other[: max(_MIN_DENIED, len(other) // 2)]):
            return True
    whole = any(
        other.startswith(no) and not term.startswith(no) and lexicon.word(other[len(no) :]).senses
        for no in _ONLY_NOT
    )
    return whole and not term.startswith(other[:-1])


def _after_verb(sense: Sense, lexicon: Lexicon) -> bool:
    found = lexicon.wordnet.position(sense.id) if lexicon.wordnet else ""
    return found == "p"


def _said_of(senses: tuple[Sense, ...], lexicon: Lexicon) -> str:
    """Whether an adjective is said of people: "someone brave"."""
    known = senses and senses[0].pos == "adjective" and of_people(senses[0], lexicon)
    return "people" if known else ""


def _defining(word: Word, lexicon: Lexicon) -> list[str]:
    """Words of its definitions that the word's beginning shows: "a small circle" of a circlet."""
    told = " ".join(sense.definition for sense in word.senses)
    words = {lexicon.morphology.lemma(each) for each in lower_words(told)}
    return sorted(each for each in words if defined_by(word, each, lexicon))


def _kind(term: str, other: str, lexicon: Lexicon) -> Says:
    """What a relative is here: "correctness" and "correctly" are of the adjective."""
    if _OF_NOUN.search(other):
        return "noun"  # one may "reverence", but thinks of reverence
    adjective = any(sense.pos == "adjective" for sense in lexicon.word(other).senses)
    return "adjective" if adjective and _OF_ADJECTIVE.search(term) else kind_of(other, lexicon)


_OF_NOUN = re.compile(r"(?:ence|ance|ion|ness|ity)$")
_OF_ADJECTIVE = re.compile(r"(?:ness|ly|ity|[ae]nc[ey])$")


def _defined(other: str, lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(plain_definition(sense.definition) for sense in lexicon.word(other).senses[:1])


def _seen(term: str, other: str) -> bool:
    """Whether so much of another word is in the term that one sees the root."""
    start, end = overlap(term, other)
    return end - start >= min(_MIN_SEEN, len(other))


def _alike(term: str, other: str) -> bool:
    """Whether all but the endings of two words is the same."""
    span = overlap(term, other)
    return span[0] == 0 and other.startswith(term[: span[1]]) and span[1] >= len(term) - 2


_LESS_FAR = 0.35
"""How much less common a relative may be that differs in its ending alone."""


def _is_base(other: str, term: str, lexicon: Lexicon) -> bool:
    """Whether a word is what the term is made of with an ending, and known by itself."""
    if not _MIN_BASE <= len(other) < len(term) or not term.startswith(other[:-1]):
        return False
    endings = (term[len(other) - 1 :], term[len(other) :], term[len(other) + 1 :])
    suffix = any(row.kind == "suffix" for each in endings for row in table().get(each, ()))
    return suffix and zipf(other, lexicon) >= MIN_BASE_ZIPF


_MIN_BASE, MIN_BASE_ZIPF = 3, 3.15
"""Letters and Zipf frequency of a base from which on it helps however common what is made of it."""
_NOT = frozenset("in im il ir un non dis".split())
_ONLY_NOT = frozenset("un non dis".split())
_MIN_SEEN, _MIN_SHARED, _MIN_DENIED = 4, 3, 4


def _known(other: str, own: float, lexicon: Lexicon) -> bool:
    """Whether a learner who doesn't know the word knows another."""
    common = zipf(other, lexicon)
    level = lexicon.frequency.cefr(other)
    listed = level is not None and level.value in ("A1", "A2", "B1", "B2")
    easier = own + (_EASIER if common < _SURELY_KNOWN else _LITTLE_EASIER)
    return common >= max(MIN_ZIPF_LISTED if listed else MIN_ZIPF, easier)
