"""How a student's mnemonic is to begin: a few words drawn by hash, so that greedy answers differ.

A small model that always writes its likeliest sentence begins every mnemonic in the same way. So
its prompt proposes a beginning ("begin: Nobody expects"): in training the first words of the card,
in use the first words of a template that the hash of the term picks. They say nothing of the word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from malmoi.mnemonics.compose.fill import NAMES, PLACES, pick, templates

MOST = 3
"""Words of a beginning."""

SECTIONS = {
    "adjective": ("adjective",),
    "verb": ("verb",),
    "noun": ("noun person", "noun thing", "noun abstract"),
    "adverb": ("adverb",),
}

_FREE = re.compile(r"\{(name|place)\}")


def opening_of(mnemonic: str, own: Iterable[str]) -> str:
    """The first words of a mnemonic, up to one of `own` (the term's forms, hooks) or a sign."""
    barred = {word.lower() for word in own}
    kept: list[str] = []
    for word in mnemonic.split()[:MOST]:
        if re.search(r"[\"“”'‘’,;:.?!]", word) or word.lower() in barred:
            break
        kept.append(word)
    return " ".join(kept)


def opening_for(term: str, pos: str) -> str:
    """A beginning for a term: the same for a term for ever, another for its neighbours."""
    sections = SECTIONS.get(pos, SECTIONS["noun"])
    found = sorted(
        {
            opening
            for section in sections
            for template in templates("picture", section)
            if (opening := _literal(template.text, term))
        }
    )
    return pick(found, "opening", term) if found else ""


def _literal(text: str, term: str) -> str:
    """What stands before a template's first slot, with a name and a place filled in."""
    values = {"name": pick(NAMES, "name", term), "place": pick(PLACES, "place", term)}
    head = _FREE.sub(lambda slot: values[slot[1]], text).partition("{")[0]
    opening = opening_of(head, ())
    return opening[:1].upper() + opening[1:]
