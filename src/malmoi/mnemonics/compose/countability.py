"""Whether a noun takes "a": read off the glosses of WordNet, a corpus of plain noun phrases.

How common the plural is tells little by itself ("furs", "defenses"): what tells is that the glosses
say "a sword" and "with fur". The nouns of all glosses are counted once, which takes some seconds,
and kept in malmoi's cache.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from malmoi.core.kept import tables

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

_ENDS = (
    r"(?=[;,.:)\"\n]| (?:of|in|on|for|with|that|which|who|to|from|by|at|as|or|and|is|are|was|"
    r"has|used|made|under|over|between|into|through)\b)"
)
_ONE = re.compile(rf"\b(?:[Aa]n?|each|every|another|one) (?:[a-z]+ )?([a-z]{{3,}}){_ENDS}")
_BARE = re.compile(
    rf"(?:[|;,(\"]|\b(?:of|in|with|by|for|from|to|and|or|into|through|without|as|having|"
    rf"some|much|more|little|no)) ([a-z]{{3,}}){_ENDS}"
)
MIN_SEEN = 3
"""Times that a noun must be seen for the glosses to tell."""


def share_counted(noun: str, lexicon: Lexicon) -> float | None:
    """How often a noun has "a" where it has that or nothing; None where the glosses tell little.

    Args:
        noun: in the singular.
        lexicon: whose WordNet has the glosses.
    """
    counted, bare = _counts(lexicon)
    one = counted.get(noun, 0)
    seen = one + bare.get(noun, 0)
    return one / seen if seen >= MIN_SEEN else None


@lru_cache(maxsize=2)
def _counts(lexicon: Lexicon) -> tuple[Mapping[str, int], Mapping[str, int]]:
    wordnet = lexicon.wordnet
    if wordnet is None:
        return {}, {}
    kept = tables("counted", [wordnet.package], __file__, lambda: _read(wordnet.glosses()))
    return kept["one"], kept["bare"]


def _read(glosses: str) -> dict[str, dict[str, int]]:
    """How often each noun has "a" or the like, and how often it stands alone."""
    one, bare = Counter(_ONE.findall(glosses)), Counter(_BARE.findall(glosses))
    return {"one": dict(one), "bare": dict(bare)}
