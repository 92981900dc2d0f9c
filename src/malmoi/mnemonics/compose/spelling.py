"""Mnemonics on a picture word that is hidden in the term's letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.composed import Composed, composed, says
from malmoi.mnemonics.compose.fill import pick
from malmoi.mnemonics.compose.phrases import Meaning, upper_first
from malmoi.mnemonics.compose.picture_words import PictureWord
from malmoi.mnemonics.compose.sounds import pictured
from malmoi.mnemonics.compose.statements import Statement, stated

_REASONS = (
    "The word {word} is hidden in {term}.",
    "{Term} hides the word {word}.",
    "The spelling of {term} contains the word {word}.",
    "There is the word {word} in {term}.",
)
_CUES = re.compile(r"is hidden in|hides|contains|There is")


def compose(
    word: Word,
    sense: Sense,
    meaning: Meaning,
    picture_words: list[PictureWord],
    example: str,
    seed: int,
) -> Iterator[Composed]:
    """Scenes in which a word spelled inside the term acts out what the term means.

    Args:
        word, sense, meaning: what the scenes are for.
        picture_words: words that the term calls to mind; only those spelled inside it act.
        example: the sentence that every draft ends with.
        seed: chooses among reasons and templates.
    """
    for picture in picture_words:
        if picture.way != "hidden":
            continue
        told = pick(_REASONS, "reason", word.term, seed).format(
            term=word.term, Term=upper_first(word.term), word=picture.word
        )
        reason = [_hidden(word.term, picture.word, told), *says(word.term, meaning)]
        for name, text in pictured(word.term, meaning, picture.word, 3, "spelling", seed):
            anchors = (Anchor(picture.word, "spelling"),)
            yield composed(word, sense, "orthography", reason, text, example, anchors, name)


def _hidden(term: str, other: str, text: str) -> Statement:
    """The statement of a sentence that says that another word stands in the term's letters."""
    cue = _CUES.search(text)
    assert cue
    if cue[0] == "is hidden in":
        return stated(text, cue[0], "spelling", "contained", other, term)
    return stated(text, cue[0], "spelling", "contains", term, other)
