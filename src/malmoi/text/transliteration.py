"""How well a Korean term sounds like an English one: loanwords are written as they are heard.

    loanword("데이터베이스", "database")  # 0.96
    loanword("마법사", "wizard")          # 0.0

An edit distance between the jamo of the Hangul and the letters of the English word, in which a few
letters at once may stand for a few jamo ("sh" for ㅅ, "x" for ㄱㅅ, "i" for ㅏㅣ), after the rules
by which English is written in Hangul (외래어 표기법, chapter 2 and 3.1). ㅡ, which carries a lone
consonant, and an r that isn't heard cost next to nothing. No dictionary is needed; how English
*spelling* differs from its sound is what the prices allow for.

The value is 1 − 2 · cost / length, not below 0: 1 is a textbook transcription, unrelated words have
0 to .3. It speaks for a pair, never against one: most translations are no loanwords.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from malmoi.text.hangul import VOWELS, decompose, has_hangul

_TENSE = str.maketrans("ㄲㄸㅃㅆㅉ", "ㄱㄷㅂㅅㅈ")
_OWN_CODA = "ŋ"
"""ㅇ at the end of a syllable, which is a sound; at its beginning it is none."""

_CONSONANTS = {
    "b": "ㅂ", "bb": "ㅂ", "c": "ㅋ ㄱ ㅅ:.05", "cc": "ㅋ ㄱㅅ", "ch": "ㅊ ㅋ:.1 ㅅ:.2",
    "ck": "ㅋ ㄱ", "d": "ㄷ ㅈ:.4", "dd": "ㄷ", "dg": "ㅈ", "f": "ㅍ ㅎ:.3", "ff": "ㅍ",
    "g": "ㄱ ㅈ:.05", "gg": "ㄱ", "gh": "ㄱ:.2 ㅍ:.2", "h": "ㅎ", "j": "ㅈ", "k": "ㅋ ㄱ",
    "kn": "ㄴ", "l": "ㄹ ㄹㄹ", "ll": "ㄹ ㄹㄹ", "m": "ㅁ", "mm": "ㅁ ㅁㅁ:.1", "n": "ㄴ ŋ:.1",
    "nn": "ㄴ", "ng": "ŋ ŋㄱ ㄴㄱ:.1", "gn": "ㄴ", "p": "ㅍ ㅂ", "pp": "ㅍ ㅂ", "ph": "ㅍ",
    "q": "ㅋ", "qu": "ㅋ:.05 ㅋㅜ ㅋㅝ ㅋㅞ ㅋㅟ ㅋㅘ", "r": "ㄹ", "rr": "ㄹ", "rh": "ㄹ",
    "s": "ㅅ ㅈ:.05", "ss": "ㅅ", "sh": "ㅅ", "sc": "ㅅ ㅅㅋ", "sch": "ㅅㅋ ㅅ",
    "t": "ㅌ ㅅ:.05 ㄷ:.2 ㅊ:.3", "tt": "ㅌ ㅅ:.05", "tch": "ㅊ", "th": "ㅅ ㄷ ㅌ:.1 ㅈ:.2",
    "ti": "ㅅ:.1 ㅅㅣ", "tu": "ㅊ:.1", "v": "ㅂ", "w": "ㅜ", "wh": "ㅎ:.1", "wr": "ㄹ",
    "x": "ㄱㅅ ㅋㅅ ㅅ:.2 ㅈ:.2", "z": "ㅈ ㅅ:.2", "zz": "ㅈ", "si": "ㅅ:.1 ㅈ:.1", "ci": "ㅅ:.1",
    "ge": "ㅈ", "ce": "ㅅ", "se": "ㅅ ㅈ",
}  # fmt: skip
_SOUNDS = {
    "ㅏ": "a o u ar ah aa au ya ia", "ㅐ": "a e ai",
    "ㅓ": "e u o a er or ir ur ou ea ear io i ia eo", "ㅔ": "e a ai ay ea ei ae",
    "ㅗ": "o oa ow ou au aw a or ore oo oe eau", "ㅜ": "oo u o ou ew ue w",
    "ㅣ": "i e y ee ea ie ei ey", "ㅠ": "u ew ue eu you iu ou", "ㅑ": "ya ia",
    "ㅕ": "yo you ye io ea", "ㅛ": "yo io eo", "ㅖ": "ye ie", "ㅒ": "ya", "ㅘ": "wa ua oa oi owa",
    "ㅝ": "wo wa wor war ua", "ㅟ": "wi ui we wee", "ㅞ": "we ue", "ㅙ": "wa we", "ㅚ": "oe oi we",
    "ㅢ": "ui y i", "ㅏㅣ": "i y ai ei igh ie uy ye", "ㅏㅜ": "ou ow au",
    "ㅔㅣ": "a ai ay ei ey ea", "ㅗㅣ": "oi oy", "ㅗㅜ": "o ow",
    "ㅣㅓ": "ia ea ear ere eer ier io iu", "ㅣㅏ": "ia ea", "ㅣㅗ": "io eo", "ㅣㅜ": "iu eu",
    "ㅔㅓ": "air are", "ㅏㅣㅓ": "ire ia io yer", "ㅏㅜㅓ": "our ower",
}  # fmt: skip
_VOWEL_LETTERS = frozenset("aeiouyw")
_MAX_LETTERS, _MAX_JAMO = 4, 3


def loanword(korean: str, english: str) -> float:
    """How well the Korean term is the English one in Hangul (0 to 1); 0 where it has no Hangul."""
    sounds = jamo(korean)
    letters = re.sub(r"[^a-z]", "", unicodedata.normalize("NFKD", english.lower()))
    if not letters or not has_hangul(korean):
        return 0.0
    length = max(sum(1 for sound in sounds if sound != "ㅡ"), 0.8 * len(letters))
    value = max(0.0, 1 - 2 * _cost(sounds, letters) / length)
    # One syllable sounds like much.
    return min(value, 0.5) if len(re.sub(r"\s", "", korean)) == 1 else value


def jamo(text: str) -> str:
    """The sounds that are written: jamo without the silent ㅇ, tense ones as plain; Latin as is."""
    out = []
    for c in text.lower():
        if has_hangul(c):
            onset, vowel, coda = decompose(c)
            out += ["" if onset == "ㅇ" else onset, vowel, _OWN_CODA if coda == "ㅇ" else coda]
        elif c.isalpha():
            out.append(c)
    return "".join(out).translate(_TENSE)


@lru_cache(maxsize=1)
def _prices() -> dict[str, dict[str, float]]:
    """Letters → jamo → price."""
    prices: dict[str, dict[str, float]] = {}
    for letters, said in _CONSONANTS.items():
        for one in said.split():
            sounds, _, price = one.partition(":")
            prices.setdefault(letters, {})[sounds] = float(price or 0)
    for sounds, spelled in _SOUNDS.items():
        for place, letters in enumerate(spelled.split()):
            row = prices.setdefault(letters, {})
            row[sounds] = min(row.get(sounds, 1.0), 0.0 if place < 5 else 0.1)
    for vowel in VOWELS:
        for letter in "aeiouy":
            prices[letter].setdefault(vowel, 0.45)
    for letter in "abcdefghijklmnopqrstuvwxyz":
        prices.setdefault(letter, {})[letter] = 0.0
    return prices


def _cost(sounds: str, letters: str) -> float:
    """The least price of writing `letters` as `sounds`."""
    prices = _prices()
    n, m = len(letters), len(sounds)
    far = float("inf")
    best = [[far] * (m + 1) for _ in range(n + 1)]
    best[0][0] = 0.0
    for i in range(n + 1):
        for j in range(m + 1):
            here = best[i][j]
            if here == far:
                continue
            if j < m:
                added = here + _insert(sounds, j)
                best[i][j + 1] = min(best[i][j + 1], added)
            if i == n:
                continue
            left = here + _leave_out(letters, i)
            best[i + 1][j] = min(best[i + 1][j], left)
            for end in range(i + 1, min(n, i + _MAX_LETTERS) + 1):
                row = prices.get(letters[i:end])
                if not row:
                    continue
                for stop in range(j + 1, min(m, j + _MAX_JAMO) + 1):
                    price = row.get(sounds[j:stop])
                    if price is not None and here + price < best[end][stop]:
                        best[end][stop] = here + price
    return best[n][m]


def _insert(sounds: str, at: int) -> float:
    """A sound that no letter stands for."""
    sound = sounds[at]
    if sound == "ㅡ":
        return 0.05
    if sound == "ㅣ" and at and sounds[at - 1] in "ㅅㅈㅊ":
        return 0.1
    # ㄹ between vowels is written twice (룰렛, 컬러)
    if at and sound == sounds[at - 1]:
        return 0.1
    return 0.7 if sound in VOWELS else 1.0


def _leave_out(letters: str, at: int) -> float:
    """A letter that isn't heard."""
    letter = letters[at]
    final = at == len(letters) - 1
    if letter == "e":
        return 0.05 if final else 0.3
    if letter == "r" and (final or letters[at + 1] not in _VOWEL_LETTERS):
        return 0.1
    if letter in _VOWEL_LETTERS or letter == "h":
        return 0.4
    if at and letter == letters[at - 1]:
        return 0.1
    return 0.5 if letter == "s" and final else 0.9


