"""Forms of an English verb phrase: "stands against", "standing against", "stood against"."""

from __future__ import annotations

from functools import lru_cache

from malmoi.lexicon.morphology.inflections import Inflections


def third_person(phrase: str) -> str:
    """ "stand against" → "stands against"."""
    return _inflected(phrase, "VBZ")


def participle(phrase: str) -> str:
    """ "lead out" → "led out"."""
    return _inflected(phrase, "VBN")


def gerund(phrase: str) -> str:
    """ "stand against" → "standing against"."""
    return _inflected(phrase, "VBG")


def base_of_gerund(word: str) -> str:
    """ "lasting" → "last"; "" for what is no verb's form, or an adjective as well ("boring")."""
    if not word.endswith("ing") or word in _ADJECTIVES:
        return ""
    found = Inflections.open().verbs(word)
    return found[0] if found and found[0] != word else ""


@lru_cache(maxsize=10_000)
def base_of_participle(word: str) -> str:
    """ "taught" → "teach", "directed" → "direct"; "" for what is no past participle."""
    inflections = Inflections.open()
    bases = inflections.verbs(word)
    if not bases or bases[0] == word:
        return ""
    return bases[0] if word in inflections.verb_forms(bases[0], "VBN") else ""


_ADJECTIVES = frozenset(
    """boring charming exciting interesting pleasing shocking surprising tiring willing lying
    loving caring daring cunning striking pressing winning""".split()
)


def _inflected(phrase: str, tag: str) -> str:
    head, space, rest = phrase.partition(" ")
    return f"{_form(head, tag)}{space}{rest}"


_IRREGULAR = {
    "be": {"VBZ": "is", "VBN": "been", "VBG": "being"},
    "bear": {"VBZ": "bears", "VBN": "borne", "VBG": "bearing"},
}


@lru_cache(maxsize=10_000)
def _form(verb: str, tag: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb][tag]
    found = Inflections.open().verb_forms(verb, tag)
    if found:
        return found[0]
    stem = verb.removesuffix("e")
    if tag == "VBZ":
        sibilant = verb.endswith(("s", "x", "z", "ch", "sh"))
        if verb.endswith("y") and verb[-2:-1] not in "aeiou":
            return f"{verb[:-1]}ies"
        return f"{verb}es" if sibilant else f"{verb}s"
    return f"{stem}ed" if tag == "VBN" else f"{stem}ing"
