"""What a dictionary's definition of a word says of its make: a seashell is the shell of a creature.

Where no source of etymology takes a word apart, a definition that names what is seen in the word
does it: "circlet" is "a small circle".
"""

from __future__ import annotations

from malmoi.lexicon.facts import Word
from malmoi.lexicon.morphology.affixes import table
from malmoi.lexicon.protocol import LexiconLike
from malmoi.mnemonics.claims.claim_text import bare
from malmoi.text.english import lower_words, stem

MIN_SEEN = 4
"""Letters that the beginning of a word must share with the other."""
MAX_LOST = 2
"""Letters of the other that may be lost, or others before the ending: "comprehenSible"."""


def defined_by(word: Word, other: str, lexicon: LexiconLike) -> str:
    """Who defines a word by another that is seen in it, before an ending or a word; "" for nobody.

    Args:
        word: with its senses.
        other: an English word, lower case.
        lexicon: knows what else the word may end with.
    """
    pairs = enumerate(zip(word.term, other, strict=False))
    seen = next((n for n, (a, b) in pairs if a != b), min(len(word.term), len(other)))
    rest = word.term[seen:]
    if seen < MIN_SEEN or seen < len(other) - MAX_LOST or not rest:
        return ""
    suffix = any(
        row.kind == "suffix"
        for at in range(seen - MAX_LOST, seen + MAX_LOST + 1)
        for row in table().get(word.term[at:], ())
    )
    if not suffix and not (len(rest) > 3 and lexicon.word(rest).senses):
        return ""
    return _names(word, other)


def compound_of(word: Word, first: str, second: str, lexicon: LexiconLike) -> str:
    """Who defines a word by one of the two words that its letters are; "" for nobody.

    Args:
        word: with its senses.
        first, second: what it may be made of.
        lexicon: knows whether they are words.
    """
    if first + second != word.term or min(len(first), len(second)) < 3:
        return ""
    if not all(lexicon.word(half).senses for half in (first, second)):
        return ""
    told = {bare(root.form) for origin in word.origins for root in origin.roots}
    if told - {first, second}:
        return ""  # "antacid" is of anti-, no ant
    return _names(word, first) or _names(word, second)


def _names(word: Word, other: str) -> str:
    meant = stem(other)
    for sense in word.senses:
        if any(stem(each) == meant != stem(word.term) for each in lower_words(sense.definition)):
            return f"{sense.source}: {sense.definition[:80]}"
    return ""
