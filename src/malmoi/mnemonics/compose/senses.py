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
from malmoi.mnemonics.compose.phrases import noun_kind, plural_zipf, zipf
from malmoi.mnemonics.compose.similarity import near, prepare, stems
from malmoi.text.english import family_stem, lower_words

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


def doubtful(word: Word, sense: Sense, lexicon: Lexicon) -> bool:
    """Whether it isn't sure enough that a sense is the one that a learner needs.

    No sign tells the first two apart and they mean different things; no text that was tagged has
    the sense of a common word; a noun's gloss needs rarer words than the word itself and there
    is another sense; or it is a
    noun that is never seen in the plural and is an adjective or adverb besides.

    Args:
        word: with its senses.
        sense: the one that is to be told.
        lexicon: tells how common words are, and how often senses are tagged.
    """
    if sense.definition.startswith("(usually plural)"):
        return True
    alike = any(each.pos in ("adjective", "adverb") for each in word.senses)
    if sense.pos == "noun" and alike and not plural_zipf(word.term, lexicon):
        return True
    if _thing_or_person(word, sense, lexicon):
        return True
    scores = _scores(word, lexicon)
    number = word.senses.index(sense) if sense in word.senses else 0
    rivals = [n for n, score in scores.items() if score > scores[number] - RIVAL and n != number]
    own = zipf(word.term, lexicon)
    if (
        sense.pos == "noun"
        and rivals
        and _hardest(word, sense, lexicon) < min(own + 0.2, MIN_GLOSS_ZIPF)
    ):
        return True
    tagged = lexicon.wordnet.tagged if lexicon.wordnet else lambda _: 0
    apart = [n for n in scores if n == number or not _same(word.senses[n], sense)]
    rest = len(apart) - 1
    if _right(near(word.term, plain_definition(sense.definition)), rest, tagged(sense.id)) < RIGHT:
        return True
    many = len(apart) >= MANY or (len(apart) == MANY - 1 and not tagged(sense.id))
    if many and any(scores[n] > scores[number] - SURE for n in apart if n != number):
        return True
    sense_gloss = plain_definition(sense.definition)
    for other, score in scores.items():
        each = word.senses[other]
        if other == number or _same(each, sense):
            continue
        most = max(tagged(each.id), tagged(sense.id))
        lead = near(word.term, sense_gloss) - near(word.term, plain_definition(each.definition))
        if score > scores[number] + CLOSE:
            return True
        margin = CLOSE if most else UNSURE
        if most <= 1 and score > scores[number] - margin and lead < LEAD:
            return True
        if own >= COMMON and most == 0 and score > scores[number] - FAR:
            return True
    return False


def _right(nearness: float, others: int, tagged: int) -> float:
    """How likely raters call it the right sense, by its gloss's nearness to the word, how many
    senses are another, and whether any text was tagged with it."""
    untagged = bool(others) and not tagged
    logit = _RIGHT_AT_ALL + _RIGHT_NEAR * nearness + _RIGHT_UNTAGGED * untagged
    return 1 / (1 + math.exp(-logit - _RIGHT_OTHERS * min(others, 6)))


RIGHT = 0.8
"""Least of that. Of the latest 572 rated cards whose sense the other rules don't doubt 505 are over
it, words left out tenfold: .915 of them have the right sense, of all .903."""
_RIGHT_AT_ALL, _RIGHT_NEAR, _RIGHT_UNTAGGED, _RIGHT_OTHERS = 1.29, 2.12, -1.32, -0.4


def _thing_or_person(word: Word, sense: Sense, lexicon: Lexicon) -> bool:
    """Whether a noun may be someone who does it or something that does: a hanger, a router."""
    if sense.pos != "noun" or not _DOER.search(word.term):
        return False
    kinds = {noun_kind(each, lexicon) for each in word.senses if each.pos == "noun"}
    tagged = lexicon.wordnet.tagged(sense.id) if lexicon.wordnet else 0
    return {"person", "thing"} <= kinds and tagged < MIN_TAGGED


_DOER = re.compile(r"[^aeiou](?:er|or)$")
MIN_TAGGED = 2


def _hardest(word: Word, sense: Sense, lexicon: Lexicon) -> float:
    """Zipf frequency of the rarest word of a sense's gloss that isn't like the word."""
    plain = re.sub(r" or \w+\b", "", plain_definition(sense.definition))
    words = [w for w in lower_words(plain) if len(w) > 3 and w[-4:] != word.term[-4:]]
    return min((_commonest(w, lexicon) for w in words), default=9.0)


def _same(one: Sense, other: Sense) -> bool:
    """Whether it doesn't matter which of two senses is told."""
    if set(one.synonyms) & set(other.synonyms):
        return True
    return near(one.definition, other.definition) >= SAME


MANY, SURE = 4, 2.5
"""From how many different senses on the one told is mostly wrong, unless its score leads by so
much: raters agreed with .95 of the cards of one sense, .8 of two or three, .55 of four or more."""
MIN_GLOSS_ZIPF = 2.9
RIVAL = 1.6
"""By how much another sense's score may be less that makes a hard gloss suspect."""
SAME = 0.46
"""Nearness of two senses' glosses from which on it doesn't matter which is told."""
UNSURE, FAR = 1.05, 2.0
"""By how much a sense's score must lead where none is tagged more than once, and of a common word
whose senses were never tagged."""
LEAD = 0.24
"""By how much its gloss is nearer to the word than another's where that settles it."""
COMMON = 3.5


def _commonest(word: str, lexicon: Lexicon) -> float:
    return max(zipf(word, lexicon), zipf(lexicon.morphology.lemma(word), lexicon))


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
