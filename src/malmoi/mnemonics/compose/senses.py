"""Which sense of a word a learner meets first.

WordNet orders senses by how often they are tagged in a corpus; where none of a word's senses is
tagged its order says nothing, and a novice is first "someone who has entered a religious order".
So the order is weighed with some signs: how often the sense itself is tagged, how near its gloss is
to the word by an encoder that has learned from use, whether it has synonyms, and whether it speaks
of names or of the word itself ("the fur of the raccoon"). The weights are fitted on labelled words
(`benchmarks/senses.py`).
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.compose.meaning import plain_definition
from malmoi.mnemonics.compose.similarity import near, prepare, stems
from malmoi.text.english import family_stem

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

_ORDER, _PART_OF_SPEECH, _TAGGED, _NEAR, _SYNONYM, _NAME, _ITSELF = (
    0.45, 2.9, 1.3, 2.3, 0.9, -2.7, -1.5
)  # fmt: skip
_BASE_NEAR, _BASE_SAID = 1.5, 1.0
"""Of what a derived word is made of: near to the gloss, or in it. Chosen by reading: none of the
labelled words has a sense that they choose between."""


CLOSE = 0.4
"""Scores nearer than this are as good as one: of the labelled words whose first two are, three in
four have the right sense first, of the others 19 in 20."""


def first_sense(word: Word, lexicon: Lexicon) -> Sense | None:
    """The sense that a learner meets first; None for a word without senses.

    Args:
        word: with its senses in WordNet's order.
        lexicon: whose WordNet it is; without it no sense is tagged.
    """
    return next(iter(likely_senses(word, lexicon)), None)


def likely_senses(word: Word, lexicon: Lexicon) -> list[Sense]:
    """The sense that a learner meets first, and those that may as well be it; likeliest first.

    Args:
        word: with its senses in WordNet's order.
        lexicon: whose WordNet it is.
    """
    scores = _scores(word, lexicon)
    ranked = sorted(scores, key=lambda number: -scores[number])
    return [word.senses[n] for n in ranked if scores[n] > scores[ranked[0]] - CLOSE]


def _scores(word: Word, lexicon: Lexicon) -> dict[int, float]:
    """Each sense's score, by its place."""
    if len(word.senses) < 2:
        return dict.fromkeys(range(len(word.senses)), 0.0)
    glosses = [plain_definition(sense.definition) for sense in word.senses]
    prepare([word.term, *glosses])
    tagged = lexicon.wordnet.tagged if lexicon.wordnet else lambda _: 0
    base = _base(word)
    pos = list(dict.fromkeys(sense.pos for sense in word.senses))
    scores = [
        -_ORDER * math.log(_number(sense))
        - _PART_OF_SPEECH * math.log(1 + pos.index(sense.pos))
        + _TAGGED * math.log1p(tagged(sense.id))
        + _NEAR * near(word.term, gloss)
        + _SYNONYM * any(" " not in synonym for synonym in sense.synonyms)
        + _NAME * bool(re.search("[A-Z]", sense.definition))
        + _ITSELF * (family_stem(word.lemma) in stems(gloss))
        + (_BASE_NEAR * near(base, gloss) if base else 0.0)
        + (_BASE_SAID * (family_stem(base) in stems(gloss)) if base else 0.0)
        for sense, gloss in zip(word.senses, glosses, strict=True)
    ]
    return dict(enumerate(scores))


def by_learner(word: Word, lexicon: Lexicon) -> tuple[Sense, ...]:
    """The word's senses, the one that a learner meets first before the others."""
    first = first_sense(word, lexicon)
    return tuple(sorted(word.senses, key=lambda sense: sense is not first))


def _base(word: Word) -> str:
    """The word that a derived one is made of: a learner meets first what it says by its parts."""
    affixed = any(part.kind != "stem" for part in word.parts)
    stems_ = [part.form for part in word.parts if part.kind == "stem"]
    return stems_[0] if affixed and len(stems_) == 1 else ""


def _number(sense: Sense) -> int:
    last = sense.id.rpartition(".")[2]
    return int(last) if last.isdigit() and int(last) else 1
