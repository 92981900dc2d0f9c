"""The second clause: the step from what the anchor says to the meaning, on what the word goes with.

docile, "teach", children     "Docile children let themselves be taught: they are obedient."
quell, "kill", a revolt       "When you quell a revolt, you \"kill\" it: you crush it."
"""

from __future__ import annotations

import re

from malmoi.lexicon.facts import Word
from malmoi.mnemonics.compose.anchor import Basis
from malmoi.mnemonics.compose.frames import Frame, inventory
from malmoi.mnemonics.compose.meaning import Meaning
from malmoi.mnemonics.compose.phrases import upper_first
from malmoi.mnemonics.compose.verbs import gerund, participle, third_person
from malmoi.text.english import lower_words, with_article
from malmoi.text.stop_words import PREPOSITIONS

_PASSIVE = re.compile(r"(?:able|ible|(?<!ant)ile)$")
_PARTICLES = frozenset("away apart out down up back off forth forward together over".split())
_FULL = re.compile(r"(?:ous|ose|ulent)$")


def step(word: Word, basis: Basis, meaning: Meaning, frame: Frame) -> str:
    """The sentence; "" where what the anchor says can't be put into one.

    Args:
        word: what is explained.
        basis: what the anchor says.
        meaning: where the step leads.
        frame: the noun that goes with an adjective or verb.
    """
    if basis.kind == "noun" and basis.says.partition(" ")[0] in PREPOSITIONS:
        return ""  # "think of for nothing"
    write = {"adjective": _adjective, "verb": _verb, "noun": _noun}.get(meaning.pos)
    return upper_first(write(word, basis, meaning, frame)) if write else ""


def _think(basis: Basis) -> str:
    """ "think of renting", "think of a ship", "think of something bitter"."""
    if basis.kind == "verb":
        return f"think of {gerund(basis.says)}"
    if basis.kind == "adjective":
        return f"think of something {basis.says}"
    stuff = inventory().get(basis.says) == "stuff"
    return f"think of {with_article(basis.says) if basis.countable and not stuff else basis.says}"


def _adjective(word: Word, basis: Basis, meaning: Meaning, frame: Frame) -> str:
    subject = frame.with_adjective(word.term)
    predicate = meaning.predicate(plural=frame.plural)
    tail = f"{frame.pronoun} {meaning.predicate(plural=frame.kind == 'people')}"
    says = basis.says
    if basis.kind == "compound" or meaning.text == says:
        return f"{subject} {predicate}."
    if basis.kind == "literal":
        told = _agreeing(says, frame)
        same = set(lower_words(meaning.text)) <= set(lower_words(told))  # or nothing at all
        same = same or meaning.text.startswith("of ")
        return f"{subject} {told}." if same else f"{subject} {told}: {tail}."
    if basis.kind == "verb" and not basis.named:
        if _PASSIVE.search(word.term) and " " not in says:
            let = "let" if frame.plural else "lets"
            themselves = "themselves" if frame.kind == "people" else "itself"
            return f"{subject} {let} {themselves} be {participle(says)}: {tail}."
        if frame.kind in ("people", "animals"):
            told = says if frame.plural else third_person(says)
            return f'{subject} "{told}": {tail}.'
        return f"{_think(basis)}: {subject} {predicate}."
    if basis.kind == "noun" and not basis.named:
        if _FULL.search(word.term):
            return f"{subject} {frame.be} full of {says}: {tail}."
        return f"{_think(basis)}: {subject} {predicate}."
    if basis.kind == "adjective" and not basis.named:
        return f'{subject} {frame.be} "{says}": {tail}.'
    return f"{_think(basis)}: {subject} {predicate}."


def _agreeing(told: str, frame: Frame) -> str:
    """A predicate in the third person, for a subject that may be plural."""
    if not frame.plural:
        return told
    head, _, rest = told.partition(" ")
    verb = {"is": "are", "has": "have", "tends": "tend", "lets": "let"}.get(head, head)
    return f"{verb} {rest}"


def _verb(word: Word, basis: Basis, meaning: Meaning, frame: Frame) -> str:
    if meaning.object:
        return _transitive(word, basis, meaning, frame)
    person = frame.kind == "people"
    someone = "someone" if person else "something"
    subject = f"when {someone} {third_person(word.term)}, {'they' if person else 'it'}"
    tail = _you(meaning.text) if person else third_person(meaning.text)
    says = basis.says
    if basis.kind == "literal":
        told = says if person else third_person(says)
        return f"{subject} {told}."
    if basis.kind == "verb" and not basis.named and not meaning.text.startswith(says):
        told = says if person else third_person(says)
        return f'{subject} "{told}": {"they" if person else "it"} {tail}.'
    if basis.kind == "compound" or meaning.text.startswith(says):
        return f"{subject} {tail}."
    return f"{_think(basis)}: {subject} {tail}."


def _transitive(word: Word, basis: Basis, meaning: Meaning, frame: Frame) -> str:
    pronoun = "them" if frame.kind == "people" else "it"
    subject = f"when you {word.term} {frame.object}, you"
    tail = _you(meaning.text.replace("{}", pronoun))
    says = basis.says
    if basis.kind == "literal":
        told = says
        if "{}" not in says:
            head, _, rest = says.partition(" ")
            told = f"{head} {{}} {rest}".strip()
        told = told.replace("{}", pronoun)
        return f"{subject} {told}: you {tail}." if meaning.text else f"{subject} {told}."
    if basis.kind == "compound" or meaning.plain.startswith(says):
        return f"{subject} {tail}."
    if basis.kind == "verb" and not basis.named:
        told = _with_pronoun(says, pronoun)
        return f"{subject} {told}: you {tail}." if told else ""
    if basis.kind == "adjective" and not basis.named:
        return f'{subject} make {pronoun} "{says}": you {tail}.'
    return f"{_think(basis)}: {subject} {tail}."


def _with_pronoun(says: str, pronoun: str) -> str:
    """What is done to it: "kill" it, "beat" it down, "run into" it; "" where it can't be told."""
    head, _, rest = says.partition(" ")
    if not rest:
        return f'"{head}" {pronoun}'
    words = rest.split()
    if rest in _PARTICLES or (len(words) > 1 and words[0] in PREPOSITIONS):
        return f'"{head}" {pronoun} {rest}'
    return f'"{says}" {pronoun}' if words[-1] in PREPOSITIONS else ""


def _you(phrase: str) -> str:
    """A verb phrase after "you" or "they"."""
    head, space, rest = phrase.partition(" ")
    return f"{'are' if head == 'be' else head}{space}{rest}"


def _noun(word: Word, basis: Basis, meaning: Meaning, frame: Frame) -> str:
    subject = with_article(word.term) if meaning.countable else word.term
    says = basis.says
    if basis.kind == "compound" or meaning.text == says:
        return f"{subject} is {meaning.text}."
    if basis.kind == "literal":
        new = set(lower_words(meaning.text)) - set(lower_words(says))
        return f"{subject} is {says}: {meaning.text}." if len(new) > 1 else f"{subject} is {says}."
    if basis.kind == "verb" and not basis.named:
        if meaning.kind == "person" and re.search(r"(?:er|or|ant|ent|ist)$", word.term):
            return f'{subject} is someone who "{third_person(says)}": {meaning.text}.'
        return f"{_think(basis)}: {subject} is {meaning.text}."
    if basis.kind == "adjective" and not basis.named:
        return f'{subject} is "{says}": {meaning.text}.'
    return f"{_think(basis)}: {subject} is {meaning.text}."
