"""The second clause: the step from what the anchor says to the meaning, on what the word goes with.

docile, "teach", children     "Docile children let themselves be taught: they are obedient."
quell, "kill", a revolt       "When you quell a revolt, you \"kill\" it: you crush it."
tepid, no noun is sure        "Tepid means moderately warm."
"""

from __future__ import annotations

import re

from malmoi.mnemonics.compose.anchor import Basis
from malmoi.mnemonics.compose.clauses import ALL_PREPOSITIONS, PARTICLES
from malmoi.mnemonics.compose.frames import Frame, inventory
from malmoi.mnemonics.compose.meaning import Meaning
from malmoi.mnemonics.compose.phrases import upper_first
from malmoi.mnemonics.compose.similarity import stems
from malmoi.mnemonics.compose.verbs import base_of_gerund, gerund, participle, third_person
from malmoi.text.english import lower_words, with_article

_PASSIVE = re.compile(r"(?:able|ible|(?<!ant)ile)$")
_ACTIVE = re.compile(r"(?:[ae]nt|ive|acious|ulous)$")
_FULL = re.compile(r"(?:ous|ose|ulent)$")
_DOER = re.compile(r"(?:er|or|ant|ent|ist)$")


def step(term: str, basis: Basis, meaning: Meaning, frame: Frame) -> str:
    """The sentence; "" where what the anchor says can't be put into one.

    Args:
        term: what is explained.
        basis: what the anchor says.
        meaning: where the step leads.
        frame: the noun that goes with an adjective or verb.
    """
    if basis.kind == "noun" and basis.says.partition(" ")[0] in ALL_PREPOSITIONS:
        return ""  # "think of for nothing"
    if repeats(term, basis, meaning):
        return ""
    write = {
        "adjective": _adjective,
        "verb": _transitive if meaning.object else _intransitive,
        "noun": _noun,
        "adverb": _adverb,
    }.get(meaning.pos)
    told = write(term, basis, meaning, frame) if write else ""
    return f"{upper_first(told)}." if told else ""


def repeats(term: str, basis: Basis, meaning: Meaning) -> bool:
    """Whether the meaning of a negation or an adverb is but its stem again: "in an expensive
    manner" of expensively, "not openly acknowledged" of unacknowledged."""
    if meaning.pos != "adverb" and not _NEGATION.match(term):
        return False
    words = [w for w in lower_words(meaning.text) if not w.endswith("ly") and w not in _HOW]
    known = stems(f"{basis.shown} {basis.says}")
    return bool(meaning.text) and not stems(" ".join(words)) - known


_NEGATION = re.compile(r"(?:un|in|im|il|ir|non|dis)(?=[a-z]{4})")
_HOW = frozenset("manner way fashion degree not".split())


def _told(basis: Basis, meaning: Meaning, sentence: str) -> str:
    """The sentence, what is to be thought of before it where the meaning doesn't say it."""
    if basis.kind == "compound" or stems(basis.says) & stems(meaning.plain):
        return sentence
    if basis.kind == "verb" and sentence.startswith(f"{gerund(basis.says)} is "):
        return sentence  # "think of rejoicing: rejoicing is" goes in a circle
    if basis.kind == "noun" and basis.countable is None and basis.says not in inventory():
        return ""  # "think of bottom"
    return f"{_think(basis)}: {sentence}"


def _think(basis: Basis) -> str:
    """ "think of renting", "think of a ship", "think of something bitter"."""
    if basis.kind == "verb":
        return f"think of {gerund(basis.says)}"
    if basis.kind == "adjective":
        return f"think of {'someone' if basis.object == 'people' else 'something'} {basis.says}"
    kind = inventory().get(basis.says, "things" if basis.countable else "stuff")
    return f"think of {basis.says if kind == 'stuff' else with_article(basis.says)}"


