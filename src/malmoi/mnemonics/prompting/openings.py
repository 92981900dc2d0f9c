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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from malmoi.mnemonics.compose.fill import (
    CARRIERS,
    NAMES,
    PLACES,
    Template,
    pick,
    pictures,
    templates_of,
)
from malmoi.mnemonics.compose.phrases import upper_first
from malmoi.text.english import with_article

MAX_WORDS = 3
"""Words of a beginning."""

FILES = ("picture", "roots", "parts", "contrast")
"""Files of templates, the one that suits every word first."""

ROLES = tuple(sorted({way.replace("{}", "").strip() for ways in CARRIERS.values() for way in ways}))
"""Who may act in a scene: "a farmer who is holding", "the owner of"."""

ACTORS = tuple(sorted(w for w, kind in pictures().items() if kind in ("animal", "person")))

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


def start_for(term: str, pos: str, files: Sequence[str] = FILES[:1]) -> Start:
    """A start for a term: the same for a term for ever, another for its neighbours.

    `files` are those of `FILES` whose facts the word has; "picture" is drawn twice as often as
    each other.
    """
    file = pick(["picture", *files], "file", term)
    kind = pos if pos in ("adjective", "verb", "adverb") else "noun"
    starts = {each.name: _start(each, file, term) for each in templates_of(file, kind)}
    return starts[pick(sorted(name for name in starts if starts[name].begin), "opening", term)]


def _beginning(text: str, own: Iterable[str]) -> str:
    """The first words, up to one of `own` or a sign; a quotation mark may open them."""
    barred = {word.lower() for word in own}
    kept: list[str] = []
    for number, word in enumerate(text.split()[:MAX_WORDS]):
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


def _start(template: Template, file: str, term: str) -> Start:
    """A template's beginning and cast; of a picture word's actor it holds the role alone."""
    values = {"place": pick(PLACES, "place", term), "name": pick(NAMES, "name", term)}
    if file == "picture":
        values["actor"] = pick(ROLES, "role", term)
    cast = tuple(values[slot] for slot in values if slot in template.slots)
    if file in ("roots", "parts"):
        # Whoever acts there has nothing to do with how the term sounds.
        values["actor"] = with_article(pick(ACTORS, "actor", term))
    text = _FREE.sub(lambda slot: values.get(slot[1], slot[0]), template.text)
    return Start(upper_first(_beginning(text, ())), cast)
