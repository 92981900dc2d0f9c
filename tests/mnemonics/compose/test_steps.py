from __future__ import annotations

import pytest

from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.anchor import Basis, Says
from malmoi.mnemonics.compose.frames import Frame
from malmoi.mnemonics.compose.meaning import Meaning
from malmoi.mnemonics.compose.steps import step

PALACE, CHILDREN = Frame("palace", "things"), Frame("child", "people")
REVOLT, SOMETHING, SOMEONE = Frame("revolt", "things"), Frame("", "things"), Frame("", "people")


def told(
    term: str,
    says: str,
    kind: Says,
    meaning: Meaning,
    frame: Frame,
    named: bool = False,
    object_: str = "",
) -> str:
    basis = Basis("etymology", Anchor(says, "root"), "", (), says, kind, 1.0, named, True, object_)
    return step(term, basis, meaning, frame)


def of(pos: str, text: str, kind: str = "", countable: bool = False) -> Meaning:
    return Meaning(pos, text, kind, "{}" in text, countable, text)


FREE = of("adjective", "free")


@pytest.mark.parametrize(
    ("term", "says", "kind", "meaning", "frame", "sentence"),
    [
        ("opulent", "riches", "noun", of("adjective", "luxurious"), PALACE,
         "An opulent palace is full of riches: it is luxurious."),
        ("obstinate", "stand against", "verb", of("adjective", "stubborn"), CHILDREN,
         "Think of standing against: obstinate children are stubborn."),
        ("gratis", "for nothing", "noun", FREE, SOMETHING, ""),
        ("utilitarian", "useful", "adjective", of("adjective", "having a use"), SOMETHING,
         "Utilitarian means having a use."),
        ("primal", "first", "adjective", of("adjective", "original"), SOMETHING,
         'Primal means "first": original.'),
        ("tepid", "warm", "noun", of("adjective", "moderately warm"), SOMETHING,
         "Tepid means moderately warm."),
        ("diffident", "trust", "noun", of("adjective", "lacking self-confidence"), SOMEONE,
         "Think of trust: to be diffident is to lack self-confidence."),
        ("marital", "marriage", "noun", of("adjective", "to do with marriage"), SOMETHING,
         "Something marital has to do with marriage."),
        ("replaceable", "can be replaced", "literal", of("adjective", ""), SOMETHING,
         "Something replaceable can be replaced."),
        ("fearless", "has no fear", "literal", of("adjective", "brave"), SOMEONE,
         "Fearless means having no fear: brave."),
        ("unknown", "is not known", "literal", of("adjective", "not known"), SOMETHING,
         ""),  # it only says the word again
        ("unshakable", "cannot be shaken", "literal",
         of("adjective", "not capable of being shaken"), SOMETHING,
         "Something unshakable cannot be shaken."),
        ("headfirst", "head", "noun", of("adjective", "with the head foremost"), SOMETHING,
         "Headfirst means with the head foremost."),
        ("moonless", "moon", "noun", of("adjective", "without a moon"), PALACE,
         "Moonless means without a moon."),
        ("causal", "cause", "noun", of("adjective", "causing"), PALACE,
         "Causal means causing."),
        ("unsafe", "is not safe", "literal", of("adjective", "not safe from attack"), SOMETHING,
         "Unsafe means not safe from attack."),
        ("untrue", "is not true", "literal",
         Meaning("adjective", "lacking honesty", "", False, False, ""), PALACE,
         "Untrue means not true: lacking honesty."),
        ("morally", "moral", "adjective", of("adverb", "with respect to moral principles"),
         SOMETHING, "Morally means with respect to moral principles."),
        ("boldly", "bold", "adjective", of("adverb", "in a brave manner"), SOMETHING,
         "Think of something bold: to do something boldly is to do it in a brave manner."),
        ("bypass", "pass", "verb",
         Meaning("verb", "avoid something unpleasant", "", True, False, ""), REVOLT,
         'To bypass is to "pass": to avoid something unpleasant.'),
        ("behead", "head", "noun", of("verb", "cut off the head of {}"), SOMEONE,
         "To behead someone is to cut off their head."),
        ("entitle", "title", "noun", of("verb", "give the right to {}"), SOMEONE,
         "Think of a title: to entitle someone is to give them the right."),
        ("contributor", "someone who contributes", "literal",
         of("noun", "someone who contributes money", "person", True), SOMETHING,
         "A contributor is someone who contributes money."),
        ("conductor", "someone who conducts", "literal",
         of("noun", "the person who leads a choir", "person", True), SOMETHING,
         "A conductor is someone who conducts, who leads a choir."),
        ("quell", "kill", "verb", of("verb", "crush {}"), REVOLT,
         'When you quell a revolt, you "kill" it: you crush it.'),
        ("placate", "please", "verb", of("verb", "calm {}"), SOMEONE,
         'To placate someone is to "please" them: to calm them.'),
        ("mollify", "soft", "adjective", of("verb", "calm {}"), SOMEONE,
         'To mollify someone is to make them "soft": to calm them.'),
        ("abate", "beat down", "verb", of("verb", "become less"), SOMETHING,
         'To abate is to "beat down": to become less.'),
        ("novice", "new", "adjective", of("noun", "a beginner", "person", True), SOMETHING,
         "Think of something new: a novice is a beginner."),
        ("fauna", "animal", "noun", of("noun", "wildlife"), SOMETHING,
         "Think of an animal: fauna is wildlife."),
        ("curator", "care", "verb", of("noun", "a keeper", "person", True), SOMETHING,
         'A curator is someone who "cares": a keeper.'),
        ("bomber", "bomb", "noun", of("noun", "an aircraft that drops bombs", "thing", True),
         SOMETHING, "A bomber is an aircraft that drops bombs."),
        ("swiftly", "swift", "adjective", of("adverb", "in a hurry"), SOMETHING,
         "Think of something swift: swiftly means in a hurry."),
    ],
)  # fmt: skip
def test_the_step_is_a_sentence(
    term: str, says: str, kind: Says, meaning: Meaning, frame: Frame, sentence: str
) -> None:
    object_ = "things" if meaning.object else ""
    assert told(term, says, kind, meaning, frame, object_=object_) == sentence


