"""What a student's mnemonic is to begin with and who is in it: drawn by hash, so answers differ.

A small model that always writes its likeliest sentence begins every mnemonic in the same way and
sends the same few people to the same few places. So its prompt proposes a beginning and a cast:

    begin: Nobody expects
    with: in the elevator; Ruth; a boy lost in

In training they are those of the card; in use they are those of a template that the hash of the
term picks. They say nothing of the word, and the student's base is asked with the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from malmoi.mnemonics.compose.fill import (
    CARRIERS,
    NAMES,
    PLACES,
    Template,
    pick,
    templates,
)
from malmoi.mnemonics.compose.phrases import upper_first

MOST = 3
"""Words of a beginning."""

SECTIONS = {
    "adjective": ("adjective",),
    "verb": ("verb",),
    "noun": ("noun person", "noun thing", "noun abstract"),
    "adverb": ("adverb",),
}

ROLES = tuple(sorted({way.replace("{}", "").strip() for ways in CARRIERS.values() for way in ways}))
"""Who may act in a scene: "a farmer who is holding", "the owner of"."""

_FREE = re.compile(r"\{(name|place|actor)\}")


@dataclass(frozen=True, slots=True)
class Start:
    """A beginning ("" where there is none) and the cast: a place, a name, a role, or fewer."""

    begin: str
    cast: tuple[str, ...]

    def __str__(self) -> str:
        """The lines of a prompt that propose it."""
        lines = [f"begin: {self.begin}"] if self.begin else []
        lines += [f"with: {'; '.join(self.cast)}"] if self.cast else []
        return "\n".join(lines)


def start_of(mnemonic: str, own: Iterable[str]) -> Start:
    """The start of a mnemonic; `own` (the term's forms, hooks) is never in the beginning."""
    return Start(_beginning(mnemonic, own), tuple(_cast_of(mnemonic)))


def start_for(term: str, pos: str) -> Start:
    """A start for a term: the same for a term for ever, another for its neighbours."""
    sections = SECTIONS.get(pos, SECTIONS["noun"])
    found = {each.name: each for s in sections for each in templates("picture", s)}
    return _start(found[pick(sorted(found), "opening", term)], term)


def _beginning(text: str, own: Iterable[str]) -> str:
    """The first words, up to one of `own` or a sign; a quotation mark may open them."""
    barred = {word.lower() for word in own}
    kept: list[str] = []
    for number, word in enumerate(text.split()[:MOST]):
        bare = word.removeprefix('"') if number == 0 else word
        if re.search(r"[\"“”'‘’,;:.?!{]", bare) or not bare or bare.lower() in barred:
            break
        kept.append(word)
    return " ".join(kept)


def _cast_of(mnemonic: str) -> Iterable[str]:
    """The first place, the first name and the first role that a mnemonic holds."""
    for options in (PLACES, NAMES, ROLES):
        held = [o for o in options if re.search(rf"\b{re.escape(o)}\b", mnemonic, re.IGNORECASE)]
        if held:
            yield min(held, key=lambda option: (mnemonic.lower().index(option.lower()), option))


def _start(template: Template, term: str) -> Start:
    """A template's beginning and cast; of an actor it holds the role alone."""
    values = {
        "place": pick(PLACES, "place", term),
        "name": pick(NAMES, "name", term),
        "actor": pick(ROLES, "role", term),
    }
    text = _FREE.sub(lambda slot: values[slot[1]], template.text)
    cast = tuple(values[slot] for slot in values if slot in template.slots)
    return Start(upper_first(_beginning(text, ())), cast)
