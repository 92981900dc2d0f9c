"""Whether a teacher would keep a card, as a probability, from its text and its word alone.

    P(keep) = 1 / (1 + exp(-(INTERCEPT + sum of weight * feature)))

A logistic regression on the cards of tests/data/rated_cards.tsv, kept by both of two blind raters
or not; whoever wrote a text, it is asked the same. `benchmarks/keep.py` fits the weights, and says
how far they hold on words that they weren't fitted on.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import Claim
from malmoi.mnemonics.compose.grammar import faults
from malmoi.mnemonics.compose.phrases import zipf
from malmoi.mnemonics.compose.similarity import near
from malmoi.text.english import lower_words
from malmoi.text.stop_words import FUNCTION_WORDS

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

MAX_SENSES, MAX_CLAIMS = 8, 3


@dataclass(frozen=True, slots=True)
class Features:
    """What the probability is told by.

    Attributes:
        step: nearness of the second sentence to the definition, about 0 to 1.
        words: content words of the second.
        senses: of the word, 8 at most.
        common: Zipf frequency of the word.
        supported: supported claims of the mnemonic, 3 at most.
        fault: whether a rule of grammar objects to the second sentence.
        two: whether there are two sentences.
    """

    step: float
    words: float
    senses: float
    common: float
    supported: float
    fault: float
    two: float


MIN_KEEP = 0.25
"""Probability that a teacher keeps it under which no mnemonic is better than this one. Of 559 cards
of development words that were written without any threshold 332 are over this and over the least
link, and of a sense that isn't in doubt; .67 of those were kept, of the others .29."""

INTERCEPT = -4.94
WEIGHTS = Features(
    step=2.79, words=-0.16, senses=-0.29, common=0.50, supported=0.38, fault=-2.44, two=2.51
)


def keep(found: Features) -> float:
    """How likely two raters keep a card with these features, 0 to 1."""
    pairs = zip(astuple(WEIGHTS), astuple(found), strict=True)
    return 1 / (1 + math.exp(-INTERCEPT - sum(weight * value for weight, value in pairs)))


def features(
    text: str, word: Word, sense: Sense | None, lexicon: Lexicon, claims: Sequence[Claim]
) -> Features:
    """The features of a mnemonic.

    Args:
        text: the mnemonic.
        word: the word that it is about.
        sense: the sense that it teaches; None: the word's first.
        lexicon: tells frequencies, and finds faults of grammar.
        claims: what it claims, with the verdicts.
    """
    sense = sense or next(iter(word.senses), None)
    definition = sense.definition if sense else ""
    step = re.split(r"(?<=[.;]) ", text, maxsplit=1)[-1]
    supported = sum(claim.verdict == "supported" for claim in claims)
    told = [each for each in lower_words(step, "") if each not in FUNCTION_WORDS]
    return Features(
        step=near(step, definition),
        words=len(told),
        senses=min(len(word.senses), MAX_SENSES),
        common=zipf(word.term, lexicon),
        supported=min(supported, MAX_CLAIMS),
        fault=bool(faults(step, lexicon)),
        two=text.count(". ") == 1,
    )
