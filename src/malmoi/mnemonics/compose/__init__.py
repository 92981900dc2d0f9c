"""Composing mnemonics from facts alone: many candidates on each of the features that a word has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.compose import meaning as contrast
from malmoi.mnemonics.compose import parts, roots, sounds, spelling
from malmoi.mnemonics.compose.composed import Composed
from malmoi.mnemonics.compose.examples import example
from malmoi.mnemonics.compose.phrases import meaning as phrases_of
from malmoi.mnemonics.compose.picture_words import picture_words

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon


_INSULT = re.compile(r"\b(?:offensive|derogatory|disparaging|slur|ethnic|obscene|vulgar)\b")


def compose(word: Word, sense: Sense, lexicon: Lexicon, seed: int = 0) -> list[Composed]:
    """All that can be made of a word's facts, dozens of drafts; [] where nothing can be said.

    The same word, sense and seed always give the same drafts in the same order.

    Args:
        word, sense: what the mnemonics are for.
        lexicon: gives words that sound alike, and what a learner knows.
        seed: chooses among templates that fit as well.
    """
    # A word that insults has no card that anyone should learn it by.
    if sense.pos == "other" or _INSULT.search(sense.definition):
        return []
    meaning = phrases_of(word, sense, lexicon)
    said = example(word, sense, meaning, seed)
    if not meaning.any:
        # A definition may say nothing but what the parts say: "capable of being enforced".
        return list(parts.compose(word, sense, meaning, lexicon, said, seed))
    relatives = [relative.word for relative in word.family]
    found = picture_words(word.term, [*relatives, word.lemma, *word.inflections], lexicon)
    return [
        *roots.compose(word, sense, meaning, lexicon, said, seed),
        *parts.compose(word, sense, meaning, lexicon, said, seed),
        *sounds.compose(word, sense, meaning, found, said, seed),
        *spelling.compose(word, sense, meaning, found, said, seed),
        *contrast.compose(word, sense, meaning, lexicon, said, seed),
    ]
