"""Mnemonics that set the term against its opposite, or beside an everyday synonym.

The actor of the scene begins like the term, so that the term itself calls it to mind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from malmoi.core.files import stable_hash
from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.composed import Composed, composed, says
from malmoi.mnemonics.compose.fill import cast, ending, fill, pictures, slots_of
from malmoi.mnemonics.compose.phrases import Meaning, upper_first
from malmoi.mnemonics.compose.picture_words import start_overlap
from malmoi.mnemonics.compose.sounds import section, sounds
from malmoi.mnemonics.compose.statements import stated
from malmoi.text.english import family_stem

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon


def actors(term: str, lexicon: Lexicon, limit: int = 3) -> list[str]:
    """Animals and people whose names begin with at least two of the term's own phones."""
    sounds = lexicon.sounds
    said = sounds.say(term) if sounds else ()
    if not sounds or not said:
        return []
    found = []
    for word, kind in pictures().items():
        if (
            word[:2] != term[:2]
            or kind not in ("animal", "person")
            or family_stem(word) == family_stem(term)
            or word in term
        ):
            continue
        same = start_overlap(said, sounds.say(word))
        letters = len(_common(term, word))
        if same >= 2 and letters >= 2:
            found.append((-(same + letters), stable_hash(term + word), word))
    return [word for _, _, word in sorted(found)[:limit]]


def _common(a: str, b: str) -> str:
    at = 0
    while at < min(len(a), len(b)) and a[at] == b[at]:
        at += 1
    return a[:at]


def compose(
    word: Word, sense: Sense, meaning: Meaning, lexicon: Lexicon, example: str, seed: int
) -> Iterator[Composed]:
    """Scenes of contrast.

    Args:
        word, sense, meaning: what the scenes are for; without an opposite of the meaning they tell
            it alone.
        lexicon: knows which words a learner can picture.
        example: the sentence that every draft ends with.
        seed: chooses among actors and templates.
    """
    reason = says(word.term, meaning)
    if meaning.opposite:
        told = f"{upper_first(word.term)} is the opposite of {meaning.opposite}."
        cue = "is the opposite of"
        reason.append(stated(told, cue, "meaning", "opposite", word.term, meaning.opposite))
    if not reason:
        return
    for actor in actors(word.term, lexicon):
        slots = {**slots_of(word.term, meaning, actor, seed), **cast(actor, word.term, seed)}
        for template, text in fill("contrast", section(meaning), slots, 2, word.term, actor, seed):
            tail = ending(meaning, word.term, template.name, seed)
            text = f"{text[:-1]}; {tail}." if tail and text.endswith(".") else text
            begins = f"{upper_first(word.term)} starts like {actor}."
            starts = sounds(word.term, actor, "starts-like", begins)
            anchors = (Anchor(actor, "sound"),)
            yield composed(
                word, sense, "semantics", [starts, *reason], text, example, anchors, template.name
            )
