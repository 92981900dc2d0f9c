"""How many sounds two words share from their beginnings or at their ends."""

from __future__ import annotations

import re

VOWEL = re.compile(r"^[aeiouɑæʌəɔɛɪʊɜɝɚɐɒ]")
_REDUCED = frozenset({"ə", "ɪ", "ɚ"})


def start_overlap(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    """Phones that two words share from the beginning on; reduced vowels are taken for one."""
    same = 0
    for x, y in zip(a, b, strict=False):
        if x != y and not (x in _REDUCED and y in _REDUCED):
            break
        same += 1
    return same


def end_overlap(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    """Phones that two words share at their ends, 0 where no vowel is among them."""
    same = start_overlap(a[::-1], b[::-1])
    return same if any(map(VOWEL.match, a[len(a) - same :])) else 0


def starts_alike(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether hearing the one begin may bring the other to mind.

    Three phones with a vowel among them, or all but one of the shorter word's; at most two phones
    of the second are not in the first.
    """
    same = start_overlap(a, b)
    vowels = sum(bool(VOWEL.match(x)) for x in a[:same])
    return vowels >= 1 and same >= min(3, len(b)) and len(b) - same <= 2 and same >= 2
