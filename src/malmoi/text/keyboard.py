"""Text typed with the keyboard in the other layout: Hangul typed as Latin, and Latin as Hangul.

    hangul_of_keys("dkssud")            # "안녕"
    keys_of_hangul("ㅗ디ㅣㅐ")           # "hello"

The layout is the two-set one (두벌식, KS X 5002) on QWERTY. Both are pure transcriptions, and many
a Latin word gives some Hangul ("rk" is 가): use them only for what is no word as it stands, and
believe them only if the result is one.
"""

from __future__ import annotations

import re

from malmoi.text.hangul import CODAS, ONSETS, VOWELS, compose, decompose, is_hangul

_KEYS = dict(
    zip(
        "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml",
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ",
        strict=True,
    )
)
_LETTERS = {letter: key for key, letter in _KEYS.items()}
_VOWEL_PAIRS = {w[:2]: w[2] for w in "ㅗㅏㅘ ㅗㅐㅙ ㅗㅣㅚ ㅜㅓㅝ ㅜㅔㅞ ㅜㅣㅟ ㅡㅣㅢ".split()}
_CODA_PAIRS = {
    w[:2]: w[2]
    for w in "ㄱㅅㄳ ㄴㅈㄵ ㄴㅎㄶ ㄹㄱㄺ ㄹㅁㄻ ㄹㅂㄼ ㄹㅅㄽ ㄹㅌㄾ ㄹㅍㄿ ㄹㅎㅀ ㅂㅅㅄ".split()
}
_PAIRS = {letter: pair for pair, letter in (_VOWEL_PAIRS | _CODA_PAIRS).items()}

_SYLLABLE = re.compile(
    f"([{ONSETS}])({'|'.join(_VOWEL_PAIRS)}|[{VOWELS}])"
    # A consonant before a vowel begins the next syllable.
    f"(?:({'|'.join(_CODA_PAIRS)}|[{''.join(CODAS)}])(?![{VOWELS}]))?"
)
_SYLLABLES = re.compile(f"(?:{_SYLLABLE.pattern})+")


def hangul_of_keys(text: str) -> str | None:
    """The Hangul that the keys of a Latin text write; None where they don't write whole syllables.

    Capitals without a letter of their own are as small ones.
    """
    letters = [_KEYS.get(c) or _KEYS.get(c.lower(), " ") for c in text]
    typed = "".join(letters)
    if not _SYLLABLES.fullmatch(typed):
        return None
    syllables = []
    for onset, vowel, coda in _SYLLABLE.findall(typed):
        vowel, coda = _VOWEL_PAIRS.get(vowel, vowel), _CODA_PAIRS.get(coda, coda)
        syllables.append(compose(onset, vowel, coda))
    return "".join(syllables)


def keys_of_hangul(text: str) -> str | None:
    """The Latin text that the keys of Hangul write; None where the text isn't all Hangul.

    Letters that stand alone ("ㅗ디ㅣㅐ") are written as syllables are.
    """
    keys = []
    for c in text:
        letters = decompose(c) if is_hangul(c) else (c,)
        for letter in "".join(_PAIRS.get(each, each) for each in letters):
            if letter not in _LETTERS:
                return None
            keys.append(_LETTERS[letter])
    return "".join(keys) or None
