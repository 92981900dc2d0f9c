"""Mnemonics on a picture word that the term sounds like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.composed import Composed, composed, says
from malmoi.mnemonics.compose.fill import cast, ending, fill, pick, slots_of
from malmoi.mnemonics.compose.phrases import Meaning, upper_first
from malmoi.mnemonics.compose.picture_words import PictureWord
from malmoi.mnemonics.compose.statements import Statement, stated

_RELATIONS = {
    "starts": "starts-like", "rhymes": "rhymes", "inside": "sounds-like", "near": "sounds-like",
    "ends": "ends-like",
}  # fmt: skip
_CUES = re.compile(r"(?:starts|begins|opens|ends|sounds) like|rhymes with")
_REASONS: dict[str, tuple[str, ...]] = {
    "starts": (
        "{Term} starts like {word}.",
        "The word {term} begins like {word}.",
        "{Term} opens like {word}.",
    ),
    "rhymes": ("{Term} rhymes with {word}.", "The word {term} rhymes with {word}."),
    "inside": (
        "Said aloud, {term} sounds like {word} in the middle.",
        "{Term} sounds like {word}.",
    ),
    "near": ("{Term} sounds like {word}.", "The word {term} sounds like {word}."),
    "ends": ("{Term} ends like {word}.", "The word {term} ends like {word}."),
}


def section(meaning: Meaning) -> str:
    """The section of a template file that this meaning uses."""
    return f"noun {meaning.kind}" if meaning.pos == "noun" else meaning.pos


def compose(
    word: Word,
    sense: Sense,
    meaning: Meaning,
    picture_words: list[PictureWord],
    example: str,
    seed: int,
) -> Iterator[Composed]:
    """Scenes in which a word that sounds like the term acts out what the term means.

    Args:
        word, sense, meaning: what the scenes are for.
        picture_words: words that the term calls to mind; those spelled inside it are passed over.
        example: the sentence that every draft ends with.
        seed: chooses among reasons and templates.
    """
    for picture in picture_words:
        if picture.way == "hidden":
            continue
        told = pick(_REASONS[picture.way], "reason", word.term, seed).format(
            term=word.term, Term=upper_first(word.term), word=picture.word
        )
        reason = [sounds(word.term, picture.word, _RELATIONS[picture.way], told)]
        reason += says(word.term, meaning)
        for name, text in pictured(word.term, meaning, picture.word, 3, seed):
            anchors = (Anchor(picture.word, "sound"),)
            yield composed(word, sense, "phonetics", reason, text, example, anchors, name)


def sounds(term: str, other: str, relation: str, text: str) -> Statement:
    """The statement of a sentence that says how the term sounds like another word.

    Args:
        term, other: the two words.
        relation: how, as `RawClaim` has it ("starts-like").
        text: the sentence, from one of the templates.
    """
    cue = _CUES.search(text)
    assert cue
    return stated(text, cue[0], "sound", relation, term, other)


def pictured(
    term: str, meaning: Meaning, anchor: str, limit: int, *seed: object
) -> Iterator[tuple[str, str]]:
    """Scenes with a picture word, as (template, sentence).

    Args:
        term, meaning: what the scene is for.
        anchor: the picture word that acts in it.
        limit: scenes at most.
        seed: values that choose among the templates; the same give the same.
    """
    slots = {**slots_of(term, meaning, *seed), **cast(anchor, term, *seed)}
    for template, text in fill("picture", section(meaning), slots, limit, term, *seed):
        tail = ending(meaning, term, template.name, *seed)
        yield template.name, f"{text[:-1]}; {tail}." if tail and text.endswith(".") else text
