"""Korean words in a sentence: the particle that a noun takes, the ending that a verb does."""

from __future__ import annotations

from malmoi.text.hangul import compose, decompose, with_particle


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
    onset, vowel, coda = decompose(stem[-1])
    if coda == "ㄹ":
        stem = stem[:-1] + compose(onset, vowel)
    return stem + "는"


def has_form(gloss: str, pos: str) -> bool:
    """Whether Hangul words end as a scene wants them for this part of speech.

    A verb ends in 다, an adjective in a final ㄴ or ㄹ (완고한) or in 의; a noun doesn't end in
    하다 or 되다.
    """
    if pos == "verb":
        return len(gloss) > 1 and gloss.endswith("다")
    if pos == "adjective":
        return decompose(gloss[-1])[2] in ("ㄴ", "ㄹ") or gloss.endswith("의")
    return not gloss.endswith(("하다", "되다"))
