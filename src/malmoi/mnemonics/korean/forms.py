"""Korean words in a sentence: the particle that a noun takes, the ending that a verb does."""

from __future__ import annotations

_FIRST = ord("가")
_SYLLABLES = 11172
_CODAS = 28
_N, _L = 4, 8
"""Where ㄴ and ㄹ stand among the final consonants."""


def coda(syllable: str) -> int:
    """Which final consonant a Hangul syllable has, 0 for none (in Unicode's order, to 27).

    Raises:
        ValueError: it is no Hangul syllable.
    """
    at = ord(syllable) - _FIRST
    if not 0 <= at < _SYLLABLES:
        raise ValueError(f"{syllable!r} is no Hangul syllable")
    return at % _CODAS


def with_particle(noun: str, after_consonant: str, after_vowel: str) -> str:
    """The noun with the particle that its last sound asks for ("칼을", "엄마를").

    Raises:
        ValueError: the noun doesn't end in a Hangul syllable.
    """
    return noun + (after_consonant if coda(noun[-1]) else after_vowel)


def joined(nouns: tuple[str, ...]) -> str:
    """Nouns in a row: "칼과 엄마"."""
    *before, last = nouns
    return " ".join([*(with_particle(noun, "과", "와") for noun in before), last])


def adnominal(verb: str) -> str:
    """A verb as it stands before a noun: 포기하다 → 포기하는, 만들다 → 만드는.

    Raises:
        ValueError: it doesn't end in 다 after a stem.
    """
    if len(verb) < 2 or not verb.endswith("다"):
        raise ValueError(f"{verb!r} is no verb in 다")
    stem = verb[:-1]
    if coda(stem[-1]) == _L:
        stem = stem[:-1] + chr(ord(stem[-1]) - _L)
    return stem + "는"


def has_form(gloss: str, pos: str) -> bool:
    """Whether Hangul words end as a scene wants them for this part of speech.

    A verb ends in 다, an adjective in a final ㄴ or ㄹ (완고한) or in 의; a noun doesn't end in
    하다 or 되다.
    """
    if pos == "verb":
        return len(gloss) > 1 and gloss.endswith("다")
    if pos == "adjective":
        return coda(gloss[-1]) in (_N, _L) or gloss.endswith("의")
    return not gloss.endswith(("하다", "되다"))
