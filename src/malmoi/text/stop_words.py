"""The small words of English, in named parts; whoever leaves words out says which parts it means.

`FUNCTION_WORDS` is what retrieval, glossary and vocabulary leave out. Other modules take parts, and
name what they add or keep: to a gloss "above" is all that a prefix means, to a picture it is
nothing.
"""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


ARTICLES = _set("a an the")
DEMONSTRATIVES = _set("this that these those")
POSSESSIVES = _set("my your his her its our their")
SUBJECTS = _set("i you he she it we they")
OBJECTS = _set("me him her us them")
REFLEXIVES = _set("myself yourself himself herself itself themselves")
SOMEONE = _set("anyone anything someone something")
QUESTION_WORDS = _set("how what when where which who whom whose why")

BE = _set("am are be been being is was were")
HAVE = _set("had has have")
DO = _set("did do does")
MODALS = _set("can could may might must shall should will would")

PREPOSITIONS = _set("at by for from in into of on to with")
PARTICLES = _set("about off out over under up")
"""Prepositions that stand alone, too ("zoom out", "cut off")."""
PLACE_AND_TIME = _set("above after before below between down during through until")
RARE_PREPOSITIONS = _set(
    "across against along among behind onto toward towards upon within without"
)

CONJUNCTIONS = _set("and as because but if nor or so than while")
RARE_CONJUNCTIONS = _set("although since though till unless whether yet")
QUANTIFIERS = _set("all any both each few more most no other own same some such")
ADVERBS = _set("again also here just not once only then there too very")

DEFINITION_WORDS = _set(
    "especially etc having kind made make making manner often person pertaining quality relating "
    "sense state thing things used usually"
)
"""What definitions say of everything."""

_NAMES_TOO = _set("am me us")
"""A time of day, an edition of Windows, a country: in a query they may be its subject."""

FUNCTION_WORDS = (
    ARTICLES | DEMONSTRATIVES | POSSESSIVES | SUBJECTS | OBJECTS | QUESTION_WORDS
    | BE | HAVE | DO | MODALS | PREPOSITIONS | PARTICLES | PLACE_AND_TIME
    | CONJUNCTIONS | QUANTIFIERS | ADVERBS
    | {"s", "t"}
) - _NAMES_TOO  # fmt: skip
"""English words that say nothing of a text's subject, as particles do in Korean; "s" and "t" are
what a tokenizer leaves of "it's" and "don't"."""
