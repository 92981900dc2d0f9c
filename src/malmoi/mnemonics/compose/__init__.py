"""Composing plain mnemonics from facts alone: a fact of the word, then the step to its meaning.

    docile: "DOCile, like DOCtor, comes from Latin docere 'to teach'. Docile children let
    themselves be taught: they are obedient."

Roots, cognates, parts and words inside the word are all tried; what they say is compared with the
meaning, and a candidate is worth what the link and the anchor are worth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import NO_EXAMPLE
from malmoi.mnemonics.compose import (
    bound_roots,
    cognates,
    compounds,
    elements,
    inside,
    parts,
    roots,
)
from malmoi.mnemonics.compose.anchor import Basis
from malmoi.mnemonics.compose.composed import Composed, composed, says
from malmoi.mnemonics.compose.examples import example
from malmoi.mnemonics.compose.frames import frame_of
from malmoi.mnemonics.compose.grammar import faults
from malmoi.mnemonics.compose.link import link
from malmoi.mnemonics.compose.meaning import Meaning, plain_definition, short_meaning
from malmoi.mnemonics.compose.root_index import RootIndex, still_means
from malmoi.mnemonics.compose.similarity import near, stems
from malmoi.mnemonics.compose.steps import step
from malmoi.mnemonics.compose.verbs import base_of_gerund, base_of_participle

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

_INSULT = re.compile(r"\b(?:offensive|derogatory|disparaging|slur|ethnic|obscene|vulgar)\b")


ONLY_SPELLED = "only spelled there, and tells nothing of the meaning"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one basis: a candidate, or the step at which it was refused."""

    basis: Basis
    candidate: Composed | None
    refused: str = ""

    @property
    def tells_nothing(self) -> bool:
        """Whether it was refused because what it names has nothing to do with the meaning."""
        return self.refused == ONLY_SPELLED


def compose(word: Word, sense: Sense, lexicon: Lexicon) -> list[Composed]:
    """All that can be made of a word's facts, best first; [] where nothing can be said.

    Args:
        word, sense: what the mnemonics are for.
        lexicon: gives the facts, and what a learner knows.
    """
    found = [each.candidate for each in attempts(word, sense, lexicon) if each.candidate]
    return sorted(found, key=lambda each: (-each.score, each.candidate.draft.mnemonic))


def untold(word: Word, sense: Sense) -> bool:
    """Whether nothing is told of a word in this sense: a form of another word, or an insult."""
    # A word that insults has no card that anyone should learn it by.
    form = sense.pos in ("noun", "verb") and word.lemma != word.term
    acts = sense.pos in ("verb", "adjective") and base_of_gerund(word.term)
    form = form or bool(acts and len(word.term) > 5)
    form = form or (sense.pos == "verb" and bool(base_of_participle(word.term)))  # "to polled"
    return sense.pos == "other" or form or bool(_INSULT.search(sense.definition))


def attempts(word: Word, sense: Sense, lexicon: Lexicon) -> Iterator[Attempt]:
    """What came of each fact that a mnemonic may hang on.

    Args:
        word, sense: what the mnemonics are for.
        lexicon: gives the facts, and what a learner knows.
    """
    if untold(word, sense):
        return
    frame = frame_of(word, sense, lexicon)
    shown = example(word, sense) or NO_EXAMPLE
    meanings: dict[str, Meaning] = {}
    for basis in _bases(word, sense, lexicon):
        words = basis.shown or basis.anchor.word
        key = " ".join(sorted(stems(words) & stems(sense.definition)))
        if key not in meanings:
            meanings[key] = short_meaning(word, sense, lexicon, words if key else "")
        meaning = meanings[key]
        if basis.feature == "orthography" and not stems(basis.says) & stems(meaning.plain):
            yield Attempt(basis, None, ONLY_SPELLED)
            continue
        if not meaning.text:
            yield Attempt(basis, None, "no short meaning")
            continue
        told = step(word.term, basis, meaning, frame)
        if not told:
            yield Attempt(basis, None, "no sentence for the step")
            continue
        if faults(told, lexicon):
            yield Attempt(basis, None, "grammar")
            continue
        linked = link(basis, meaning, sense)
        if basis.named and basis.feature == "etymology":
            linked *= 1 if _akin(basis, word, meaning, lexicon) else 0.5
        if basis.feature == "etymology" and not basis.named:
            helps = not basis.cognate or _cognate_helps(basis, sense, lexicon)
            linked *= 1 if helps and linked >= MIN_ROOT_LINK else 0.5
        score = round(linked * (0.7 + 0.3 * basis.trigger), 4)
        reasons = [*basis.reasons]
        if " means " not in told:
            reasons += says(word.term, meaning, words)
        fact = f"{basis.fact} {told}"
        yield Attempt(
            basis,
            composed(word, sense, basis.feature, reasons, fact, shown, basis.anchor, linked, score),
        )


def _akin(basis: Basis, word: Word, meaning: Meaning, lexicon: Lexicon) -> bool:
    """Whether a relative means something near: "reverend" is no help with reverent silence."""
    if stems(basis.says) & stems(f"{meaning.plain} {meaning.definition}"):
        return True
    senses = lexicon.word(basis.says).senses[:1]
    told = (basis.says, *(plain_definition(sense.definition) for sense in senses))
    return max(near(text, meaning.told) for text in told) >= (
        MIN_AKIN_OF_FAMILY if basis.says in {each.word for each in word.family} else MIN_AKIN
    )


def _cognate_helps(basis: Basis, sense: Sense, lexicon: Lexicon) -> bool:
    """Whether a cognate shows what the root means, or means what the word does: "vinyl" calls no
    wine up, "contain" nothing of sustaining."""
    if still_means(basis.cognate, basis.says, lexicon) >= MIN_STILL:
        return True
    told = (each.definition for each in lexicon.word(basis.cognate).senses[:2])
    return max(near(text, sense.definition) for text in (basis.cognate, *told)) >= MIN_ALIKE


MIN_ROOT_LINK, MIN_STILL, MIN_ALIKE = 0.7, 0.6, 0.38
"""Of roots told with a cognate: least link, and nearness of the cognate to the root's gloss or to
the word's meaning. Of 49 such cards that were judged 21 of 27 good ones pass and 6 of 22 bad."""
MIN_AKIN, MIN_AKIN_OF_FAMILY = 0.48, 0.35
"""Least nearness of a relative or its meaning to the word's, where they share no word."""


def _bases(word: Word, sense: Sense, lexicon: Lexicon) -> Iterator[Basis]:
    index = RootIndex.open(lexicon)
    yield from parts.bases(word, sense, lexicon)
    yield from compounds.bases(word, sense, lexicon)
    yield from elements.bases(word, sense, lexicon)
    yield from bound_roots.bases(word, sense, lexicon)
    yield from roots.bases(word, sense, lexicon, index)
    yield from cognates.bases(word, lexicon, index)
    yield from inside.bases(word, lexicon)
