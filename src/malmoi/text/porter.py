"""Porter's stemmer (1980, "An algorithm for suffix stripping") with the departures that NLTK made.

    porter_stem("relational")    # "relat"

Written out here because importing NLTK's, which imports all of NLTK, takes over a second; a test
compares the two word by word. Steps and conditions are named as in the paper: m is how often a
vowel is followed by a consonant, *o an end such as -hop. NLTK's departures: a list of irregular
forms; words of two letters stay; *ies* and *ied* of four letters; *y* after a consonant alone
becomes *i*; -alli, -bli, -fulli, -logi in step 2; *o of two letters.
"""

from __future__ import annotations

import re

_IRREGULAR = {
    "sky": "sky", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "news": "news",
    "innings": "inning", "inning": "inning", "outings": "outing", "outing": "outing",
    "cannings": "canning", "canning": "canning", "howe": "howe", "proceed": "proceed",
    "exceed": "exceed", "succeed": "succeed",
}  # fmt: skip

Rules = tuple[tuple[str, str], ...]

_STEP_2: Rules = (
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"),
    ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"),
    ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"),
    ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
    ("fulli", "ful"), ("logi", "log"),
)  # fmt: skip
_STEP_3: Rules = (
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""),
    ("ness", ""),
)  # fmt: skip
_STEP_4 = tuple(
    "al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize".split()
)


def porter_stem(word: str) -> str:
    """The word in lower case without the endings that Porter's steps take off."""
    word = word.lower()
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 2:
        return word
    word = _past_and_gerund(_plural(word))
    if word.endswith("y") and len(word) > 2 and _kinds(word[:-1])[-1] == "c":
        word = word[:-1] + "i"
    return _double_l(_final_e(_step_4(_step_3(_step_2(word)))))


def _kinds(word: str) -> str:
    """The word with a "v" for each vowel and a "c" for each consonant; y is a vowel after one."""
    kinds = ""
    for letter in word:
        vowel = letter in "aeiou" or (letter == "y" and kinds.endswith("c"))
        kinds += "v" if vowel else "c"
    return kinds


def _measure(stem: str) -> int:
    """m: how often a vowel is followed by a consonant."""
    return _kinds(stem).count("vc")


def _ends_cvc(stem: str) -> bool:
    """*o: consonant, vowel, consonant other than w, x, y; or a vowel and a consonant alone."""
    kinds = _kinds(stem)
    return (kinds.endswith("cvc") and stem[-1] not in "wxy") or kinds == "vc"


def _plural(word: str) -> str:
    """Step 1a."""
    if word.endswith("ies"):
        return word[:-1] if len(word) == 4 else word[:-2]
    if word.endswith("sses"):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _past_and_gerund(word: str) -> str:
    """Step 1b."""
    if word.endswith("ied"):
        return word[:-1] if len(word) == 4 else word[:-2]
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) else word
    ending = re.search(r"(?:ed|ing)$", word)
    if ending is None or "v" not in _kinds(word[: ending.start()]):
        return word
    stem = word[: ending.start()]
    if stem.endswith(("at", "bl", "iz")):
        return stem + "e"
    if len(stem) > 1 and stem[-1] == stem[-2] and _kinds(stem)[-1] == "c":
        return stem if stem[-1] in "lsz" else stem[:-1]
    return stem + "e" if _measure(stem) == 1 and _ends_cvc(stem) else stem


def _step_2(word: str) -> str:
    if word.endswith("alli") and _measure(word[:-4]):
        return _step_2(word[:-2])
    for suffix, replacement in _STEP_2:
        if word.endswith(suffix):
            # of -logi the l counts as the stem's
            stem = word.removesuffix("ogi" if suffix == "logi" else suffix)
            return word.removesuffix(suffix) + replacement if _measure(stem) else word
    return word


def _step_3(word: str) -> str:
    for suffix, replacement in _STEP_3:
        if word.endswith(suffix):
            stem = word.removesuffix(suffix)
            return stem + replacement if _measure(stem) else word
    return word


def _step_4(word: str) -> str:
    for suffix in _STEP_4:
        if word.endswith(suffix):
            stem = word.removesuffix(suffix)
            ends = suffix != "ion" or stem.endswith(("s", "t"))
            return stem if _measure(stem) > 1 and ends else word
    return word


def _final_e(word: str) -> str:
    """Step 5a."""
    if word.endswith("e"):
        stem = word[:-1]
        measure = _measure(stem)
        return stem if measure > 1 or (measure == 1 and not _ends_cvc(stem)) else word
    return word


def _double_l(word: str) -> str:
    """Step 5b."""
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word
