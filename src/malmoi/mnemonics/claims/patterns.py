"""The words that state a relation, as `patterns.toml` lists them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from malmoi.mnemonics.claims.claim_text import LANGUAGES
from malmoi.mnemonics.claims.readers import NUMBER, ORDINAL, READERS, Reader

NEGATION = re.compile(
    r"(?i)\b(?:not|never|neither|nor|nothing|cannot|hardly)\b|n't\b|\bno\s+(?=\w*\s*$)"
)
AMBIGUOUS = frozenset({"sounds-like", "contains", "starts", "ends", "is"})
"""Relations whose words people use of things too."""

_FILE = Path(__file__).parent / "patterns.toml"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A relation and the words that state it.

    Attributes:
        kind, relation: what is claimed ("sound", "rhymes").
        trigger: the words that state it, any case.
        read: reads the values after the trigger.
        example, near_miss: a sentence with the trigger, and one much like it without.
        greedy: the reader finds its own end, else it reads up to the next trigger.
        alone: the claim needs no value after the trigger.
        denies: the words themselves deny ("unrelated to").
        both: the words compared stand before the trigger ("X and Y rhyme").
    """

    kind: Literal["sound", "spelling", "parts", "origin", "meaning"]
    relation: str
    trigger: re.Pattern[str]
    read: Reader
    example: str
    near_miss: str
    greedy: bool = False
    alone: bool = False
    denies: bool = False
    both: bool = False


@lru_cache(maxsize=1)
def patterns() -> tuple[Pattern, ...]:
    """All patterns, in the order in which they are tried: of two that overlap the first stands."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    fragments = {"language": LANGUAGES, "number": NUMBER, "ordinal": ORDINAL, **table["fragments"]}
    return tuple(_pattern(row, fragments) for row in table["pattern"])


def _pattern(row: dict[str, Any], fragments: Mapping[str, str]) -> Pattern:
    # {name} is a fragment, {1,2} a quantifier.
    words = re.sub(r"\{([a-z_]+)\}", lambda name: fragments[name[1]], row.pop("trigger"))
    trigger = re.compile(words, re.IGNORECASE | re.VERBOSE)
    return Pattern(trigger=trigger, read=READERS[row.pop("reader")], **row)
