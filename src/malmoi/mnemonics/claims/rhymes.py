"""Whether two words rhyme: the same sounds from the stressed vowel on."""

from __future__ import annotations

import re
from collections.abc import Iterable

from malmoi.lexicon.facts import Reading

Segments = tuple[str, ...]
Phones = tuple[str, ...]

VOWELS = frozenset("aeiouɑæʌəɔɛɪʊɜɝɚɐɒ")


def rhyme(ours: Iterable[Phones], theirs: Iterable[Phones]) -> str:
    """ "yes", "perhaps" where an accent, a half rhyme or a weaker stress may make one, or "no".

    Args:
        ours, theirs: ARPAbet with stress digits, a pronunciation each; any pair may rhyme.
    """
    verdicts = {_of_two(a, b) for a in ours for b in theirs}
    return next((verdict for verdict in ("yes", "perhaps") if verdict in verdicts), "no")


def reading_is_meant(reading: Reading, sentence: str) -> bool:
    """Whether a sentence says which reading of a word it speaks of: its part of speech, or the word
    that it is a form of ("does, the plural of doe")."""
    base = reading.source.partition(" + -")[0] if " + -" in reading.source else ""
    named = base and re.search(rf"(?i)\b{re.escape(base)}\b", sentence)
    return bool(named or (reading.pos and re.search(rf"(?i)\b{reading.pos}\b", sentence)))


def _of_two(a: Phones, b: Phones) -> str:
    # The same onset too ("abate", "debate") is a rich rhyme, which people call a rhyme.
    (a_main, a_last), (b_main, b_last) = rimes(a), rimes(b)
    if a_main == b_main:
        return "yes"
    if a_main == b_last or a_last == b_main:
        # "hurricane", "plane": a weaker stress is enough; for "buffalo", "go" it is not
        return "yes" if _is_heavy(a_main if a_main == b_last else b_main) else "perhaps"
    if a_last == b_last and (_is_heavy(a_last) or (_beats(a) and _beats(b))):
        return "perhaps"
    pairs = ((a_main, b_main), (a_main, b_last), (a_last, b_main))
    close = any(
        nearly(c, d)
        for x, y in pairs
        for c, d in ((levelled(x), levelled(y)), (r_less(x), r_less(y)))
    )
    return "perhaps" if close else "no"


def _beats(phones: Phones) -> bool:
    """Whether the last stress is apart from the main one ("BUTterFLY", not "MEtro"): verse may
    rhyme on it."""
    stresses = [phone[-1] for phone in phones if phone[-1].isdigit()]
    stressed = [at for at, stress in enumerate(stresses) if stress in "12"]
    return bool(stressed) and stressed[-1] - stressed[0] > 1


def _is_heavy(rime: Segments) -> bool:
    """It ends in a consonant, or has a second syllable."""
    vowels = sum(segment[0] in VOWELS for segment in rime)
    return vowels > 1 or rime[-1][0] not in VOWELS


def rimes(phones: Phones) -> tuple[Segments, Segments]:
    """From the main stress on, and from the last vowel that has any stress on."""
    from malmoi.lexicon.sound.phones import to_ipa

    vowels = [i for i, phone in enumerate(phones) if phone[-1].isdigit()] or [0]
    main = [i for i in vowels if phones[i][-1] == "1"] or vowels[-1:]
    last = [i for i in vowels if phones[i][-1] in "12"] or vowels[-1:]
    return tuple(map(to_ipa, phones[main[-1] :])), tuple(map(to_ipa, phones[last[-1] :]))


def levelled(rime: Segments) -> Segments:
    """r-coloured vowels in one way: "fire" and "higher", "poor" and "door", "near" and "spirit"."""
    found: list[str] = []
    for i, segment in enumerate(rime):
        glide = bool(found) and found[-1] in {"aɪ", "aʊ", "ɔɪ"}
        if segment in {"ɚ", "ɝ"} or (segment == "ɹ" and glide):
            found += ["ə", "ɹ"]
        elif rime[i + 1 : i + 2] == ("ɹ",):
            found.append({"u": "ɔ", "ʊ": "ɔ", "ɪ": "i", "æ": "ɛ", "e": "ɛ", "eɪ": "ɛ", "oʊ": "ɔ",
                          "o": "ɔ", "ʌ": "ə"}.get(segment, segment))  # fmt: skip
        else:
            found.append(segment)
    return tuple(found)


def r_less(rime: Segments) -> Segments:
    """As accents without r after vowels say it: "sauce" and "horse" rhyme there."""
    plain = levelled(rime)
    return tuple(
        s for i, s in enumerate(plain)
        if s != "ɹ" or (i + 1 < len(plain) and plain[i + 1][0] in VOWELS)
    )  # fmt: skip


_REDUCED = frozenset("əɪʌɛiɑæ") | {"ɚ", "ɝ"}
_LOW = frozenset("ɑɔ")


def nearly(a: Segments, b: Segments) -> bool:
    """A rhyme to a tolerant ear: vowels that accents merge, consonants that differ in voice."""
    from malmoi.lexicon.sound.phones import phone_distance

    if len(a) != len(b):
        return False
    return all(
        x == y
        or {x, y} <= _LOW
        or (i > 0 and {x, y} <= _REDUCED)
        or {x, y} in ({"ɪ", "i"}, {"ʊ", "u"})
        # "pass" and "bath" have the vowel of "father" in some accents
        or ({x, y} == {"æ", "ɑ"} and a[i + 1 : i + 2] in (("s",), ("f",), ("θ",), ("n",)))
        or (x[0] not in VOWELS and y[0] not in VOWELS and phone_distance(x, y) <= 0.06)
        for i, (x, y) in enumerate(zip(a, b, strict=True))
    )
