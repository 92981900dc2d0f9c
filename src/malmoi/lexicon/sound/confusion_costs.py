"""How far a listener confuses one phone with another: the edit costs of the keyword search.

panphon's features know place, manner and voice but not what a listener leans on: stressed vowels
and the phones a word begins with. So a stressed vowel weighs more, a reduced one next to nothing,
and consonants that aren't the same have a minimum cost. `Cover.distance` is plain panphon.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from malmoi.lexicon.sound.phones import CONSONANTS, VOWELS, phone_distance, to_ipa

PHONES = tuple(v + d for v in VOWELS for d in "012") + tuple(CONSONANTS)
"""All ARPAbet phones; their order is that of the rows of `confusion_costs`."""

INDEX = {phone: at for at, phone in enumerate(PHONES)}
_REDUCED = {"AH0", "IH0", "ER0"}
_DIPHTHONGS = {"AW", "AY", "EY", "OW", "OY"}
_GLIDES = {frozenset(("Y", "IY")), frozenset(("W", "UW")), frozenset(("Y", "IH"))}
_MERGED = {frozenset(("AA", "AO"))}  # "cot" and "caught", one vowel for half of the speakers


@lru_cache(maxsize=1)
def confusion_costs() -> tuple[Any, Any, Any]:
    """(substitute, insert, delete): arrays of (phones, phones), (phones,), (phones,) float32.

    `substitute[t, k]`: the keyword has phone k where the target has t; `insert[k]`: the keyword
    has a phone more; `delete[t]`: it has none for the target's phone t.
    """
    import numpy as np

    table = np.array([[_substitute(t, k) for k in PHONES] for t in PHONES], dtype=np.float32)
    insert = np.array([_insert(k) for k in PHONES], dtype=np.float32)
    delete = np.array([_delete(t) for t in PHONES], dtype=np.float32)
    return table, insert, delete


def _substitute(target: str, keyword: str) -> float:
    a, b = target.rstrip("012"), keyword.rstrip("012")
    vowels = (a in VOWELS, b in VOWELS)
    if a == b:
        return 0.1 if target[-1] != keyword[-1] and "0" in (target[-1], keyword[-1]) else 0.0
    base = phone_distance(to_ipa(target), to_ipa(keyword))
    if all(vowels):
        if frozenset((a, b)) in _MERGED:
            return 0.1
        if target in _REDUCED or (keyword in _REDUCED and target[-1] == "0"):
            # a full vowel for a murmured one: the longer it is said, the worse it fits
            full = 0.0 if keyword[-1] == "0" else 0.2 if b in _DIPHTHONGS else 0.05
            return min(0.8, 0.1 + full + 0.8 * base)
        weight = {"1": 2.5, "2": 2.0, "0": 1.5}[target[-1]]
        return min(1.0, 0.1 + weight * base)
    if any(vowels):
        return 0.4 if frozenset((a, b)) in _GLIDES else 1.2
    if base <= 0.06:
        return 0.2  # voicing alone
    if {a, b} <= {"M", "N", "NG"}:
        return 0.35
    return min(1.0, max(0.35, 1.3 * base))


def _insert(phone: str) -> float:
    if phone[-1].isdigit():
        return {"0": 0.8, "1": 1.6, "2": 1.4}[phone[-1]]
    return 0.7 if phone in {"HH", "W", "Y", "R", "L", "T", "D"} else 0.9


def _delete(phone: str) -> float:
    if phone[-1].isdigit():
        return {"0": 0.6, "1": 1.8, "2": 1.4}[phone[-1]]
    return 0.6 if phone in {"HH", "W", "Y", "R", "L", "T", "D"} else 0.8
