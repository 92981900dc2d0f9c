"""One written form for what people write in several: numbers, dates, names with signs, capitals.

    written_form("ＵＳＢ 3.0, 1,000원")       # "usb 3-0, 1000원"
    written_form("2025년 12월 25일")          # "2025-12-25"
    written_form("WHO는 C++를 A/S합니다")     # "who↑는 c⧺를 a-s합니다"
    [token.form for token in written_tokens("sm-g998n 25-c")]   # ["sm-g998n", "25-c"]

The rules are data, because two engines apply them: Python (for BM25, `morphemes`) and the
normaliser in a model's `tokenizer.json` (for queries, where there is no Python). Both decompose
(NFKD) first: full-width letters, ligatures and ℃ are plain then, and so are Hangul's letters, in
which the rules are written.

A *written token* is a run of letters and digits of any script but Hangul, with single signs inside
("1588-1234", "desk@example.org", "a/s"), all of which become "-": people mix them, and a dot would
break the name of a feature in OpenSearch. Signs that make a name are letters of their own: ⧺ for
"C++", ♯ for "C#", ․ for ".NET", ↑ behind words that are written in capitals to tell them from a
function word (WHO, IT).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from malmoi.text.stop_words import FUNCTION_WORDS

PLUS, SHARP, DOT, CAPITALS = "⧺", "♯", "․", "↑"
SIGNS = PLUS + SHARP + DOT + CAPITALS
"""What stands for signs that make a name."""

MARK = "▁"
"""Before and after a word that is not in Hangul, in a vocabulary's pieces."""


class Rule(NamedTuple):
    """After `before`, `what` becomes `by`; both are expressions of Python and Oniguruma."""

    before: str
    what: str
    by: str


def _hangul(text: str) -> str:
    return unicodedata.normalize("NFD", text)


_DAY, _MONTH, _YEAR, _WON = map(_hangul, ("일", "월", "년", "원"))
_HOUR, _MINUTE = map(_hangul, ("시", "분"))
_YEARS = r"\b(?:19|20)[0-9]{2}"
_CAPITALS = "|".join(sorted(w.upper() for w in FUNCTION_WORDS | {"am", "me", "us"} if len(w) > 1))

ACCENTS = Rule("", "[\u0300-\u036f]+", "")
"""Marks that NFKD leaves of accented letters; Hangul and kana have others."""

CAPITAL_RULES = (
    # Not where the next word is in capitals, too: that is a title, or shouting. The mark comes
    # last: tokenizers 0.23 panics in lower-casing what was put before a text's first letter.
    Rule(
        rf"(?<![A-Za-z0-9])(?:{_CAPITALS})", r"(?![A-Za-z0-9]|[&/.-][A-Za-z]| [A-Z]{2})", CAPITALS
    ),
)
"""Before a text is lower-cased."""

NUMBER_RULES = (
    Rule(rf"{_YEARS}", rf"{_YEAR} ?(?=[0-9]{{1,2}}{_MONTH})", "-"),
    Rule(rf"{_YEARS}-[0-9]{{1,2}}", rf"{_MONTH} ?(?=[0-9]{{1,2}}{_DAY})", "-"),
    Rule(rf"{_YEARS}-[0-9]{{1,2}}-[0-9]{{1,2}}", _DAY, ""),
    Rule(rf"{_YEARS}-[0-9]{{1,2}}", _MONTH, ""),
    Rule(_YEARS, r"(?:[./] ?|-)(?=[0-9]{1,2}(?:[./] ?|-)[0-9]{1,2}(?![0-9]))", "-"),
    Rule(rf"{_YEARS}-[0-9]{{1,2}}", r"[./] ?(?=[0-9]{1,2}(?![0-9]))", "-"),
    Rule(rf"{_YEARS}-", r"0(?=[0-9](?![0-9]))", ""),
    Rule(rf"{_YEARS}-[0-9]{{1,2}}-", r"0(?=[0-9](?![0-9]))", ""),
    Rule(r"\b[0-9]{1,2}", rf"{_HOUR} ?(?=[0-9]{{1,2}}{_MINUTE})", "-"),
    Rule(r"\b[0-9]{1,2}-[0-9]{1,2}", _MINUTE, ""),
    Rule(r"[0-9]", r",(?=[0-9]{3}(?![0-9]))", ""),
    Rule(r"(?<![.0-9])[0-9]+", rf"{_hangul('천')} ?(?={_WON})", "000"),
    Rule(r"(?<![.0-9])[0-9]+", rf"{_hangul('만')} ?(?={_WON})", "0000"),
    Rule(r"(?<![.0-9])[0-9]+", rf"{_hangul('억')} ?(?={_WON})", "00000000"),
    Rule("", rf"(?<![\w]){_hangul('천')} ?(?={_WON})", "1000"),
    Rule("", rf"(?<![\w]){_hangul('만')} ?(?={_WON})", "10000"),
    # Telephone numbers, with spaces or brackets in them.
    Rule(r"\b1[568][0-9]{2}", r"[ .](?=[0-9]{4}(?![0-9]))", "-"),
    Rule(r"\b0[0-9]{1,2}", r"[) .]+(?=[0-9]{3,4}[ .-][0-9]{4}(?![0-9]))", "-"),
    Rule(r"\b0[0-9]{1,2}-[0-9]{3,4}", r"[ .](?=[0-9]{4}(?![0-9]))", "-"),
    # 25℃ and 25 °C
    Rule(r"[0-9]", r" ?°(?=[cf](?![a-z0-9]))", "-"),
)
"""Dates, times, money and telephone numbers as digits with "-" or nothing between them."""

