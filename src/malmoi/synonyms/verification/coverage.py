"""How much of a vocabulary has an accepted pair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from malmoi.synonyms.sources.terms import english_keys, korean_keys
from malmoi.synonyms.verification.verify import Verdict


def coverage(
    korean: Sequence[str], english: Sequence[str], verdicts: Iterable[Verdict]
) -> dict[str, list[int]]:
    """Per language, of its terms: how many stand in an accepted pair, and how many they are.

    Two terms are one where their first key is the same, however they are spaced or inflected.
    """
    accepted = [verdict for verdict in verdicts if verdict.accepted]
    sides = {
        "ko": (korean_keys(korean), korean_keys([v.korean for v in accepted])),
        "en": ([*map(english_keys, english)], [english_keys(v.english) for v in accepted]),
    }
    found = {}
    for language, (terms, pairs) in sides.items():
        wanted, there = ({keys[0] for keys in part if keys} for part in (terms, pairs))
        found[language] = [len(wanted & there), len(wanted)]
    return found
