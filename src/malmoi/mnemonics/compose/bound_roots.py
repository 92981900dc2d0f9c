"""The one root of Latin or Greek that carries a word, as in a word that is known.

    docile: "DOCile comes from the root doc 'teach' (as in DOCtor)."

Roots and glosses are the table's of affixes, the known words `familiar.txt`'s. That the word has
the root is a claim that is looked up; roots of three letters stand in many words by chance, so a
source must name them in this one besides, or the table itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.lexicon.morphology.affixes import Affix, table
from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.anchor import Basis, capitals, kind_of
from malmoi.mnemonics.compose.elements import ENDING, as_in, borne_out
from malmoi.mnemonics.compose.meaning import plain_definition
from malmoi.mnemonics.compose.phrases import family_of, surely_counted, upper_first
from malmoi.mnemonics.compose.roots import NEGATIVE
from malmoi.mnemonics.compose.similarity import near, prepare
from malmoi.mnemonics.compose.verb_frames import object_of

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

MIN_LETTERS = 3
VERBS = frozenset(
    """take seize go yield cut fall lead give carry bear read choose look step turn drive put place
    lie stand run hold draw lean stretch pull throw flow shut""".split()
)
"""Glosses that say too little by themselves to explain a word."""


def bases(word: Word, sense: Sense, lexicon: Lexicon) -> Iterator[Basis]:
    """The root, with the gloss that is nearest to what the word means.

    Args:
        word: in whose letters a root is sought, behind a prefix or none.
        sense: what it means.
        lexicon: tells what part of speech a gloss is.
    """
    definition = plain_definition(sense.definition)
    family = family_of(word)
    for at, row in _roots(word):
        known = as_in(row, word.term, family)
        glosses = [g for g in row.glosses if g not in VERBS and borne_out(row, g, word)]
        if not known or not glosses:
            continue
        prepare([definition, *glosses])
        gloss = max(glosses, key=lambda each: near(each, definition))
        shown = capitals(word.term, (at, at + len(row.form)), first=True)
        told = f"comes from the root {row.form} '{gloss}'"
        kind = kind_of(gloss, lexicon)
        yield Basis(
            "etymology",
            Anchor(known.lower(), "root"),
            f"{shown} {told} (as in {known}).",
            (f"{upper_first(word.term)} {told}.",),
            gloss,
            kind,
            1.0,
            countable=surely_counted(gloss, lexicon) if kind == "noun" else False,
            object=object_of(gloss, lexicon) if kind == "verb" else "",
            shown=gloss,
        )


def _roots(word: Word) -> Iterator[tuple[int, Affix]]:
    """Where a root of the table stands between a prefix, or none, and an ending."""
    term = word.term
    for start in range(len(term) - MIN_LETTERS):
        prefix = any(row.kind == "prefix" for row in table().get(term[:start], ()))
        if start and (not prefix or term[:start] in NEGATIVE):
            continue  # "deplete" is no filling
        for end in range(len(term) - 1, start + MIN_LETTERS - 1, -1):
            rows = [row for row in table().get(term[start:end], ()) if row.kind == "root"]
            if rows and ENDING.fullmatch(term[end:]):
                yield start, rows[0]
                break
