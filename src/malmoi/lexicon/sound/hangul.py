"""How Korean words sound: Hangul to IPA with the standard pronunciation's rules (표준 발음법).

    pronounce("독립")  # ("t", "o", "ŋ", "n", "i", "p")
    pronounce("같이")  # ("k", "a", "t͡ɕʰ", "i")

Liaison, the seven final sounds, ㅎ, nasals, laterals, palatalisation, voicing between voiced
sounds and ㅅ before [i] and [j]. What spelling doesn't tell (added ㄴ in compounds, tense sounds
after a compound's boundary, vowel length) is left out.
"""

from __future__ import annotations

import unicodedata

from malmoi.text.hangul import decompose

_SPLIT = {
    "ㄳ": ("ㄱ", "ㅅ"), "ㄵ": ("ㄴ", "ㅈ"), "ㄶ": ("ㄴ", "ㅎ"), "ㄺ": ("ㄹ", "ㄱ"),
    "ㄻ": ("ㄹ", "ㅁ"), "ㄼ": ("ㄹ", "ㅂ"), "ㄽ": ("ㄹ", "ㅅ"), "ㄾ": ("ㄹ", "ㅌ"),
    "ㄿ": ("ㄹ", "ㅍ"), "ㅀ": ("ㄹ", "ㅎ"), "ㅄ": ("ㅂ", "ㅅ"),
}  # fmt: skip
_FINAL = {
    **dict.fromkeys("ㄱㄲㅋㄳㄺ", "ㄱ"),
    **dict.fromkeys("ㄷㅅㅆㅈㅊㅌㅎ", "ㄷ"),
    **dict.fromkeys("ㅂㅍㅄㄿ", "ㅂ"),
    **dict.fromkeys("ㄴㄵㄶ", "ㄴ"),
    **dict.fromkeys("ㄹㄼㄽㄾㅀ", "ㄹ"),
    **dict.fromkeys("ㅁㄻ", "ㅁ"),
    "ㅇ": "ㅇ",
}
"""The seven sounds that a syllable may end in."""
_NASAL = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}
_ASPIRATED = {"ㄱ": "ㅋ", "ㄷ": "ㅌ", "ㅂ": "ㅍ", "ㅈ": "ㅊ"}
_TENSE = {"ㄱ": "ㄲ", "ㄷ": "ㄸ", "ㅂ": "ㅃ", "ㅅ": "ㅆ", "ㅈ": "ㅉ"}

ONSET_IPA = {
    "ㄱ": "k", "ㄲ": "k͈", "ㄴ": "n", "ㄷ": "t", "ㄸ": "t͈", "ㄹ": "ɾ", "ㅁ": "m", "ㅂ": "p",
    "ㅃ": "p͈", "ㅅ": "s", "ㅆ": "s͈", "ㅇ": "", "ㅈ": "t͡ɕ", "ㅉ": "t͡ɕ͈", "ㅊ": "t͡ɕʰ", "ㅋ": "kʰ",
    "ㅌ": "tʰ", "ㅍ": "pʰ", "ㅎ": "h",
}  # fmt: skip
_VOICED = {"k": "ɡ", "t": "d", "p": "b", "t͡ɕ": "d͡ʑ"}
CODA_IPA = {"ㄱ": "k", "ㄴ": "n", "ㄷ": "t", "ㄹ": "l", "ㅁ": "m", "ㅂ": "p", "ㅇ": "ŋ"}
VOWEL_IPA = {
    "ㅏ": ("a",), "ㅐ": ("ɛ",), "ㅑ": ("j", "a"), "ㅒ": ("j", "ɛ"), "ㅓ": ("ʌ",), "ㅔ": ("e",),
    "ㅕ": ("j", "ʌ"), "ㅖ": ("j", "e"), "ㅗ": ("o",), "ㅘ": ("w", "a"), "ㅙ": ("w", "ɛ"),
    "ㅚ": ("w", "e"), "ㅛ": ("j", "o"), "ㅜ": ("u",), "ㅝ": ("w", "ʌ"), "ㅞ": ("w", "e"),
    "ㅟ": ("w", "i"), "ㅠ": ("j", "u"), "ㅡ": ("ɯ",), "ㅢ": ("ɯ", "i"), "ㅣ": ("i",),
}  # fmt: skip
_PLAIN_VOWELS = frozenset("aɛʌeouɯi")


def pronounce(word: str) -> tuple[str, ...]:
    """IPA segments of a Hangul word.

    Raises:
        ValueError: a character is no Hangul syllable.
    """
    syllables = [list(decompose(char)) for char in unicodedata.normalize("NFC", word)]
    for at, here in enumerate(syllables):
        _join(here, syllables[at + 1] if at + 1 < len(syllables) else None)
    found: list[str] = []
    for onset, vowel, coda in syllables:
        sounds = VOWEL_IPA[vowel] if onset == "ㅇ" or vowel != "ㅢ" else ("i",)
        first = ONSET_IPA[onset]
        if first in _VOICED and found and (found[-1] in _PLAIN_VOWELS or found[-1] in "nmŋl"):
            first = _VOICED[first]
        elif first in ("s", "s͈") and sounds[0] in ("i", "j"):
            first = "ɕ"
        elif first == "ɾ" and found and found[-1] == "l":
            first = "l"
        found += [first] if first else []
        found += sounds
        found += [CODA_IPA[coda]] if coda else []
    return tuple(found)


def _join(here: list[str], following: list[str] | None) -> None:
    """What happens between a syllable's coda and the next onset; changes both."""
    coda = here[2]
    if not coda:
        return
    if following is None:
        here[2] = _FINAL[coda]
        return
    onset = following[0]
    stays, moves = _SPLIT.get(coda, ("", coda))
    if moves == "ㅎ" and onset in (*_ASPIRATED, "ㅅ", "ㅇ"):
        here[2] = stays
        following[0] = "ㅆ" if onset == "ㅅ" else _ASPIRATED.get(onset, stays or "ㅇ")
        if onset == "ㅇ":
            here[2] = ""
        return
    if onset == "ㅇ":
        if coda == "ㅇ":
            return
        here[2] = stays
        following[0] = {"ㄷ": "ㅈ", "ㅌ": "ㅊ"}.get(moves, moves) if following[1] == "ㅣ" else moves
        if stays and following[0] == "ㅅ":
            following[0] = "ㅆ"
        return
    final = _FINAL[coda]
    if onset == "ㅎ" and final in _ASPIRATED:
        here[2], following[0] = stays, _ASPIRATED["ㅈ" if moves == "ㅈ" else final]
    elif onset in ("ㄴ", "ㅁ") and final in _NASAL:
        here[2] = _NASAL[final]
    elif onset == "ㄹ" and final in (*_NASAL, "ㅁ", "ㅇ"):
        here[2], following[0] = _NASAL.get(final, final), "ㄴ"
    elif {onset, final} == {"ㄴ", "ㄹ"}:
        here[2], following[0] = "ㄹ", "ㄹ"
    else:
        here[2] = final
        if final in _NASAL:
            following[0] = _TENSE.get(onset, onset)
