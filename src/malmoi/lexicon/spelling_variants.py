"""Two spellings of one word: colour and color, offence and offense, café and cafe, grey and gray.

    variants("offence", known)     # ("offense",)

A spelling counts as another of the same word where a rule of British and American spelling (or an
accent) makes one of the other, or where both sound alike and look alike; and a dictionary lists
both in one entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from malmoi.text.english import without_accents

if TYPE_CHECKING:
    from malmoi.lexicon.dictionaries.gcide import Gcide
    from malmoi.lexicon.dictionaries.wordnet import WordNet
    from malmoi.lexicon.frequency import Frequency
    from malmoi.lexicon.sound.pronunciation import Sounds

_RULES = (
    ("our", "or"), ("re", "er"), ("ise", "ize"), ("yse", "yze"), ("ogue", "og"), ("ence", "ense"),
    ("ae", "e"), ("oe", "e"), ("gement", "gment"), ("lment", "llment"), ("lful", "llful"),
    ("mme", "m"), ("lled", "led"), ("lling", "ling"), ("ller", "ler"), ("llor", "lor"),
    ("ough", "ow"), ("eable", "able"), ("xion", "ction"), ("que", "ck"), ("ph", "f"),
    ("isation", "ization"), ("ising", "izing"), ("ised", "ized"), ("wool", "wol"), ("-", ""),
    ("aero", "air"), ("oeuvre", "euver"),
)  # fmt: skip
"""What is written one way in one kind of English and another in the other, in either direction."""
MIN_ALIKE = 0.7
"""Ratio of shared letters of two spellings that sound alike."""
MAX_RARER = 1.3
"""Zipf by which a spelling with an accent may be rarer: "idéal" is French, not English."""
MIN_SHARED = 0.5
"""Share of the meanings of both that each has: a story is more than a storey."""


def variants(
    term: str,
    wordnet: WordNet | None,
    gcide: Gcide | None,
    sounds: Sounds | None,
    frequency: Frequency,
) -> tuple[str, ...]:
    """Other spellings of a word, the commonest first; () where there are none.

    Args:
        term: a word in lower case.
        wordnet, gcide: list both spellings in one entry; without either there are no variants.
        sounds: tells which words sound alike.
        frequency: how common each spelling is.
    """
    if len(term) < 2 or " " in term:
        return ()

    def zipf(word: str) -> float:
        number = frequency.zipf(word)
        return number.value if number else 0.0

    found = [w for w in _by_rule(term) if w != term and _one_entry(term, w, wordnet, gcide)]
    found += [w for w in _accents(term, frequency) if zipf(term) - zipf(w) < MAX_RARER]
    found += [
        other
        for other in (sounds.homophones(term) if sounds else ())
        if SequenceMatcher(None, term, other).ratio() >= MIN_ALIKE
        and _same_synsets(term, other, wordnet)
    ]
    return tuple(sorted(set(found) - {term}, key=lambda other: (-zipf(other), other)))


def _by_rule(term: str) -> Iterator[str]:
    for pair in _RULES:
        for one, other in (pair, pair[::-1]):
            if one:
                for match in re.finditer(re.escape(one), term):
                    if match.start() > 0 or one in ("aero", "air", "ae", "oe"):
                        yield term[: match.start()] + other + term[match.end() :]


def _accents(term: str, frequency: Frequency) -> Iterable[str]:
    plain = without_accents(term)
    accented = frequency.accented(plain)
    return (plain, *accented) if plain != term else accented


def _one_entry(term: str, other: str, wordnet: WordNet | None, gcide: Gcide | None) -> bool:
    """Whether a dictionary has both in one entry."""
    if _same_synsets(term, other, wordnet):
        return True
    return gcide is not None and any(
        {term, other} <= {name.lower() for name in entry.headwords} for entry in gcide.entries(term)
    )


def _same_synsets(term: str, other: str, wordnet: WordNet | None) -> bool:
    """Whether both have nearly the same meanings."""
    if wordnet is None:
        return False
    a, b = set(wordnet.places(term)), set(wordnet.places(other))
    return len(a & b) >= MIN_SHARED * max(len(a | b), 1)