def skeleton(sounds: str) -> str:
    """The consonants in four classes and nasals, by which loanwords are looked for.

    Takes `jamo` of a Korean term or the lower-case letters of an English one.
    """
    if re.search(r"[ㄱ-ㅣ]", sounds):
        return "".join(_CLASSES.get(sound, "") for sound in sounds).replace("LL", "L")
    text = re.sub(r"[^a-z]", "", sounds)
    text = re.sub(r"ng(?=k|g|$|[^aeiouy])|n(?=k)", "9", text)
    text = re.sub(r"x", "ks", re.sub(r"[cg](?=[eiy])|ch|tch|sh|th|ph", _soft, text))
    text = re.sub(r"r(?![aeiouy])|[hwy]|gh", "", text)
    # Doubled letters are one sound, letters that a vowel parts are two.
    text = re.sub(r"[aeiou]+", "", re.sub(r"([a-z])\1", r"\1", re.sub(r"ck", "k", text)))
    return "".join(_CLASSES.get(letter, "") for letter in text).replace("LL", "L")


def _soft(match: re.Match[str]) -> str:
    return "p" if match[0] == "ph" else "k" if match[0] == "g" else "s"


_CLASSES = {
    **dict.fromkeys("ㄱㅋckqg", "K"),
    **dict.fromkeys("ㄷㅌㅅㅈㅊtdsjz", "T"),
    **dict.fromkeys("ㅂㅍbpfv", "P"),
    **dict.fromkeys("ㄹlr", "L"),
    **dict.fromkeys("ㅁm", "M"),
    **dict.fromkeys("ㄴn", "N"),
    **dict.fromkeys((_OWN_CODA, "9"), "N"),
}