def test_a_verb_without_an_object_is_thought_of() -> None:
    """Nobody "laughs" an attempt."""
    assert told("deride", "laugh", "verb", of("verb", "mock {}"), SOMEONE) == (
        "Think of laughing: to deride someone is to mock them."
    )


def test_what_lets_itself_be_done_to_is_what_it_is_done_to() -> None:
    obedient = of("adjective", "obedient")
    assert (
        told("docile", "teach", "verb", obedient, CHILDREN, object_="people")
        == "Docile children let themselves be taught: they are obedient."
    )
    # No landscape lets itself be delighted.
    assert (
        told("delectable", "delight", "verb", of("adjective", "tasty"), PALACE, object_="people")
        == "Think of delighting: a delectable palace is tasty."
    )


def test_a_noun_of_which_nothing_tells_whether_it_is_counted_stands_without_article() -> None:
    barter = Meaning("noun", "an equal exchange", "abstract", False, False, "", True)
    assert (
        told("barter", "trade", "verb", barter, SOMETHING)
        == "Think of trading: barter is the word for an equal exchange."
    )


def test_a_word_that_is_only_named_is_thought_of() -> None:
    assert (
        told("insipid", "taste", "noun", of("adjective", "bland"), SOMETHING, named=True)
        == "Think of a taste: insipid means bland."
    )
    assert (
        told("quell", "kill", "verb", of("verb", "crush {}"), REVOLT, named=True)
        == "Think of killing: when you quell a revolt, you crush it."
    )


def test_a_gerund_is_not_thought_of_twice() -> None:
    meaning = of("noun", "a feeling of joy")
    assert told("rejoicing", "rejoice", "verb", meaning, SOMETHING, named=True) == (
        "Rejoicing is a feeling of joy."
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("move out of position", ""),
        ("place something where it is lost",
         "Think of a place: to misplace is to place something where it is lost."),
        ("separate the limbs", "Think of a place: to misplace is to separate the limbs."),
    ],
)  # fmt: skip
def test_a_verb_that_takes_an_object_has_one(text: str, sentence: str) -> None:
    meaning = Meaning("verb", text, "", True, False, text)
    basis = Basis("etymology", Anchor("stead", "root"), "", (), "stead", "noun", 1.0, True, True)
    assert step("misplace", basis, meaning, SOMETHING).replace("stead", "place") == sentence
