"""The pieces of the English word, put together: what they say of something, in their own voice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Part, Sense, Word
from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.anchor import Basis, Says
from malmoi.mnemonics.compose.clauses import main
from malmoi.mnemonics.compose.countability import share_counted
from malmoi.mnemonics.compose.meaning import plain_definition
from malmoi.mnemonics.compose.phrases import countable, noun_kind, plural_of, upper_first, zipf
from malmoi.mnemonics.compose.similarity import near
from malmoi.mnemonics.compose.verb_frames import object_of
from malmoi.mnemonics.compose.verbs import base_of_participle, participle, third_person

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

MIN_ZIPF = 3.1
MIN_NEAR_PREFIX = 0.1
"""Least nearness to the definition of a prefix's gloss that is told beside the stem."""
MIN_NEAR_STEM = 0.15
"""The same of the stem that -less denies."""
_NOT = frozenset({"un-", "in-", "im-", "il-", "ir-", "non-", "dis-", "a-", "an-"})
_TOO = {"over-": "too", "hyper-": "too", "ultra-": "extremely", "semi-": "partly"}
_WAYS = {
    "re-": ("again", "{} again"),
    "over-": ("too much", "{} too much"),
    "mis-": ("wrong", "{} wrongly"),
    "under-": ("too little", "{} too little"),
    "pre-": ("before", "{} beforehand"),
    "fore-": ("before", "{} beforehand"),
    "co-": ("together", "{} together"),
}
"""Prefix → what its gloss must hold to be this one, and what it makes of a verb."""


def bases(word: Word, sense: Sense, lexicon: Lexicon) -> Iterator[Basis]:
    """What prefix, stem and suffix say together; nothing where the stem isn't known.

    Args:
        word: with its parts.
        sense: what is told.
        lexicon: knows the stem, and what parts of speech it has.
    """
    pieces = _two(word, sense, lexicon)
    prefixes = [part for part in pieces if part.kind == "prefix"]
    stems = [part.form for part in pieces if part.kind == "stem"]
    suffixes = [part for part in pieces if part.kind == "suffix"]
    if len(stems) != 1 or len(prefixes) > 1 or len(suffixes) > 1 or not prefixes + suffixes:
        return
    stem = stems[0]
    if len(stem) < 3 or zipf(stem, lexicon) < MIN_ZIPF:
        return
    first = prefixes[0].form if prefixes else ""
    last = suffixes[0].form if suffixes else ""
    kind: Says = "literal"
    says = read(first, stem, last, sense, lexicon)
    if first in _WAYS and _WAYS[first][0] not in prefixes[0].gloss:
        says = ""  # under- "below" is another than under- "too little"
    if not says:
        says, kind = _beside(prefixes, stem, suffixes), "compound"
        gloss = prefixes[0].gloss.split(",")[0] if prefixes else ""
        if gloss and near(gloss, plain_definition(sense.definition)) < MIN_NEAR_PREFIX:
            says = ""  # a stepladder is no ladder by remarriage
    if not says:
        return
    at = word.term.find(stem[: max(3, len(stem) - 1)])
    shown = word.term
    if at >= 0:
        end = at + (len(stem) if word.term[at : at + len(stem)] == stem else max(3, len(stem) - 1))
        shown = shown[:at] + shown[at:end].upper() + shown[end:]
    told = f"{_pieces(pieces)}"
    if stem.capitalize() in sense.definition.split()[1:]:
        told = re.sub(rf"\b{stem}\b", stem.capitalize(), told)  # "Atlantic"
    fact = f"{upper_first(shown)} is made of {told}."
    reason = f"{upper_first(word.term)} is made of {told}."
    yield Basis(
        "morphology", Anchor(stem, "part"), fact, (reason,), says, kind, 1.0,
        object=object_of(stem, lexicon) if last in ("-able", "-ible") else "",
        shown=f"{stem} {says}",
    )  # fmt: skip


def _two(word: Word, sense: Sense, lexicon: Lexicon) -> tuple[Part, ...]:
    """The parts; of an adjective that denies another one only these two: un- and "attractive"."""
    first = word.parts[:1]
    if sense.pos != "adjective" or len(word.parts) < 3 or first[0].form not in _NOT:
        return word.parts
    rest = word.term.removeprefix(first[0].form.strip("-"))
    cannot = word.parts[-1].form in ("-able", "-ible")  # "cannot be borne" says more
    known = rest != word.term and not cannot and main(rest, lexicon) in ("adjective", "verb")
    whole = known and zipf(rest, lexicon) >= MIN_ZIPF
    return (*first, Part(rest, "stem", "", first[0].source)) if whole else word.parts


def _beside(prefixes: list[Part], stem: str, suffixes: list[Part]) -> str:
    """Affix and stem beside each other, as the halves of a compound are; "" for none that tells."""
    if prefixes and suffixes:
        return ""
    if suffixes:
        told = suffixes[0].form in _TELLING and suffixes[0].gloss
        return f"{stem} {suffixes[0].gloss.split(',')[0]}" if told else ""
    if not prefixes[0].gloss or prefixes[0].form in _NOT:
        return ""
    return f"{prefixes[0].gloss.split(',')[0]} {stem}"


