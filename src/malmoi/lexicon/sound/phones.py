"""English phones in IPA and how far two of them are apart, by panphon's features.

panphon's tables are read as files: importing the package takes two seconds.
"""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from malmoi.core.errors import SourceError

VOWELS = {
    "AA": "ɑ",
    "AE": "æ",
    "AH": "ʌ",
    "AO": "ɔ",
    "AW": "aʊ",
    "AY": "aɪ",
    "EH": "ɛ",
    "ER": "ɝ",
    "EY": "eɪ",
    "IH": "ɪ",
    "IY": "i",
    "OW": "oʊ",
    "OY": "ɔɪ",
    "UH": "ʊ",
    "UW": "u",
}
CONSONANTS = {
    "B": "b",
    "CH": "tʃ",
    "D": "d",
    "DH": "ð",
    "F": "f",
    "G": "ɡ",
    "HH": "h",
    "JH": "dʒ",
    "K": "k",
    "L": "l",
    "M": "m",
    "N": "n",
    "NG": "ŋ",
    "P": "p",
    "R": "ɹ",
    "S": "s",
    "SH": "ʃ",
    "T": "t",
    "TH": "θ",
    "V": "v",
    "W": "w",
    "Y": "j",
    "Z": "z",
    "ZH": "ʒ",
}
_REDUCED = {"AH0": "ə", "ER0": "ɚ"}

# One segment of ours as panphon's one or two segments.
_PARTS = {
    "tʃ": ("t͡ʃ",),
    "dʒ": ("d͡ʒ",),
    "ɝ": ("ə˞",),
    "ɚ": ("ə˞",),
    "aɪ": ("a", "ɪ"),
    "aʊ": ("a", "ʊ"),
    "eɪ": ("e", "ɪ"),
    "oʊ": ("o", "ʊ"),
    "ɔɪ": ("ɔ", "ɪ"),
    # Korean's tense consonants: panphon has no feature for them
    "k͈": ("k",),
    "t͈": ("t",),
    "p͈": ("p",),
    "s͈": ("s",),
    "t͡ɕ͈": ("t͡ɕ",),
}
_MARKS = str.maketrans("", "", "ˈˌ.ː ")
_SCALE = 3.0

IPA_VOWELS = frozenset(VOWELS.values()) | frozenset(_REDUCED.values())
"""The vowels among the segments that `to_ipa` gives."""


def to_ipa(phone: str) -> str:
    """The IPA segment of an ARPAbet phone ("AH0" → "ə"); a diphthong or affricate is one.

    Raises:
        KeyError: it is no ARPAbet phone.
    """
    if phone in _REDUCED:
        return _REDUCED[phone]
    bare = phone.rstrip("012")
    return VOWELS.get(bare) or CONSONANTS[bare]


def segments(ipa: str) -> tuple[str, ...]:
    """IPA text cut into segments, stress marks, lengths and spaces left out ("ˈtʃeɪn" → 3)."""
    known, longest = _vectors(), 4
    text = ipa.translate(_MARKS)
    found: list[str] = []
    at = 0
    while at < len(text):
        for length in range(min(longest, len(text) - at), 0, -1):
            piece = text[at : at + length]
            if piece in _PARTS or piece in known:
                found.append(piece)
                at += length
                break
        else:
            at += 1  # a diacritic that panphon has no features for
    return tuple(found)


@lru_cache(maxsize=20_000)
def phone_distance(a: str, b: str) -> float:
    """How far two IPA segments are apart, 0 same to 1 (as bad as leaving one out).

    panphon's weighted feature difference (Mortensen et al. 2016) as a share of the weights' sum,
    three times, at most 1: unscaled, [p] for [k] would cost .14 of leaving the phone out. The two
    halves of a diphthong are averaged.
    """
    if a == b:
        return 0.0
    left, right = _PARTS.get(a, (a,)), _PARTS.get(b, (b,))
    if len(left) < len(right):
        left = (left[0], left[0])
    elif len(right) < len(left):
        right = (right[0], right[0])
    raw = sum(map(_difference, left, right)) / len(left)
    return min(1.0, _SCALE * raw)


def edit_distance(a: Sequence[str], b: Sequence[str]) -> float:
    """Weighted feature edit distance of two segment sequences over the longer's length, 0 to 1."""
    if not a or not b:
        return 0.0 if not a and not b else 1.0
    row = [float(j) for j in range(len(b) + 1)]
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], float(i)
        for j, y in enumerate(b, 1):
            cost = min(before + phone_distance(x, y), row[j] + 1.0, row[j - 1] + 1.0)
            before, row[j] = row[j], cost
    return row[-1] / max(len(a), len(b))


def _difference(a: str, b: str) -> float:
    vectors, weights = _vectors(), _weights()
    total = sum(weights)
    return (
        sum(w * abs(x - y) / 2 for w, x, y in zip(weights, vectors[a], vectors[b], strict=True))
        / total
    )


@lru_cache(maxsize=1)
def _weights() -> tuple[float, ...]:
    return tuple(map(float, _table("feature_weights.csv")[1]))


@lru_cache(maxsize=1)
def _vectors() -> dict[str, tuple[int, ...]]:
    """IPA segment → its features (-1, 0, 1), in the order of the weights."""
    names = _table("feature_weights.csv")[0]
    rows = _table("ipa_all.csv")
    # Two columns stand in another order there than in the weights' file: they go by name.
    places = [rows[0].index(name) for name in names]
    value = {"+": 1, "-": -1, "0": 0}
    return {row[0]: tuple(value[row[place]] for place in places) for row in rows[1:]}


def _table(name: str) -> list[list[str]]:
    spec = importlib.util.find_spec("panphon")
    if spec is None or spec.origin is None:
        raise SourceError(
            "the package panphon, which compares sounds, isn't installed: pip install panphon"
        )
    with (Path(spec.origin).parent / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))
