"""Elements of Greek and Latin that a word is put together from, each as in a word that is known.

    microscope: "MICROscope is made of micro- 'small' (as in microwave) and scop 'look'."

The table of affixes tells what an element means; `familiar.txt`, our own, names a word for each
that a learner at B2 knows. Whether the word is made of them is a claim like any other: it is looked
up, and a card whose claims aren't supported is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import product
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Root, Sense, Word
from malmoi.lexicon.morphology.affixes import Affix, table
from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.anchor import Basis, capitals
from malmoi.mnemonics.compose.meaning import plain_definition
from malmoi.mnemonics.compose.parts import MIN_NEAR_PREFIX
from malmoi.mnemonics.compose.phrases import family_of, upper_first, zipf
from malmoi.mnemonics.compose.similarity import near, prepare, stems
from malmoi.text.english import family_stem, without_accents

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

ENDING = re.compile(
    r"(?:e?[aio]?(?:|y|al|able|ably|ability|ible|ibly|ibility|acious|ulous|olent|ulent|ose|uous|"
    r"ar|ary|ate|ated|ation|ence|ency|ance|ent|ant|er|or|ic|ical|ics|id|ile|"
    r"ine|ing|ion|ious|eous|ous|ism|ist|istic|ity|ive|ization|ize|ium|us|um|ure|ery|ia|ian|is|"
    r"it|ed))$"
)
_MIN_ROOT = 3
_GLOSSED_SUFFIXES = frozenset(
    "logy ology cide cracy crat graphy phobia phile arch vore itis".split()
)
_BEFORE_ENGLISH = frozenset(
    """anti arch auto bi contra counter hyper infra inter macro mal mega meta micro mini mono multi
    neo para poly post pre proto pseudo semi step sub super supra trans tri ultra uni""".split()
)
"""Prefixes before an English word that keeps its meaning; "restrain" is no "strain" again."""
_GRAMMAR = frozenset({"not", "of", "like"})
MIN_ZIPF = 3.3
"""Zipf frequency of an English word that may stand as the second element."""
MIN_NEAR = 0.3
"""Least nearness of what the second element means to the definition."""
MIN_NEAR_FIRST = 0.15
"""The same of a first element that is a root and that no source bears out."""
MAX_WAYS = 3
"""Ways to take a word apart that are told: the nearest to what it means."""


def bases(word: Word, sense: Sense, lexicon: Lexicon) -> Iterator[Basis]:
    """The two elements that a word is made of, where a learner knows a word with one of them.

    Args:
        word: taken apart by its letters.
        sense: which of an element's glosses are nearest to it.
        lexicon: knows the English words that may stand for the second element.
    """
    definition = plain_definition(sense.definition)
    family = family_of(word)
    ways: list[tuple[float, str, tuple[tuple[Affix, str], tuple[Affix, str]]]] = []
    for first, second in _taken_apart(word.term, lexicon):
        told = [(row, g) for row in first for g in row.glosses if _sure(row, g, word)]
        then = [
            (row, g)
            for row in second
            for g in row.glosses
            if g not in _GRAMMAR and _sure(row, g, word)
        ]
        then = then or [(row, "") for row in second if not row.glosses]
        for pair in product(told, then):
            says = " ".join(gloss or row.form for row, gloss in pair)
            ways.append((0.0, says, pair))
    prepare([definition, *(says for _, says, _ in ways)])
    ways = [(near(says, definition), says, pair) for _, says, pair in ways]
    ways.sort(key=lambda way: (-way[0], way[1]))
    for _, says, pair in ways[:MAX_WAYS]:
        if pair[1][1] and near(pair[1][1], definition) < MIN_NEAR:
            continue
        if not pair[1][1] and near(pair[0][1], definition) < MIN_NEAR_PREFIX:
            continue  # a stepladder is no ladder by remarriage
        row, gloss = pair[0]
        unlike = row.kind == "root" and near(gloss, definition) < MIN_NEAR_FIRST
        if unlike and not borne_out(row, gloss, word):
            continue  # a metropolis is no measure of a city
        known = [
            as_in(row, word.term, family) if _SHOWN.get(row.form, gloss) == gloss else ""
            for row, gloss in pair
        ]
        english = pair[1][0].form if not pair[1][0].glosses else ""
        if not any(known) and not english:
            continue
        pieces = [f"{row.form} '{gloss}'" if gloss else row.form for row, gloss in pair]
        seen = [f" (as in {other})" if other else "" for other in known]
        letters = max(pair, key=lambda p: (p[0].kind == "root", len(p[0].form)))[0].form.strip("-")
        at = word.term.find(letters)
        shown = capitals(word.term, (at, at + len(letters)), first=True)
        fact = f"{shown} is made of {pieces[0]}{seen[0]} and {pieces[1]}{seen[1]}."
        yield Basis(
            "morphology",
            Anchor((english or next(filter(None, known))).lower(), "part"),
            fact,
            (f"{upper_first(word.term)} is made of {pieces[0]} + {pieces[1]}.",),
            says,
            "compound",
            0.9 if all(known) or english else 0.7,
            shown=f"{says} {english}",
        )


_SHOWN = {"de-": "down", "ex-": "out", "re-": "back"}
"""What a prefix of several meanings says in the known word: to exit is no "former"."""


def _sure(row: Affix, gloss: str, word: Word) -> bool:
    """Whether letters as few as "mon" aren't in a word by chance."""
    if row.kind != "root" or len(row.form) > _MIN_ROOT or borne_out(row, gloss, word):
        return True
    bare = (without_accents(root.form.lower()) for root in _etyma(word) if not root.gloss)
    return any(form.startswith(row.form) for form in bare)