_TELLING = frozenset(
    """-cide -cracy -crat -dom -ee -eer -ess -ette -fold -graphy -hood -itis -kin -less -let
    -like -ling -logy -most -ology -phile -phobia -proof -ward -wards -wise -worthy""".split()
)
"""Suffixes that mean something by themselves."""


def _pieces(parts: tuple[Part, ...]) -> str:
    return " + ".join(
        f"{part.form} '{part.gloss.split(',')[0]}'"
        if part.gloss and part.kind != "stem"
        else part.form
        for part in parts
    )


def read(first: str, stem: str, last: str, sense: Sense, lexicon: Lexicon) -> str:
    """What the pieces say, as a predicate ("can be replaced") or verb phrase; "" for nothing.

    Args:
        first, last: prefix and suffix with their hyphens, "" for none.
        stem: the word between them.
        sense: of an adjective: what something does or is ("can be read"); of a verb: what one
            does; of a noun: what it is ("being together").
        lexicon: knows what parts of speech the stem has.
    """
    kinds: set[str] = {sense.pos for sense in lexicon.word(stem).senses[:4]}
    if sense.pos == "adjective":
        return _adjective(first, stem, last, kinds, sense, lexicon)
    if sense.pos == "verb":
        return _verb(first, stem, last, kinds, sense)
    if sense.pos == "noun":
        return _noun(first, stem, last, sense, kinds, lexicon)
    return ""


def _adjective(
    first: str, stem: str, last: str, kinds: set[str], sense: Sense, lexicon: Lexicon
) -> str:
    relational = bool(_RELATION.match(plain_definition(sense.definition)))
    negative = first in _NOT
    if last in ("-able", "-ible") and "verb" in kinds and (negative or not first):
        return f"{'cannot' if negative else 'can'} be {participle(stem)}"
    if negative and not last and ("adjective" in kinds or base_of_participle(stem)):
        return f"is not {stem}" if _denies(first, stem, sense) else ""
    if first in _TOO and not last and "adjective" in kinds:
        return f"is {_TOO[first]} {stem}"
    if first:
        return ""
    if last == "-less" and near(stem, plain_definition(sense.definition)) < MIN_NEAR_STEM:
        return ""  # listless is not without a list
    if "noun" in kinds:
        told = {
            "-less": f"has no {_in_number(stem, lexicon)}",
            "-ful": f"is full of {stem}",
            "-ous": f"is full of {stem}",
            "-like": f"is like a {stem}",
            "-al": f"has to do with {_in_general(stem, lexicon)}" if relational else "",
        }.get(last, "")
        if told:
            return told
    if last == "-ive" and "verb" in kinds:
        return f"tends to {stem}"
    return ""


def _verb(first: str, stem: str, last: str, kinds: set[str], sense: Sense) -> str:
    if first == "over-" and not _TOO_MUCH.search(sense.definition):
        return ""  # to oversee is not to see too much
    if first in _WAYS and not last and "verb" in kinds:
        return _WAYS[first][1].format(stem)
    if last in ("-ize", "-ise", "-en", "-ify") and "adjective" in kinds and not first:
        # "To make them penal" is not what penalize says.
        if not re.search(rf"\b(?:make|become|render)\b.*\b{stem}", sense.definition):
            return ""
        return f"make {{}} {stem}"
    return ""


def _denies(first: str, stem: str, sense: Sense) -> bool:
    """Whether a prefix that may say "not" or "in" says "not": inborn is no opposite of born."""
    latin = first in ("in-", "im-", "il-", "ir-")
    return not latin or stem in sense.antonyms or not _PARTICIPLE.search(stem)


_PARTICIPLE = re.compile(r"(?:born|bred|laid|built|grown|going|coming|lying|set|put)$")
_TOO_MUCH = re.compile(r"\b(?:too|excess\w*|beyond|more|unduly|overly)\b")


def _noun(first: str, stem: str, last: str, sense: Sense, kinds: set[str], lexicon: Lexicon) -> str:
    if first:
        return ""
    definition = plain_definition(sense.definition)
    if last in ("-ness", "-ity", "-ty", "-cy") and "adjective" in kinds:
        return f"being {stem}" if _STATE.match(definition) else ""
    if last in ("-er", "-or") and main(stem, lexicon) == "verb":
        person = noun_kind(sense, lexicon) == "person"
        return f"{'someone who' if person else 'something that'} {third_person(stem)}"
    return ""


_STATE = re.compile(
    r"(?:an? |the )?(?:\w+ ){0,2}(?:state|quality|condition|property|feeling|fact|attribute|lack|"
    r"absence|trait|freedom|\w+ness|\w+ity)\b"
)
"""How definitions begin of what a word "is" when its parts say "being dizzy"."""
_RELATION = re.compile(
    r"(?:of|relating|pertaining|concerning|concerned|belonging|connected|having to do|involving)\b"
)


def _in_number(noun: str, lexicon: Lexicon) -> str:
    """A noun after "no": "no teeth", but "no fear", though there are fears."""
    counted = (share_counted(noun, lexicon) or 0.0) >= MIN_COUNTED
    return _in_general(noun, lexicon) if counted else noun


MIN_COUNTED = 0.7
"""Share of "a tooth" among it and bare "tooth" from which a noun is told in the plural."""


def _in_general(noun: str, lexicon: Lexicon) -> str:
    """A noun without an article: "orchestras", "music"."""
    return (plural_of(noun, lexicon) if countable(noun, lexicon) else "") or noun
