"""Faults of English that a finished sentence must not have: the last check before a card is one.

Rules alone: each is of a kind that raters objected to, and none objects to a sentence that they
called natural (docs/experiments.md).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.text.english import with_article

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

_WRONG = (
    (re.compile(r"\b(?:an?|the) (?:is|are|was|of|and|or|the|an?|for|to)\b"), "an article alone"),
    (
        re.compile(r"\b(?:of of|to to|is is|are are|the the|a a|for of|of for|is of for)\b"),
        "a word twice",
    ),
    (re.compile(r"\b(?:of|to|with|for|in|by|and|the|an?|from|as|than|very)[.:,]"), "cut off"),
    (re.compile(r"\{\}"), "no object"),
    (
        re.compile(r"\b(?:of|to|for|with) (?:through|by|with|from|without|in|on|at|of)\b"),
        "no object of a preposition",
    ),
    (re.compile(r"\b(?:is|be) (?:to|be) (?:is|was|are)\b"), "two verbs"),
    (re.compile(r"\bone'?s?elf\b|\bone's\b"), "somebody's self"),
)


def faults(text: str, lexicon: Lexicon) -> list[str]:
    """What is wrong with a sentence; [] for nothing.

    Args:
        text: the sentence.
        lexicon: tells plurals.
    """
    plain = re.sub(r"\"[^\"]*\"", "so", text)
    found = [name for pattern, name in _WRONG if pattern.search(plain)]
    for noun in re.findall(r"\b(?:an?) ([a-z]+)(?=[.:,]| is\b)", plain):
        base = lexicon.morphology.lemma(noun)
        if noun.endswith("s") and base != noun and base + "s" == noun:
            found.append(f"a plural after an article: {noun}")
    for article, word in re.findall(r"\b([Aa]n?) ([a-z]+)", plain):
        if with_article(word).split()[0] != article.lower():
            found.append(f"{article} {word}")
    return found