def _adjective(term: str, basis: Basis, meaning: Meaning, frame: Frame) -> str:
    says = basis.says
    if basis.kind == "literal":
        return _literal_adjective(term, basis, meaning, frame)
    if meaning.text.startswith("to do with "):
        return _told(basis, meaning, f"something {term} has {meaning.text}")
    quoted = not basis.named and not stems(says) & stems(meaning.text)
    if not frame.noun or not _said_of_it(meaning):
        if frame.kind == "people" and not frame.noun and not _WHERE.search(term):
            end = meaning.infinitive
            if quoted and basis.kind == "adjective":
                return f'to be {term} is to be "{says}": {end}'
            return _told(basis, meaning, f"to be {term} is {end}")
        if quoted and basis.kind == "adjective":
            return f'{term} means "{says}": {meaning.text}'
        return _told(basis, meaning, f"{term} means {meaning.text}")
    subject = frame.with_adjective(term)
    predicate = meaning.predicate(plural=frame.plural)
    tail = f"{frame.pronoun} {meaning.predicate(plural=frame.kind == 'people')}"
    if quoted and basis.kind == "verb" and _PASSIVE.search(term) and " " not in says:
        if basis.object == ("people" if frame.kind == "people" else "things"):
            let = "let" if frame.plural else "lets"
            themselves = "themselves" if frame.kind == "people" else "itself"
            return f"{subject} {let} {themselves} be {participle(says)}: {tail}"
    elif quoted and basis.kind == "noun" and _FULL.search(term):
        return f"{subject} {frame.be} full of {says}: {tail}"
    elif quoted and basis.kind == "adjective":
        return f'{subject} {frame.be} "{says}": {tail}'
    return _told(basis, meaning, f"{subject} {predicate}")


def _said_of_it(meaning: Meaning) -> bool:
    """Whether an adjective's meaning is a plain predicate of its noun: a moonless night "is without
    a moon" and a causal relationship "is causing" in dictionaries alone."""
    head, _, rest = meaning.text.partition(" ")
    if base_of_gerund(head) or head == "having":
        return bool(rest)
    return not rest or (head == "not" and " " not in rest)


_WHERE = re.compile(r"(?:ward|wards|first|foremost|wide|most)$")
"""Adjectives of place, which nobody simply is."""


_ABLE = stems("capable incapable able unable possible impossible being can cannot not")
"""What "can" and "cannot" say already: "it is not capable of being shaken"."""


def _literal_adjective(term: str, basis: Basis, meaning: Meaning, frame: Frame) -> str:
    says, text = basis.says, meaning.text
    new = stems(text) - stems(says) - _ABLE if text else set()
    to_do = text.startswith(("to do with ", "of "))
    if says.startswith(("can", "has to do with")):
        people = basis.object == "people"
        subject, plural = f"{'someone' if people else 'something'} {term}", False
        if frame.noun:
            subject, plural = frame.with_adjective(term), frame.plural
            people = frame.kind == "people"
        told = f"{subject} {_agreeing(says, plural)}"
        if not new or to_do or (people and not frame.noun):
            return told
        pronoun = "they" if people else "it"
        return f"{told}: {pronoun} {meaning.predicate(plural=people)}"
    verb, _, rest = says.partition(" ")
    told = {"is": rest, "has": f"having {rest}", "tends": f"tending {rest}"}.get(verb, "")
    if not told:
        return ""
    again = stems(text) & stems(says) and bool(_NONE.match(told)) == bool(_NONE.match(text))
    if new and again and not to_do:
        return f"{term} means {text}"  # no "not safe: not safe from attack"
    return f"{term} means {told}: {text}" if new and not to_do else f"{term} means {told}"


_NONE = re.compile(r"(?:not|having no|without|lacking|no)\b")


def _agreeing(told: str, plural: bool) -> str:
    """A predicate in the third person, for a subject that may be plural."""
    if not plural:
        return told
    head, _, rest = told.partition(" ")
    verb = {"is": "are", "has": "have", "tends": "tend", "lets": "let"}.get(head, head)
    return f"{verb} {rest}"


def _adverb(term: str, basis: Basis, meaning: Meaning, frame: Frame) -> str:
    del frame
    if " " not in meaning.text or meaning.text.startswith("of "):
        return ""  # "tremendously" tells how much, not how; nothing is done "of a dreadful kind"
    told = f"{term} means {meaning.text}"
    if _MANNER.search(meaning.text):
        told = f"to do something {term} is to do it {meaning.text}"
    return told if basis.kind == "literal" else _told(basis, meaning, told)


_MANNER = re.compile(r"^in an? .* (?:manner|way|fashion)$")
"""How something may be done; nothing is done "with respect to morals" or "ten times as much"."""


def _intransitive(term: str, basis: Basis, meaning: Meaning, frame: Frame) -> str:
    del frame
    says, end = basis.says, f"to {meaning.text}"
    if basis.kind == "literal":
        new = stems(meaning.text) - stems(says)
        return f"to {term} is to {says}: {end}" if new else f"to {term} is to {says}"
    if basis.kind == "verb" and not basis.named and not stems(says) & stems(meaning.text):
        return f'to {term} is to "{says}": {end}'
    return _told(basis, meaning, f"to {term} is {end}")


