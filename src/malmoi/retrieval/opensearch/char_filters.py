"""Char filters as a server without plugins has them: for Hanja, and for numbers and names.

nori reads each Hanja by itself (女子 녀자, 比率 비수) and cuts a word that its dictionary lacks
into single ones (料理 료 + 리), so that 여자, 비율 and 요리 find none of them. Here they become
Hangul before nori sees them, by `malmoi.text.hanja`'s own readings:

    initials   a mark after each Hanja that begins a word and is read otherwise there
    hanja      words of their own reading, then each Hanja, with a mark or without
    sounds     what depends on the reading before or after: 률, 렬 and 不

A mark follows its Hanja, because a character that is added moves the end of the word before it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import product
from typing import Any

from malmoi.text.hangul import CODAS, ONSETS, VOWELS, compose
from malmoi.text.hanja import HEADS, PREFIXES, SUFFIXES, plain, reading, words
from malmoi.text.written import CAPITALS, DOT, ONE_PLUS, PLUS, RULES, SHARP, Rule

Filter = dict[str, Any]

_INITIAL, _RATE, _NOT = "\ue000", "\ue001", "\ue002"
"""Private-use characters that stand between the filters alone."""
_SIGNS = {PLUS: " plusplus", ONE_PLUS: " plus", SHARP: " sharp", DOT: " ", CAPITALS: ""}
"""What signs become, which nori would drop."""
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"


def mapping(rules: Iterable[str]) -> Filter:
    """A char filter of rules, of which the longest that fits is used at each place."""
    return {"type": "mapping", "mappings": list(rules)}


def replacing(pattern: str, by: str) -> Filter:
    """A char filter of a regular expression (Java's)."""
    return {"type": "pattern_replace", "pattern": pattern, "replacement": by}


def rule(left: str, right: str) -> str:
    """One rule of a mapping."""
    return f"{_escaped(left)}=>{_escaped(right)}"


def _escaped(text: str) -> str:
    """Spaces would be cut off, and signs are a rule's own."""
    return "".join(c if c.isalnum() else f"\\u{ord(c):04x}" for c in text)


def written_filters() -> dict[str, Filter]:
    """Name → char filter, in the order in which they work: one form for numbers and names.

    The rules of `malmoi.text.written`, which decomposes and lower-cases first, for composed text of
    either case in Java's syntax. Signs that make a name become words; not
    the dot of ".NET", which stands before the ending of a file's name more often.
    """
    rules = enumerate(RULES)
    return {
        **{
            f"written_{number:02d}": replacing(_java(each), f"$1{each.by}")
            for number, each in rules
        },
        "signs": mapping(rule(sign, word) for sign, word in _SIGNS.items()),
    }


def _java(each: Rule) -> str:
    pattern = f"({each.before}){each.what}"
    return f"(?iU){unicodedata.normalize('NFC', pattern)}"


def hanja_filters() -> dict[str, Filter]:
    """Name → char filter, in the order in which they work."""
    return {
        "initials": replacing(_initials(), f"$1$2$3$4$5{_INITIAL}"),
        "hanja": mapping(_hanja()),
        "sounds": mapping(_sounds()),
    }


@cache
def _readings() -> dict[str, tuple[str, str]]:
    """Hanja → its reading inside a word and at the beginning of one."""
    found = {}
    for first, last in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF)):
        for c in map(chr, range(first, last + 1)):
            if plain(c) == c and (initial := reading(c)) != c:
                found[c] = (reading(f"강{c}")[1:], initial)
    return found


@cache
def _read_otherwise_first() -> str:
    """Hanja that are read otherwise at the beginning of a word."""
    return "".join(c for c, (inside, initial) in _readings().items() if inside != initial)


def _initials() -> str:
    """Those where they begin a word, or a part of a compound as `malmoi.text.hanja` tells them."""
    hanja = f"([{_read_otherwise_first()}])"
    first = f"(?<![{_HAN}])"
    places = [
        # After a numeral or, where it stands alone, after Hangul, a Hanja is inside a word.
        f"(?<![{_HAN}\\p{{N}}가-힣]){hanja}",
        f"(?<![{_HAN}\\p{{N}}]){hanja}(?=[{_HAN}])",
        f"(?<={first}[{_class(PREFIXES)}]){hanja}(?=[{_HAN}](?![{_HAN}]))",
        f"(?<={first}[{_HAN}]{{2}}){hanja}(?=[{_HAN}&&[^{_class(SUFFIXES)}]](?![{_HAN}]))",
        f"(?<=[{_HAN}]{{2}})(?={'|'.join(sorted(HEADS))}){hanja}",
    ]
    # A range first: Java goes through a long class one by one, for every character of a text.
    return f"(?=[{_HAN}])(?:{'|'.join(places)})"


def _class(characters: Iterable[str]) -> str:
    return "".join(sorted(characters))


def _hanja() -> list[str]:
    table = {c: _inside(c) for c in _readings()}
    table |= {c + _INITIAL: _readings()[c][1] for c in _read_otherwise_first()}
    for word, read in words().items():
        # Any of its Hanja may have got a mark.
        letters = [(c, c + _INITIAL) if c in _read_otherwise_first() else (c,) for c in word]
        table |= {"".join(marked): read for marked in product(*letters)}
    return [rule(left, right) for left, right in table.items()]


def _inside(hanja: str) -> str:
    """What a Hanja inside a word is mapped to."""
    if hanja == "不":
        return _NOT
    read = _readings()[hanja][0]
    return _RATE + read if read in ("률", "렬") else read


def _sounds() -> list[str]:
    """률 and 렬 after a vowel or ㄴ, 不 before ㄷ and ㅈ, each as it is elsewhere."""
    table = {_RATE + "률": "률", _RATE + "렬": "렬", _NOT: "불"}
    for vowel in VOWELS:
        for onset in ONSETS:
            for before in (compose(onset, vowel), compose(onset, vowel, "ㄴ")):
                table |= {f"{before}{_RATE}률": f"{before}율", f"{before}{_RATE}렬": f"{before}열"}
        for onset in "ㄷㅈ":
            for coda in CODAS:
                after = compose(onset, vowel, coda)
                table[_NOT + after] = "부" + after
    return [rule(left, right) for left, right in table.items()]
