"""Queries that fit: Lucene refuses one of more than 1,024 clauses, as a pasted page would be.

What weighs most is kept. How many tokens an analyzer makes of a text only the cluster knows; no
analyzer of ours makes more than one of a syllable or Han character, or of a run of other letters or
of digits.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import TypeVar

logger = logging.getLogger(__name__)

MAX_WORD = 16
"""Tokens of a word between spaces; what has more is text without spaces."""
MAX_CLAUSES = 1024
"""`indices.query.bool.max_clause_count` as a cluster has it unless it is told otherwise."""

_SINGLE = r"\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\ua960-\ud7ff\uf900-\ufaff"
"""Hangul, kana and Han characters."""
_TERM = re.compile(rf"[{_SINGLE}]|[^\W\d_{_SINGLE}]+|\d+")

Key = TypeVar("Key", str, int)


def terms(text: str) -> int:
    """How many tokens an analyzer may make of a text at most."""
    return sum(1 for _ in _TERM.finditer(text))


def heaviest(weights: Mapping[Key, float], count: int) -> Mapping[Key, float]:
    """The `count` heaviest tokens, in their order; of equal ones the first."""
    if len(weights) <= count:
        return weights
    _say_so()
    kept = set(sorted(weights, key=weights.__getitem__, reverse=True)[: max(count, 1)])
    return {token: weight for token, weight in weights.items() if token in kept}


def words_of(text: str) -> list[str]:
    """The words between spaces, each once; longer ones than `MAX_WORD` tokens in pieces."""
    pieces: dict[str, None] = {}
    for word in text.split():
        starts = [match.start() for match in _TERM.finditer(word)][::MAX_WORD] or [0]
        cuts = [0, *starts[1:], len(word)]
        pieces |= dict.fromkeys(word[start:end] for start, end in pairwise(cuts))
    return list(pieces)


def shortened(text: str, words: Mapping[str, float], count: int) -> str:
    """The text's heaviest words, each once and in their order, that make `count` tokens at most.

    Args:
        text: any text; one that is short enough is left as it is.
        words: the weight of each of `words_of`; those without one weigh nothing.
        count: tokens.
    """
    if terms(text) <= count:
        return text
    _say_so()
    distinct = words_of(text)
    kept: set[str] = set()
    for word in sorted(distinct, key=lambda word: -words.get(word, 0.0)):
        size = terms(word)
        if size <= count:
            kept.add(word)
            count -= size
    return " ".join(word for word in distinct if word in kept)


@cache
def _say_so() -> None:
    logger.warning(
        f"A query is longer than a cluster takes ({MAX_CLAUSES:,} clauses): the heaviest words and "
        "tokens of such queries are asked. (Said once.)"
    )
