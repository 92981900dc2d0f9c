"""What a mnemonic hangs on: a root, a cognate, the word's parts, or a word seen or heard in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from malmoi.lexicon.morphology.affixes import table
from malmoi.mnemonics.cards import Anchor, Feature

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

Says = Literal["noun", "verb", "adjective", "literal", "compound"]

_MAX_ENDING = 4


@dataclass(frozen=True, slots=True)
class Basis:
    """A fact of the word that a mnemonic may hang on.

    Attributes:
        feature: what kind of fact it is.
        anchor: the word or root that it names.
        fact: the sentence that tells it, the shared letters in capitals.
        reasons: the same in sentences that the reader of claims reads.
        says: what the anchor says: a root's gloss ("riches", "devour"), a cognate ("ship"), what
            the parts say together ("can be replaced").
        kind: what `says` is: a noun, verb or adjective, a predicate put together from the parts,
            or the two words of a compound.
        trigger: how surely the word calls the anchor up, 0 to 1.
        named: `says` is an English word that is only named, no gloss of a root.
        countable: of a noun: whether it takes "a"; None where that isn't sure.
        object: of a verb: whether people or things are what it is done to, "" for neither.
        shown: words of the anchor that the meaning may be told with.
        defined: what the anchor means first, where it is a word that the word is akin to.
        cognate: of a root: the known word that has it as well.
    """

    feature: Feature
    anchor: Anchor
    fact: str
    reasons: tuple[str, ...]
    says: str
    kind: Says
    trigger: float
    named: bool = False
    countable: bool | None = False
    object: str = ""
    shown: str = ""
    defined: tuple[str, ...] = ()
    cognate: str = ""


def overlap(term: str, form: str, least: int = 3) -> tuple[int, int]:
    """Where the longest piece stands in the term that it shares with a form, (0, 0) for none.

    Two letters count where both begin with them. Of two pieces as long the first is taken.
    """
    best = (0, 0)
    for start in range(len(term)):
        for end in range(start + max(least, best[1] - best[0] + 1), len(term) + 1):
            if term[start:end] not in form:
                break
            best = (start, end)
    if best == (0, 0) and least > 2 and term[:2] == form[:2]:
        return (0, 2)
    return best


def only_ending(term: str, other: str, span: tuple[int, int]) -> bool:
    """Whether all that two words share is a short ending, as "mollify" and "justify" do."""
    shared = term[span[0] : span[1]]
    ending = term.endswith(shared) and other.endswith(shared)
    # "hearTLESS" and "counTLESS" share their ending and a letter by chance.
    suffix = any(row.kind == "suffix" for at in (0, 1) for row in table().get(shared[at:], ()))
    return bool(shared) and ending and (suffix or len(shared) <= _MAX_ENDING)


_NUMBER = re.compile(
    r"^(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|hundred|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)$"
)


def kind_of(text: str, lexicon: Lexicon) -> Says:
    """What a word, or the last one of a few, mostly is."""
    senses = lexicon.word(text.split()[-1]).senses
    pos = senses[0].pos if senses else "noun"
    if _NUMBER.search(text):
        return "noun"
    return pos if pos in ("verb", "adjective") else "noun"


def capitals(text: str, span: tuple[int, int], first: bool = False) -> str:
    """The text with the letters of a span in capitals, and its first letter where it is asked."""
    start, end = span
    shown = text[:start] + text[start:end].upper() + text[end:]
    return shown[:1].upper() + shown[1:] if first else shown
