"""Whether the meaning follows from the anchor, as a probability.

Four things tell it: how near what the anchor says is to the definition, how near to the short
meaning, whether they share a word, and whether the anchor is a word that is only named, no gloss of
a root. The weights are those of a logistic regression on 170 cards of development words whose link
was judged by hand; a second encoder (multilingual-e5-small) added nothing (docs/experiments.md).
"""

from __future__ import annotations

import math

from malmoi.lexicon.facts import Sense
from malmoi.mnemonics.compose.anchor import Basis
from malmoi.mnemonics.compose.meaning import Meaning
from malmoi.mnemonics.compose.similarity import near, prepare, stems

MIN_LINK = 0.5
"""Link under which the meaning doesn't follow from the anchor: a writer abstains."""

_DEFINITION, _MEANING, _SHARED, _NAMED, _LEAST = 5.5, 0.8, 1.4, -1.5, -1.0
_AKIN, _CLEAR = 0.5, 0.7
"""Of a relative that is seen in the word: its meaning is in the word's."""
_PARTS = 0.6
"""Nearness to the definition from which on what the parts say together is what the word means."""


def link(basis: Basis, meaning: Meaning, sense: Sense) -> float:
    """How surely the meaning follows, 0 to 1.

    Args:
        basis: what the mnemonic hangs on.
        meaning, sense: what it is to explain.
    """
    says = basis.says.replace("{}", "").strip()
    told = [says, meaning.told, *filter(None, [meaning.plain])]
    prepare(told)
    nearest = near(says, meaning.told)
    if basis.defined:
        prepare(basis.defined)
        nearest = max([nearest, *(near(text, meaning.told) for text in basis.defined)])
    if basis.kind == "literal":
        # A definition by the stem shares it whatever the affix says.
        alike = [s for s in sense.synonyms[:4] if not stems(s) & stems(says)]
        nearest = max([nearest, *(near(says, text) for text in alike)])
        return _probability(_LEAST + _DEFINITION * (nearest + 0.5 - _PARTS))
    shared = bool(stems(says) & stems(f"{meaning.told} {meaning.plain}"))
    return _probability(
        _LEAST
        + _DEFINITION * nearest
        + _MEANING * (near(says, meaning.plain) if meaning.plain else nearest)
        + _SHARED * shared
        + _NAMED * basis.named
        + _AKIN * (bool(basis.defined) and basis.trigger >= _CLEAR)
    )


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))