SIGN_RULES = (
    Rule(r"[a-z]", r"\+\+(?![a-z0-9+])", PLUS),
    Rule(r"(?<![a-z0-9])[a-z]", r"#(?![a-z0-9])", SHARP),
    Rule("", r"(?<![\w.)\]])\.(?=[a-z])", DOT),
    Rule(r"\be", r"-(?=mail\b)", ""),
    Rule(r"[a-z0-9]", r"[.:/_@&+](?=[a-z0-9])", "-"),
)
"""Signs of names, and one sign for all that join letters and digits. After the number rules."""

RULES = (*NUMBER_RULES, *SIGN_RULES)
"""What is done to a text in lower case."""

_KOREAN = "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_MARKS = "\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e00-\u0eff\u3099\u309a"
"""Vowels and marks that some scripts write beside their letters."""
LETTER = rf"(?:[^\W_{_KOREAN}]|[{SIGNS}{_MARKS}])"
"""A letter or digit of a written token: any but Hangul and Hanja, which need no spaces."""
_TOKEN = re.compile(rf"{LETTER}+(?:-{LETTER}+)*")


class WrittenToken(NamedTuple):
    """A written token and its place in a text (code points)."""

    form: str
    start: int
    end: int


def written_form(text: str) -> str:
    """The text in lower case with one form for each number, sign and accent; composed (NFC)."""
    text = _apply(ACCENTS, unicodedata.normalize("NFKD", text))
    for rule in CAPITAL_RULES:
        text = _apply(rule, text)
    text = text.lower()
    for rule in RULES:
        text = _apply(rule, text)
    return unicodedata.normalize("NFC", text)


def written_tokens(text: str) -> Iterator[WrittenToken]:
    """The written tokens of a text in written form."""
    for match in _TOKEN.finditer(text):
        yield WrittenToken(match[0], match.start(), match.end())


def parts(token: str) -> list[str]:
    """The runs of letters and digits of a written token, and the digits of names that mix them.

    parts("i7-13700k")  # ["i7", "13700k", "13700"]
    """
    runs = token.split("-")
    runs += [_TYPED.sub("", run) for run in runs]
    runs += [number for run in runs if not run.isdigit() for number in _NUMBER.findall(run)]
    return [part for part in dict.fromkeys(runs) if part and part != token]


_TYPED = re.compile(f"[{PLUS}{SHARP}{DOT}]")
_NUMBER = re.compile(r"[0-9]{3,}")


def is_name(token: str) -> bool:
    """Whether a token with signs inside is a name of its own: a number, an address, "a/s", "at&t".

    Two words joined ("read-only", "client/server") are none.
    """
    runs = token.split("-")
    return len(runs) > 1 and (len(runs) > 2 or any(len(r) < 2 or _digits(r) for r in runs))


def _digits(run: str) -> bool:
    return any(c.isdigit() for c in run)


def shown(form: str) -> str:
    """A form as people write it: the signs that stand for others turned back."""
    for sign, typed in ((PLUS, "++"), (SHARP, "#"), (DOT, ".")):
        form = form.replace(sign, typed)
    return form.removesuffix(CAPITALS).upper() if form.endswith(CAPITALS) else form


def word_of(piece: str) -> str:
    """A vocabulary's piece without its marks, and with the signs of names as they are typed."""
    return shown(piece.replace(MARK, "")) if MARK in piece else piece


@cache
def _pattern(rule: Rule) -> re.Pattern[str]:
    return re.compile(f"({rule.before}){rule.what}")


def _apply(rule: Rule, text: str) -> str:
    return _pattern(rule).sub(lambda match: match[1] + rule.by, text)
