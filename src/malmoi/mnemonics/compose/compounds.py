"""Two common words in one: "STARlight is made of star + light." """

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.anchor import Basis
from malmoi.mnemonics.compose.meaning import plain_definition
from malmoi.mnemonics.compose.phrases import above_of, upper_first, zipf
from malmoi.mnemonics.compose.similarity import near, stems

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

MIN_ZIPF = 3.2
_MIN_LETTERS = 3
_MIN_NEAR, _LEAST_NEAR = 0.3, 0.12
"""Least nearness of the halves, together or the nearer one, and of the other, to the definition:
a carpet is no pet."""


def bases(word: Word, sense: Sense, lexicon: Lexicon) -> Iterator[Basis]:
    """The two words that a compound is made of; nothing for any other word.

    Args:
        word: with its letters, and with the origins that may name its halves.
        sense: what it means: where no source names the halves, both must be near to it.
        lexicon: tells which words are common.
    """
    if any(part.kind != "stem" and part.form not in _NOUNS for part in word.parts):
        return
    definition = plain_definition(sense.definition)
    halves = max(_halves(word.term, definition, lexicon), default=None)
    if halves is None:
        return
    _, first, second = halves
    if not _named(word, first, second) and not _near(first, second, definition):
        return
    if not _explained(first, second, sense, lexicon):
        return
    told = f"{upper_first(word.term)} is made of {first} + {second}."
    fact = f"{first.upper()}{second} is made of {first} + {second}."
    both = f"{first} {second}"
    yield Basis(
        "morphology", Anchor(first, "part"), fact, (told,), both, "compound", 1.0, shown=both
    )


_NOUNS = frozenset("-ship -man -craft -ware".split())
"""Suffixes that are words as well: "warship"."""


_ENDINGS = frozenset("ate ion age end ant men ace any tic tics ally".split())
"""Words that mostly are the ending of a word."""


def _named(word: Word, first: str, second: str) -> bool:
    """Whether a source has the word as a compound of these halves."""
    for origin in word.origins:
        if {first, second} <= {root.form.lower() for root in origin.roots}:
            return True
        etymon = origin.etymon
        if etymon and etymon.language == "English" and etymon.form.lower() in (first, second):
            return True
    return False


def _explained(first: str, second: str, sense: Sense, lexicon: Lexicon) -> bool:
    """Whether the halves say what it is: the first stands in the definition, or is near to it and
    the second does or names its kind; or both are near. A bigwig is no wig."""
    told = stems(sense.definition)
    above = above_of(sense, lexicon) if sense.pos == "noun" else set()
    plain = plain_definition(sense.definition)
    if stems(first) & told:
        return True
    if stems(second) & told:
        return near(first, plain) >= _MIN_FIRST
    if second in above:
        return near(first, plain) >= _MIN_FIRST_OF_KIND
    nearer = min(near(half, plain) for half in (first, second))
    return nearer >= _MIN_HALF and near(f"{first} {second}", plain) >= _MIN_NEAR


_MIN_FIRST, _MIN_FIRST_OF_KIND, _MIN_HALF = 0.08, 0.22, 0.3
"""Least nearness to the definition of the first half where the second is in it, where that only
names its kind, and of both where neither is: "head" says little of headway."""


def _near(first: str, second: str, definition: str) -> bool:
    fits = [near(half, definition) for half in (first, second)]
    if max(fits) < _MIN_NEAR or min(fits) < _LEAST_NEAR:
        return False
    # "hearken" is no ken of one who hears
    shared = stems(definition) & stems(f"{first} {second}")
    return bool(shared) and near(f"{first} {second}", definition) >= _MIN_NEAR


def _halves(term: str, definition: str, lexicon: Lexicon) -> Iterator[tuple[float, str, str]]:
    for at in range(_MIN_LETTERS, len(term) - _MIN_LETTERS + 1):
        first, second = term[:at], term[at:]
        rarest = min(zipf(first, lexicon), zipf(second, lexicon))
        plural = first.endswith("s") and lexicon.morphology.lemma(first) != first
        if plural or second in _ENDINGS:
            continue  # "windows" + "ill"
        if rarest >= MIN_ZIPF and all(lexicon.word(half).senses for half in (first, second)):
            yield sum(near(half, definition) for half in (first, second)), first, second