def _transitive(term: str, basis: Basis, meaning: Meaning, frame: Frame) -> str:
    if frame.noun and "{}" not in meaning.text:
        frame = Frame("", frame.kind)  # "when you bypass a rule, you avoid something unpleasant"
    if not frame.noun and "{}" not in f"{meaning.text}{basis.says}":
        own = _OWN_OBJECT.search(meaning.text)  # "to dislocate is to move out" lacks what is moved
        return _intransitive(term, basis, meaning, frame) if own else ""
    person = frame.kind == "people"
    pronoun = "them" if person else "it"
    end = _with_its(meaning.text.replace("{}", pronoun))
    if frame.noun:
        subject, you = f"when you {term} {frame.object},", "you "
    else:
        whom = " someone" if person else " something"
        subject, you = f"to {term}{whom if '{}' in meaning.text else ''} is", "to "
    tail = f"{you}{_are(end) if frame.noun else end}"
    says = basis.says
    same = bool(stems(says) & stems(meaning.plain))
    if basis.kind == "literal":
        told = says
        if "{}" not in says:
            head, _, rest = says.partition(" ")
            told = f"{head} {{}} {rest}".strip()
        told = told.replace("{}", pronoun)
        if tail.startswith(f"{you}{told} "):
            return f"{subject} {tail}"  # "to use it again after processing" says it all
        new = stems(meaning.plain) - stems(says)
        return f"{subject} {you}{told}: {tail}" if new else f"{subject} {you}{told}"
    if not basis.named and not same and basis.kind == "verb" and basis.object:
        told = _with_pronoun(says, pronoun)
        return f"{subject} {you}{told}: {tail}" if told else ""
    if not basis.named and not same and basis.kind == "adjective":
        return f'{subject} {you}make {pronoun} "{says}": {tail}'
    return _told(basis, meaning, f"{subject} {tail}")


def _with_its(told: str) -> str:
    """ "cut the head of it" → "cut its head", "give the right to them" → "give them the right"."""
    told = re.sub(r"^(give|grant|offer) ([a-z ]+) to (it|them)$", r"\1 \3 \2", told)
    return re.sub(
        r"\bthe ([a-z]+) of (it|them)$",
        lambda m: f"{'its' if m[2] == 'it' else 'their'} {m[1]}",
        told,
    )


_OWN_OBJECT = re.compile(
    r"\b(?:something|someone|somebody|people)\b|^\w+(?: and \w+)? (?:an?|the|one's|their|its) "
)
"""A verb phrase that has its object: "place something where", "separate the limbs from"."""


def _with_pronoun(says: str, pronoun: str) -> str:
    """What is done to it: "kill" it, "beat" it down, "run into" it; "" where it can't be told."""
    head, _, rest = says.partition(" ")
    if not rest:
        return f'"{head}" {pronoun}'
    words = rest.split()
    if rest in PARTICLES or (len(words) > 1 and words[0] in ALL_PREPOSITIONS):
        return f'"{head}" {pronoun} {rest}'
    return f'"{says}" {pronoun}' if words[-1] in ALL_PREPOSITIONS - {"to"} else ""


def _are(phrase: str) -> str:
    """A verb phrase after "you" or "they"."""
    head, space, rest = phrase.partition(" ")
    return f"{'are' if head == 'be' else head}{space}{rest}"


def _noun(term: str, basis: Basis, meaning: Meaning, frame: Frame) -> str:
    del frame
    says = basis.says
    if basis.kind == "literal":
        subject = with_article(term) if meaning.countable and not says.startswith("being") else term
        if meaning.text.startswith(f"{says} "):
            return f"{subject} is {meaning.text}"  # no "someone who sings: someone who sings in"
        new = stems(meaning.text) - stems(says)
        person = re.match(r"(?:someone|somebody|(?:a|the) person|one) (?=whos?e? )", meaning.text)
        if person and new:
            # "A contributor is someone who contributes: someone who contributes a sum of money."
            if stems(meaning.text) & stems(says):
                return f"{subject} is {meaning.text}"
            return f"{subject} is {says}, {meaning.text[person.end() :]}"
        return f"{subject} is {says}: {meaning.text}" if new else f"{subject} is {says}"
    if meaning.countable:
        told = f"{with_article(term)} is {meaning.text}"
    elif meaning.uncertain:
        told = f"{term} is the word for {meaning.text}"
    else:
        told = f"{term} is {meaning.text}"
    if basis.kind == "verb" and not basis.named and " " not in says:
        doer = meaning.kind == "person" and meaning.countable and _DOER.search(term)
        if doer and not stems(says) & stems(meaning.text):
            return f'{with_article(term)} is someone who "{third_person(says)}": {meaning.text}'
    return _told(basis, meaning, told)
