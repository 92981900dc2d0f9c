"""Whether two words share a stem by their spelling alone: a relative is no keyword."""

from __future__ import annotations

from malmoi.lexicon.sound.pronunciation import Sounds

_INFLECTIONS = ("s", "es", "ed", "d", "ing", "er", "r", "est", "y", "ly", "ness", "less", "ful")
_SUFFIXES = (
    *_INFLECTIONS,
    *"ish able ible al ial ical ic ile age ance ant ate ation ative en ence ent hood".split(),
    *"ian ify ion ism ist ity ive ize ment or ory ous ship some tion ty ure ward wise".split(),
    *"ery ary ition".split(),
)
_PREFIXES = frozenset(
    """a ab ad anti be bi co com con counter de dis em en ex fore hemi hyper hypo im in inter intra
    micro mid mis mono multi non ob out over per post pre pro re retro semi sub super sur tele
    trans tri ultra un under up""".split()
)


_COMBINING = frozenset(
    """actor audio auto cent centre demo electric gram graph graphic land metre meter person phone
    photo quad radio scope script ship sphere video""".split()
)
"""Words that are also elements of longer ones: at an edge of a word they are what it is made of."""


def related_by_form(word: str, keyword: str) -> bool:
    """Whether one is the other with affixes ("teacher", "teach") or they share a stem.

    Errs towards yes: a keyword lost is better than a word explained by itself. A word within
    another is no relative if what is left is no affix ("carpet", "car").
    """
    if word == keyword:
        return True
    if _is_affixed(word, keyword) or _is_affixed(keyword, word):
        return True
    if len(keyword) >= 5 and word.startswith(keyword):
        return True
    if keyword in _COMBINING and (word.startswith(keyword[:-1]) or word.endswith(keyword)):
        return True
    return bool(_stems(word) & _stems(keyword))


def compound_parts(word: str, sounds: Sounds) -> frozenset[str]:
    """Both words that a compound is made of ("catfish"), by spelling and sound.

    "carpet", whose second vowel is not that of "pet", is no compound; "mandate" is taken for one.
    """
    parts: set[str] = set()
    for whole in sounds.phones(word)[:1]:
        bare = [p.rstrip("012") for p in whole]
        for cut in range(3, len(word) - 2):
            for left in sounds.phones(word[:cut]):
                for right in sounds.phones(word[cut:]):
                    if [p.rstrip("012") for p in (*left, *right)] == bare:
                        parts |= {word[:cut], word[cut:]}
    return frozenset(parts)


def _is_affixed(long: str, short: str) -> bool:
    if len(short) < 3 or len(long) < len(short):
        return False
    suffixes = _SUFFIXES if len(short) >= 4 else _INFLECTIONS
    at = long.find(short[:-1] if short[-1] in "ey" and len(short) > 3 else short)
    if at < 0 or (at and (long[:at] not in _PREFIXES or len(short) < 4)):
        return False
    rest = long[at:]
    if rest == short:
        return True
    return any(_joined(short, suffix, rest) for suffix in suffixes)


def _joined(stem: str, suffix: str, whole: str) -> bool:
    """Whether stem + suffix may be spelled `whole` (dropped e, y to i, doubled consonant)."""
    if stem[-1] == "e":
        return whole in (stem + suffix, stem[:-1] + suffix)
    if suffix in ("d", "r"):
        return False
    ways = {stem + suffix, stem + stem[-1] + suffix}
    if stem[-1] == "y":
        ways |= {stem[:-1] + "i" + suffix, stem[:-1] + suffix}
    return whole in ways


def _stems(word: str) -> set[str]:
    """The word and what is left of it without a suffix, 4 letters or more."""
    found = {word}
    for suffix in _SUFFIXES:
        if len(suffix) > 1 and word.endswith(suffix) and len(word) - len(suffix) >= 4:
            found.add(word[: -len(suffix)])
    return found
