"""Two common words in one: "STARlight is made of star + light." """

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Word
from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.anchor import Basis
from malmoi.mnemonics.compose.meaning import Meaning
from malmoi.mnemonics.compose.phrases import upper_first, zipf
from malmoi.mnemonics.compose.similarity import near, stems

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

MIN_ZIPF = 3.6
_MIN_LETTERS = 3
_MIN_NEAR, _LEAST_NEAR = 0.3, 0.12
"""Least nearness of the halves, together or the nearer one, and of the other, to the definition:
a carpet is no pet."""


def bases(word: Word, meaning: Meaning, lexicon: Lexicon) -> Iterator[Basis]:
    """The two words that a compound is made of; nothing for any other word.

    Args:
        word: with its letters.
        meaning: what it means: one of the halves must be near to it, and more be said.
        lexicon: tells which words are common.
    """
    if any(part.kind != "stem" for part in word.parts):
        return
    halves = max(_halves(word.term, meaning.definition, lexicon), default=None)
    if halves is None:
        return
    _, first, second = halves
    definition = meaning.definition
    fits = [near(half, definition) for half in (first, second)]
    if max(fits) < _MIN_NEAR or min(fits) < _LEAST_NEAR:
        return
    if not stems(definition) & stems(f"{first} {second}"):
        return  # "hearken" is no ken of one who hears
    if near(f"{first} {second}", definition) < _MIN_NEAR:
        return
    if stems(meaning.text) < stems(f"{first} {second}"):
        return  # "a racehorse is a horse" leaves the race out
    told = f"{upper_first(word.term)} is made of {first} + {second}."
    fact = f"{first.upper()}{second} is made of {first} + {second}."
    yield Basis(
        "morphology", Anchor(first, "part"), fact, (told,), f"{first} {second}",
        "compound", 1.0,
    )  # fmt: skip


def _halves(term: str, definition: str, lexicon: Lexicon) -> Iterator[tuple[float, str, str]]:
    for at in range(_MIN_LETTERS, len(term) - _MIN_LETTERS + 1):
        first, second = term[:at], term[at:]
        rarest = min(zipf(first, lexicon), zipf(second, lexicon))
        if rarest >= MIN_ZIPF and all(lexicon.word(half).senses for half in (first, second)):
            yield sum(near(half, definition) for half in (first, second)), first, second
