"""Words that are seen or heard in the word: "inSIPid" hides SIP, and says it.

A word that is only spelled there, or spans the middle of two syllables, is nothing that a learner
hears or sees; what is heard must share three sounds with the stressed vowel among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Word
from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.anchor import Basis, capitals, kind_of
from malmoi.mnemonics.compose.phrases import family_of, takes_a, upper_first, zipf
from malmoi.text.english import family_stem

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

MIN_ZIPF = 3.8
MIN_SOUNDS = 3
_BARRED = frozenset(
    "rape sex ass tit con cum non rep est ali van del los san nah cor mar pro inc des len".split()
)
"""What no teacher would point out, and names and clippings that are no words to a learner."""
_MIN_LETTERS = 3


def bases(word: Word, lexicon: Lexicon) -> Iterator[Basis]:
    """Common words that stand in the letters of the word and are heard there.

    Args:
        word: in whose letters to look.
        lexicon: tells which words are common, and how they sound.
    """
    sounds = lexicon.sounds
    said = sounds.phones(word.term)[:1] if sounds else ()
    if not sounds or not said:
        return
    family = family_of(word)
    phones = said[0]
    term = word.term
    for start in range(len(term)):
        for end in range(start + _MIN_LETTERS, len(term) + 1):
            other = term[start:end]
            if (
                other == term
                or other in _BARRED
                or zipf(other, lexicon) < MIN_ZIPF
                or family_stem(other) in family
            ):
                continue
            if not lexicon.word(other).senses or lexicon.morphology.lemma(other) != other:
                continue
            if lexicon.morphology.same_family(term, other):
                continue
            if not any(_heard(phones, spoken) for spoken in sounds.phones(other)):
                continue
            share = (end - start) / len(term)
            reason = f"{upper_first(term)} hides the word {other}."
            fact = f"{capitals(term, (start, end), first=True)} hides the word {other.upper()}."
            yield Basis(
                "orthography",
                Anchor(other, "spelling"),
                fact,
                (reason,),
                other,
                kind_of(other, lexicon),
                min(1.0, 0.4 + share),
                named=True,
                countable=takes_a(other, lexicon),
                shown=other,
            )


def _heard(phones: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether three sounds or more of a word, the stressed vowel among them, are in these."""
    if len(other) < MIN_SOUNDS:
        return False
    for at in range(len(phones) - len(other) + 1):
        piece = phones[at : at + len(other)]
        if [p.rstrip("012") for p in piece] == [p.rstrip("012") for p in other]:
            return any(p.endswith("1") for p in piece)
    return False
