"""What endings make of the stems of verbs and adjectives: their allomorphs.

    allomorphs("가르치")            # ("가르쳐",), as in 가르쳐요, 가르쳤다
    allomorphs("모르")             # ("몰라",)
    allomorphs("어렵", True)       # ("어려워", "어려우"), as in 어려워요, 어려운
    allomorphs("먹")              # (): 먹어, 먹은 have the stem as it is

A tokenizer that cuts text into jamo finds the stem in 배우고 and 배웁니다, but not in 배워서 and
배웠다. Rules: Hangul orthography (한글 맞춤법), articles 18 and 34 to 38.
"""

from __future__ import annotations

from malmoi.text.hangul import compose, decompose, is_hangul

_MERGED = {"ㅣ": "ㅕ", "ㅜ": "ㅝ", "ㅗ": "ㅘ", "ㅚ": "ㅙ"}
_WITHOUT_H = {"ㅏ": "ㅐ", "ㅓ": "ㅐ", "ㅑ": "ㅒ", "ㅕ": "ㅖ"}
_BRIGHT = frozenset("ㅏㅗㅑㅘ")
"""Vowels after which the ending is 아, not 어."""
_NOT_DOUBLED = frozenset({"따르", "치르", "들르", "다다르", "우러르"})
"""Stems in 르 that only lose their vowel."""


def allomorphs(stem: str, irregular: bool = False) -> tuple[str, ...]:
    """Other forms of a stem: before 어 or 아, merged with it, and before 으.

    Args:
        stem: without 다.
        irregular: the last consonant changes or is lost (어렵다, 짓다, 듣다, 그렇다): its spelling
            doesn't show it (잡다, 웃다, 믿다, 좋다); `malmoi.text.morphemes.irregular_stems` does.

    Returns:
        None, one or two.
    """
    if not is_hangul(stem):
        return ()
    onset, vowel, coda = decompose(stem[-1])
    if not coda:
        form = _merged(stem, onset, vowel)
        return (form,) if form else ()
    if not irregular:
        return ()
    rest, open_ = stem[:-1], compose(onset, vowel)
    if coda == "ㅂ":
        return rest + open_ + ("와" if stem in {"돕", "곱"} else "워"), rest + open_ + "우"
    if coda == "ㅅ":
        return rest + open_ + ("아" if vowel in _BRIGHT else "어"), rest + open_ + "으"
    if coda == "ㄷ":
        return (rest + compose(onset, vowel, "ㄹ"),)
    if coda == "ㅎ" and vowel in _WITHOUT_H:
        return rest + compose(onset, _WITHOUT_H[vowel]), rest + open_
    return ()


def _merged(stem: str, onset: str, vowel: str) -> str:
    """A stem that ends in a vowel, merged with 어 or 아; empty where they don't merge.

    Args:
        stem: the stem.
        onset: of its last syllable.
        vowel: of its last syllable.
    """
    rest = stem[:-1]
    if (onset, vowel) == ("ㅎ", "ㅏ"):
        return rest + "해"
    if vowel != "ㅡ":
        return rest + compose(onset, _MERGED[vowel]) if vowel in _MERGED else ""
    before = decompose(rest[-1]) if rest else ("", "", "")
    ending = "ㅏ" if before[1] in _BRIGHT else "ㅓ"
    if onset == "ㄹ" and rest and not before[2] and stem not in _NOT_DOUBLED:
        return rest[:-1] + compose(before[0], before[1], "ㄹ") + compose("ㄹ", ending)
    return rest + compose(onset, ending)


def past(syllable: str) -> str:
    """A syllable without a final consonant with the ㅆ of the past (봐 → 봤)."""
    onset, vowel, _ = decompose(syllable)
    return compose(onset, vowel, "ㅆ")
