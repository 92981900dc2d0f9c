from __future__ import annotations

import pytest

from malmoi.lexicon.facts import Word
from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.anchor import Basis, Says
from malmoi.mnemonics.compose.frames import Frame
from malmoi.mnemonics.compose.meaning import Meaning
from malmoi.mnemonics.compose.steps import step

PALACE, CHILDREN = Frame("palace", "things"), Frame("child", "people")
REVOLT, SOMETHING, SOMEONE = Frame("revolt", "things"), Frame("", "things"), Frame("", "people")


def told(
    term: str, says: str, kind: Says, meaning: Meaning, frame: Frame, named: bool = False
) -> str:
    basis = Basis("etymology", Anchor(says, "root"), "", (), says, kind, 1.0, named, True)
    return step(Word(term, term), basis, meaning, frame)


def of(pos: str, text: str, kind: str = "", countable: bool = False) -> Meaning:
    return Meaning(pos, text, True, kind, "{}" in text, countable, text)


@pytest.mark.parametrize(
    ("term", "says", "kind", "meaning", "frame", "sentence"),
    [
        ("opulent", "riches", "noun", of("adjective", "luxurious"), PALACE,
         "An opulent palace is full of riches: it is luxurious."),
        ("docile", "teach", "verb", of("adjective", "obedient"), CHILDREN,
         "Docile children let themselves be taught: they are obedient."),
        ("docile", "teach", "verb", of("adjective", "obedient"), SOMEONE,
         "Someone docile lets themselves be taught: they are obedient."),
        ("gratis", "for nothing", "noun", of("adjective", "free"), SOMETHING, ""),
        ("obstinate", "stand against", "verb", of("adjective", "stubborn"), CHILDREN,
         'Obstinate children "stand against": they are stubborn.'),
        ("acerbic", "bitter", "adjective", of("adjective", "harsh"), SOMETHING,
         'Something acerbic is "bitter": it is harsh.'),
        ("replaceable", "can be replaced", "literal", of("adjective", ""), SOMETHING,
         "Something replaceable can be replaced."),
        ("quell", "kill", "verb", of("verb", "crush {}"), REVOLT,
         'When you quell a revolt, you "kill" it: you crush it.'),
        ("placate", "please", "verb", of("verb", "calm {}"), SOMEONE,
         'When you placate someone, you "please" them: you calm them.'),
        ("mollify", "soft", "adjective", of("verb", "calm {}"), SOMEONE,
         'When you mollify someone, you make them "soft": you calm them.'),
        ("abate", "beat down", "verb", of("verb", "become less"), SOMETHING,
         'When something abates, it "beats down": it becomes less.'),
        ("digress", "step aside", "verb", of("verb", "wander"), SOMEONE,
         'When someone digresses, they "step aside": they wander.'),
        ("novice", "new", "adjective", of("noun", "a beginner", "person", True), SOMETHING,
         'A novice is "new": a beginner.'),
        ("fauna", "animal", "noun", of("noun", "wildlife"), SOMETHING,
         "Think of an animal: fauna is wildlife."),
        ("curator", "care", "verb", of("noun", "a keeper", "person", True), SOMETHING,
         'A curator is someone who "cares": a keeper.'),
        ("swiftly", "swift", "adjective", of("adverb", "fast"), SOMETHING, ""),
    ],
)  # fmt: skip
def test_the_step_is_a_sentence(
    term: str, says: str, kind: Says, meaning: Meaning, frame: Frame, sentence: str
) -> None:
    assert told(term, says, kind, meaning, frame) == sentence


def test_a_word_that_is_only_named_is_thought_of() -> None:
    assert (
        told("insipid", "taste", "noun", of("adjective", "bland"), SOMETHING, named=True)
        == "Think of a taste: something insipid is bland."
    )
    assert (
        told("quell", "kill", "verb", of("verb", "crush {}"), REVOLT, named=True)
        == "Think of killing: when you quell a revolt, you crush it."
    )
