"""Mnemonics on the pieces of the English word, put together word for word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from malmoi.core.files import stable_hash
from malmoi.lexicon.facts import Part, Sense, Word
from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.composed import Composed, composed, says
from malmoi.mnemonics.compose.fill import cast, ending, fill, pictures, slots_of
from malmoi.mnemonics.compose.phrases import MIN_ZIPF, Meaning, upper_first
from malmoi.mnemonics.compose.statements import Statement
from malmoi.text.english import with_article

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

_NOT = frozenset({"un-", "in-", "im-", "il-", "ir-", "non-", "dis-", "a-", "an-"})
_ADVERBIAL = {
    "re-": "{} again", "over-": "{} too much", "mis-": "{} wrongly", "under-": "{} too little",
    "out-": "{} better than all others", "pre-": "{} beforehand", "co-": "{} together",
    "fore-": "{} beforehand", "inter-": "{} with each other",
}  # fmt: skip
_UNDO = frozenset({"un-", "dis-", "de-"})


def compose(
    word: Word, sense: Sense, meaning: Meaning, lexicon: Lexicon, example: str, seed: int
) -> Iterator[Composed]:
    """Scenes on the literal reading of prefix, stem and suffix; none where the stem isn't known.

    Args:
        word, sense, meaning: what the scenes are for; the word's parts are told.
        lexicon: knows the stem, and what parts of speech it has.
        example: the sentence that every draft ends with.
        seed: chooses among actors and templates.
    """
    prefixes, stem, suffixes = split(word.parts)
    if not stem or not (prefixes or suffixes) or not _known(stem, word, lexicon):
        return
    literal = read(prefixes, stem, suffixes, meaning.pos, lexicon)
    if not literal:
        return
    reason = [_made_of(word), *says(word.term, meaning)]
    crowd = [w for w, kind in pictures().items() if kind in ("animal", "person")]
    crowd.sort(key=lambda w: stable_hash(word.term + w))
    section = "noun person" if meaning.kind == "person" else meaning.pos
    for actor in crowd[:3]:
        slots = {**slots_of(word.term, meaning, actor, seed), **cast(actor, word.term, seed)}
        slots |= {"literal": literal, "Literal": upper_first(literal)}
        # A scene asks for the stem as the word's own part of speech ("first you {stem}").
        if meaning.pos in {s.pos for s in lexicon.word(stem).senses} or meaning.pos == "adverb":
            slots["stem"] = stem
        for template, text in fill("parts", section, slots, 4, word.term, actor, seed):
            tail = ending(meaning, word.term, template.name, seed)
            text = f"{text[:-1]}; {tail}." if tail and text.endswith(".") else text
            anchors = (Anchor(stem, "part"),)
            yield composed(word, sense, "morphology", reason, text, example, anchors, template.name)


def _made_of(word: Word) -> Statement:
    """The sentence that names the pieces, affixes with the first of their glosses."""
    pieces = " + ".join(
        f"{part.form} '{part.gloss.split(',')[0]}'"
        if part.gloss and part.kind != "stem"
        else part.form
        for part in word.parts
    )
    return Statement(f"{upper_first(word.term)} is made of {pieces}.")


def split(parts: tuple[Part, ...]) -> tuple[list[Part], str, list[Part]]:
    """Prefixes, the one stem ("" where there is none or several), suffixes."""
    stems = [part.form for part in parts if part.kind == "stem"]
    return (
        [part for part in parts if part.kind == "prefix"],
        stems[0] if len(stems) == 1 else "",
        [part for part in parts if part.kind == "suffix"],
    )


def _known(stem: str, word: Word, lexicon: Lexicon) -> bool:
    found = lexicon.frequency.zipf(stem)
    own = word.zipf.value if word.zipf else 0.0
    return len(stem) >= 3 and found is not None and found.value >= max(MIN_ZIPF - 0.2, own - 0.3)


def read(prefixes: list[Part], stem: str, suffixes: list[Part], pos: str, lexicon: Lexicon) -> str:
    """What the pieces say, in the slot of the part of speech; "" where they can't be put so.

    Args:
        prefixes, suffixes: the pieces before and after the stem; of more than one nothing is read.
        stem: the word that the pieces are put to.
        pos: the part of speech of the slot, which is the whole word's.
        lexicon: knows what parts of speech the stem has.
    """
    kinds: set[str] = {sense.pos for sense in lexicon.word(stem).senses}
    first = prefixes[-1].form if prefixes else ""
    last = suffixes[-1].form if suffixes else ""
    if len(prefixes) > 1 or len(suffixes) > 1:
        return ""
    negative = first in _NOT
    if first and not negative and first not in _ADVERBIAL:
        return ""
    if pos == "adjective":
        return _adjective(stem, last, negative, first, kinds)
    if pos == "verb":
        if not last and "verb" in kinds:
            if first in _ADVERBIAL:
                return _ADVERBIAL[first].format(stem)
            if first in _UNDO:
                return f"undo what it is to {stem}"
        if last in ("-ize", "-ise", "-en", "-ify", "-fy") and "adjective" in kinds and not first:
            return f"make things {stem}"
        if last in ("-ize", "-ise", "-ify", "-fy") and "noun" in kinds and not first:
            return f"turn it all into {stem}"
        return ""
    if pos == "adverb":
        return (
            f"in {with_article(stem)} way"
            if last == "-ly" and "adjective" in kinds and not first
            else ""
        )
    return _noun(stem, last, negative, first, kinds)


def _adjective(stem: str, last: str, negative: bool, first: str, kinds: set[str]) -> str:
    if last in ("-able", "-ible") and "verb" in kinds:
        return (
            f"that nobody can {stem}"
            if negative
            else f"that anyone can {stem}"
            if not first
            else ""
        )
    if negative and not last and "adjective" in kinds:
        return f"that is not {stem} at all"
    if first:
        return ""
    if last == "-less" and "noun" in kinds:
        return f"without any {stem}"
    if last in ("-ful", "-ous", "-y") and "noun" in kinds:
        return f"full of {stem}"
    if last in ("-ish", "-like", "-esque") and "noun" in kinds:
        return f"that is like {with_article(stem)}"
    if last == "-some" and kinds & {"noun", "verb"}:
        return f"that brings much {stem}" if "noun" in kinds else f"that tends to {stem}"
    if last == "-ive" and "verb" in kinds:
        return f"that tends to {stem}"
    if last in ("-al", "-ic", "-ical", "-ary") and "noun" in kinds:
        return f"that has to do with {stem}"
    return ""


def _noun(stem: str, last: str, negative: bool, first: str, kinds: set[str]) -> str:
    lacking = "not " if negative else ""
    if first and not negative:
        return ""
    if last in ("-ness", "-ity", "-ty", "-cy", "-ce", "-ance", "-ence") and "adjective" in kinds:
        return f"being {lacking}{stem}"
    if negative:
        return ""
    if last in ("-er", "-or") and "verb" in kinds:
        return f"someone ready to {stem}"
    if last in ("-ment", "-ion", "-tion", "-ation", "-al", "-ance", "-ence") and "verb" in kinds:
        return f"the wish to {stem}"
    if last == "-ist" and "noun" in kinds:
        return f"someone whose life is {stem}"
    if last in ("-ship", "-hood", "-dom") and "noun" in kinds:
        return f"life as {with_article(stem)}"
    if last == "-ism" and kinds & {"noun", "adjective"}:
        return f"a love of all that is {stem}" if "adjective" in kinds else f"a belief in {stem}"
    return ""
