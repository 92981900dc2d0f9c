"""Chains of keywords over a word's phones: what a keyword is worth where, and the best chains."""

from __future__ import annotations

import difflib
import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from malmoi.lexicon.keywords.inventory import Keyword

MAX_KEYWORDS = 3
_PRICES = (1.1, 1.7, 2.3)
"""What the first, second and third keyword must bring: few long ones beat many tiny ones."""
_MAX_CHAINS = 12
"""Chains kept for each place in the word."""

# Endings so common that a learner hears them without help; most of a mnemonic is the rest.
_ENDINGS = tuple(
    tuple(ending.split())
    for ending in """AH0 S|L IY0|IH0 NG|SH AH0 N|ZH AH0 N|AH0 B AH0 L|N AH0 S|M AH0 N T|IH0 K|AH0 L|
    IY0|AH0 T IY0|IH0 T IY0|AH0 D|IH0 D|IH0 V|AH0 N S|AH0 N T|AY2 Z|EY2 T|ER0|IY0 AH0 S|IH0 S T|
    IH0 Z AH0 M""".split("|")
)


@dataclass(frozen=True, slots=True)
class Match:
    """A keyword over phones `start` to `end` (after the last), `cost` a phone (0 = the same)."""

    keyword: Keyword
    start: int
    end: int
    cost: float
    value: float


def weights(phones: Sequence[str]) -> list[float]:
    """What each phone counts: the word's beginning and its stressed syllable most."""
    found = [1.2 if p[-1] in "12" else 0.8 if p[-1] == "0" else 1.0 for p in phones]
    for at, phone in enumerate(phones):
        if phone[-1].isdigit():
            for near in range(at + 1):
                found[near] += 0.3  # up to the first vowel: how the word begins
            break
    for at, phone in enumerate(phones):
        if phone[-1] == "1":
            found[at] += 0.5
            if at and not phones[at - 1][-1].isdigit():
                found[at - 1] += 0.3
    for ending in sorted(_ENDINGS, key=len, reverse=True):
        if len(phones) - len(ending) >= 3 and tuple(phones[-len(ending) :]) == ending:
            for at in range(len(phones) - len(ending), len(phones)):
                found[at] *= 0.5
            break
    return found


def value(keyword: Keyword, cost: float, weight: float, letters: str) -> float:
    """What a keyword is worth over phones of this weight, spelled with these letters.

    Args:
        keyword: a word that may stand for a stretch of the term.
        cost: how far its sound is from the stretch's, a phone (0: the same).
        weight: the sum of the weights of the stretch's phones.
        letters: how the stretch is spelled, "" where spelling doesn't count.
    """
    heard = weight * max(0.0, 1.0 - 2.0 * cost)
    seen = 0.6 * difflib.SequenceMatcher(None, keyword.word, letters).ratio() if letters else 0.0
    known = 0.3 * (keyword.concreteness - 4.2) + 0.2 * (min(keyword.zipf, 5.5) - 4.2)
    tiny = 0.5 if len(keyword.phones) == 2 else 0.0
    return heard + seen + known - tiny


def best_chains(
    phones: Sequence[str], matches: Sequence[Match], limit: int
) -> list[tuple[float, tuple[Match, ...]]]:
    """The best (score, chain) of matches that follow each other without overlap, best first."""
    by_end: dict[int, list[Match]] = defaultdict(list)
    for match in _shortlist(matches):
        by_end[match.end].append(match)
    # best[end]: chains whose last match ends at or before `end`
    best: list[list[tuple[float, tuple[Match, ...]]]] = [[] for _ in range(len(phones) + 1)]
    for end in range(1, len(phones) + 1):
        ways = list(best[end - 1])
        for match in by_end.get(end, ()):
            ways.append((match.value - _PRICES[0] - _late(phones, match.start), (match,)))
            ways += [
                (score + match.value - _PRICES[len(chain)], (*chain, match))
                for score, chain in best[match.start]
                if len(chain) < MAX_KEYWORDS
                and all(m.keyword.word != match.keyword.word for m in chain)
            ]
        best[end] = heapq.nsmallest(_MAX_CHAINS if end < len(phones) else limit, ways, key=_order)
    return best[-1]


def _order(way: tuple[float, tuple[Match, ...]]) -> tuple[float, tuple[str, ...]]:
    return -way[0], tuple(m.keyword.word for m in way[1])


def _late(phones: Sequence[str], start: int) -> float:
    """The price of a chain that begins late: none for a reduced first vowel ("abate" → bait)."""
    return 0.0 if start == 0 or (start == 1 and phones[0][-1] == "0") else 1.5


def _shortlist(matches: Sequence[Match]) -> list[Match]:
    """The ten best of each stretch; a keyword once for each beginning."""
    once: dict[tuple[str, int], Match] = {}
    for match in matches:
        key = (match.keyword.word, match.start)
        if key not in once or match.value > once[key].value:
            once[key] = match
    by_stretch: dict[tuple[int, int], list[Match]] = defaultdict(list)
    for match in once.values():
        by_stretch[match.start, match.end].append(match)
    return [
        match
        for stretch in sorted(by_stretch)
        for match in sorted(by_stretch[stretch], key=lambda m: (-m.value, m.keyword.word))[:10]
    ]