def borne_out(row: Affix, gloss: str, word: Word) -> bool:
    """Whether a source names a root of these letters that means this, or the table the word."""
    if {word.term, *(relative.word for relative in word.family)} & set(row.examples):
        return True
    return any(
        without_accents(root.form.lower()).strip("-").startswith(row.form[:4])
        and stems(gloss) & stems(root.gloss)
        for root in _etyma(word)
    )


def _etyma(word: Word) -> Iterator[Root]:
    """What sources derive the word from, and its roots."""
    for origin in word.origins:
        yield from filter(None, (*origin.roots, origin.etymon))


def as_in(row: Affix, term: str, family: set[str]) -> str:
    """A known word with the element in capitals; "" for none but the word's own relatives."""
    letters = row.form.strip("-")
    other = familiar().get(letters, "")
    at = other.find(letters)
    if not other or at < 0 or other in term or term in other:
        return ""
    if family_stem(other) in family and other[:3] == term[:3]:
        return ""  # "immutable" as in mutation helps, "eloquent" as in eloquence doesn't
    return capitals(other, (at, at + len(letters)))


def _taken_apart(
    term: str, lexicon: Lexicon
) -> Iterator[tuple[tuple[Affix, ...], tuple[Affix, ...]]]:
    """First and second element for each way in which they and an ending make the word."""
    for end in range(2, len(term) - 1):
        first = tuple(row for row in table().get(term[:end], ()) if row.kind != "suffix")
        if not first or (end < _MIN_ROOT and first[0].kind == "root"):
            continue
        for start in (end, end + 1):
            if start > end and term[end : end + 1] not in "aio":
                continue
            yield from ((first, second) for second in _last(term[start:]))
            rest = term[start:]
            known = len(rest) > _MIN_ROOT and zipf(rest, lexicon) >= MIN_ZIPF
            if known and term[:start] in _BEFORE_ENGLISH and rest not in table():
                yield first, (_word(rest),)


def _word(text: str) -> Affix:
    return Affix(text, "root", (), "English", ())


def _last(rest: str) -> Iterator[tuple[Affix, ...]]:
    for size in range(_MIN_ROOT, len(rest) + 1):
        letters = rest[:size]
        if not ENDING.fullmatch(rest[size:]):
            continue
        found = tuple(
            row
            for row in table().get(letters, ())
            if row.kind == "root" or (letters in _GLOSSED_SUFFIXES and size == len(rest))
        )
        if found:
            yield found


@lru_cache(maxsize=1)
def familiar() -> dict[str, str]:
    """Letters of an element → a word with it that a learner knows."""
    text = files(__package__).joinpath("familiar.txt").read_text("utf-8")
    pairs = (pair.split() for line in text.splitlines() for pair in line.split(";"))
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and not pair[0].startswith("#")}
