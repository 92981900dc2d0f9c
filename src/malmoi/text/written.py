"""One written form for what people write in several: numbers, dates, names with signs, capitals.

    written_form("ＵＳＢ3.0, 1,000원")        # "usb 3-0, 1000원"
    written_form("2025년 12월 25일")          # "2025-12-25"
    written_form("16 GB, 3만5천 원")          # "16-gb, 35000원"
    written_form("WHO는 C++를 A/S합니다")     # "who↑는 c⧺를 a-s합니다"
    [token.form for token in written_tokens("sm-g998n 25-c")]   # ["sm-g998n", "25-c"]

The rules are data, because two engines apply them: Python (for BM25, `morphemes`) and the
normaliser in a model's `tokenizer.json` (for queries, where there is no Python). Both decompose
(NFKD) first: full-width letters, ligatures and ℃ are plain then, and so are Hangul's letters, in
which the rules are written.

A *written token* is a run of letters and digits of any script but Hangul, with single signs inside
("1588-1234", "desk@example.org", "a/s"), all of which become "-": people mix them, and a dot would
break the name of a feature in OpenSearch. Signs that make a name are letters of their own: ⧺ for
"C++", ˖ for "A+", ♯ for "C#", ․ for ".NET", ↑ behind words in capitals or beside Hangul to tell
them from a function word (WHO, IT업계).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from malmoi.text.stop_words import FUNCTION_WORDS

PLUS, ONE_PLUS, SHARP, DOT, CAPITALS = "⧺", "˖", "♯", "․", "↑"
SIGNS = PLUS + ONE_PLUS + SHARP + DOT + CAPITALS
"""What stands for signs that make a name."""

MARK = "▁"
"""Before and after a word that is not in Hangul, in a vocabulary's pieces."""


class Rule(NamedTuple):
    """After `before`, `what` becomes `by`; both are expressions of Python and Oniguruma."""

    before: str
    what: str
    by: str


def _jamo(text: str) -> str:
    return unicodedata.normalize("NFD", text)


_HANGUL = "\u1100-\u11ff\uac00-\ud7a3"
_DAY, _MONTH, _YEAR, _HOUR, _MINUTE = map(_jamo, "일 월 년 시 분".split())
_YEARS = r"\b(?:19|20)[0-9]{2}"
_COUNT = r"(?<![.0-9])[0-9]+"
_WON = _jamo("원")
_COUNTED = rf" ?(?:{'|'.join(map(_jamo, '원 달러 명 개 건 가구 세대 평 마리 톤'.split()))})"
"""What is counted by the thousand (천), the ten thousand (만) and the hundred million (억)."""
_ZEROS = (("십만", 5), ("백만", 6), ("천만", 7), ("천", 3), ("만", 4), ("억", 8))
_UNITS = "[kmc]?m[23]?|[km]?g|m?l|[kmgt]b|[km]?wh?|[km]?v|[kmg]?hz|[km]?bps|kcal|mmhg|mah|dpi|rpm"
_MARKED = frozenset(w for w in FUNCTION_WORDS | {"am", "me", "us"} if len(w) > 1)
_CAPITALS = "|".join(sorted(w.upper() for w in _MARKED))

ACCENTS = Rule("", "[\u0300-\u036f]+", "")
"""Marks that NFKD leaves of accented letters; Hangul and kana have others."""
_PLAIN = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
LETTER_RULES = tuple(Rule("", letter, plain) for letter, plain in _PLAIN.items())
"""Letters that NFKD leaves whole."""

CAPITAL_RULES = (
    Rule(r"\b[A-Z]", r"\.(?=[A-Z](?:\.|\b))", ""),  # U.S.
    # WHO. Not where the next word is in capitals, too: that is a title, or shouting. The mark comes
    # last: tokenizers 0.23 panics in lower-casing what was put before a text's first letter.
    Rule(rf"(?<![A-Za-z0-9])(?:{_CAPITALS})", r"(?![A-Za-z0-9]|[&.-][A-Za-z]| [A-Z]{2})", CAPITALS),
)
"""Before a text is lower-cased."""

DATE_RULES = (
    Rule("", r"['‘’](?=[0-4][0-9](?:[./-] ?[0-9]{1,2}){2}(?![0-9]|\.[0-9]))", "20"),
    Rule(rf"{_YEARS}", rf"{_YEAR} ?(?=[0-9]{{1,2}}{_MONTH})", "-"),
    Rule(rf"{_YEARS}-[0-9]{{1,2}}", rf"{_MONTH} ?(?=[0-9]{{1,2}}{_DAY})", "-"),
    Rule(rf"{_YEARS}-[0-9]{{1,2}}-[0-9]{{1,2}}", _DAY, ""),
    Rule(rf"{_YEARS}-[0-9]{{1,2}}", _MONTH, ""),
    Rule(_YEARS, r"(?:[./] ?|-)(?=[0-9]{1,2}(?:[./] ?|-)[0-9]{1,2}(?![0-9]))", "-"),
    Rule(rf"{_YEARS}-[0-9]{{1,2}}", r"[./] ?(?=[0-9]{1,2}(?![0-9]))", "-"),
    Rule(rf"{_YEARS}-", r"0(?=[0-9](?![0-9]))", ""),
    Rule(rf"{_YEARS}-[0-9]{{1,2}}-", r"0(?=[0-9](?![0-9]))", ""),
    # 3월 1일 and 3/1; 09:05, 9시 5분 and 7시 반
    Rule("", rf"(?<![0-9])0(?=[0-9](?:{_MONTH}|{_HOUR}|:[0-9]{{2}}(?![0-9:])))", ""),
    Rule(r"(?<![0-9-])[0-9]{1,2}", rf"{_MONTH} ?0?(?=[0-9]{{1,2}}{_DAY})", "-"),
    Rule(r"(?<![0-9-])[0-9]{1,2}-[0-9]{1,2}", _DAY, ""),
    Rule(r"(?<![0-9])[0-9]{1,2}", rf"{_HOUR} ?(?=[0-9]{{2}}{_MINUTE})", "-"),
    Rule(r"(?<![0-9])[0-9]{1,2}", rf"{_HOUR} ?(?=[0-9]{_MINUTE})", "-0"),
    Rule(r"(?<![0-9])[0-9]{1,2}-[0-9]{2}", _MINUTE, ""),
    Rule(
        r"(?<![0-9])[0-9]{1,2}",
        rf"{_HOUR} ?{_jamo('반')}(?=\W|$|{_jamo('에')}|{_jamo('부터')}|{_jamo('까지')})",
        "-30",
    ),
)

COUNT_RULES = (
    Rule(r"[0-9]", r",(?=[0-9]{3}(?![0-9]))", ""),
    # 1억 2천만 원, 3만5천 명: one number
    Rule(_COUNT, _jamo(r"억 ?(?=(?:[0-9]{4}|[0-9]천)만)"), ""),
    Rule(_COUNT, _jamo(rf"만 ?(?=(?:[0-9]{{4}}|[0-9]천){_COUNTED})"), ""),
    Rule(_COUNT, _jamo(rf"만 ?(?=[0-9]{{3}}{_COUNTED})"), "0"),
    # Of more digits in a table of 천원, nobody says the other.
    *(
        Rule(r"(?<![.0-9])[0-9]{1,6}", _jamo(rf"{name} ?(?={_COUNTED})"), "0" * zeros)
        for name, zeros in _ZEROS
    ),
    *(Rule("", rf"(?<!\w){_jamo(name)} ?(?={_WON})", "1" + "0" * zeros) for name, zeros in _ZEROS),
)

NUMBER_RULES = (
    *DATE_RULES,
    *COUNT_RULES,
    # Telephone numbers: from abroad, and with spaces or brackets in them.
    Rule("", r"(?<!\w)\+82[ .-]?(?:\(0\) ?|0)?(?=[1-9][0-9 .)-]{7})", "0"),
    Rule(r"\b1[568][0-9]{2}", r"[ .](?=[0-9]{4}(?![0-9]))", "-"),
    Rule(r"\b0[0-9]{1,2}", r"[) .]+(?=[0-9]{3,4}[ .-][0-9]{4}(?![0-9]))", "-"),
    Rule(r"\b0[0-9]{1,2}-[0-9]{3,4}", r"[ .](?=[0-9]{4}(?![0-9]))", "-"),
    # 25℃ and 25 °C, 16GB and 16 GB, v1.2 and 1.2, USB3.0 and USB 3.0, No. 5 and №5
    Rule(r"[0-9]", r" ?°(?=[cf](?![a-z0-9]))", "-"),
    Rule(r"(?<![a-z0-9_-])[0-9]+", rf" ?(?=(?:{_UNITS})(?![a-z0-9]))", "-"),
    Rule("", r"(?<![a-z0-9])v(?:er)?\.? ?(?=[0-9]+\.[0-9])", ""),
    Rule(r"(?<![a-z0-9])[a-z]{2,}", r"(?=[0-9]+\.[0-9])", " "),
    Rule(r"(?<![a-z0-9])no", r"\.? ?(?=[0-9])", "-"),
)
"""Dates, times, amounts, telephone numbers, measures: digits with "-" or nothing between them."""

SIGN_RULES = (
    Rule(r"[a-z]", r"\+\+(?![a-z0-9+])", PLUS),
    Rule(r"(?<![a-z0-9])[a-z]", r"\+(?![a-z0-9+])", ONE_PLUS),
    Rule(r"(?<![a-z0-9])[a-z]", r"#(?![a-z0-9])", SHARP),
    Rule("", r"(?<![\w.)\]])\.(?=[a-z])", DOT),
    Rule(r"\be", r"-(?=mail\b)", ""),
    Rule(r"\bwi", r"[ -](?=fi\b)", ""),
    Rule(r"[a-z]", r"\^(?=[0-9])", ""),
    Rule(r"[0-9]", r"[·・\u119e\u318d](?=[0-9])", "-"),
    Rule(rf"[a-z0-9{CAPITALS}]", r"[.:/⁄_@&+](?=[a-z0-9])", "-"),
)
"""Signs of names, and one sign for all that join letters and digits. After the number rules."""

_WORDS = "|".join(sorted((*_MARKED, "a", "i"), key=lambda word: (-len(word), word)))
NOUN_RULES = (
    # "it업계", "A형", "비타민 A": what looks like a function word is none beside Hangul.
    Rule(rf"(?<![a-z0-9&./+#:_@-])(?:{_WORDS})", rf"(?=[{_HANGUL}])", CAPITALS),
    Rule(rf"(?<=[{_HANGUL}] )[ai]", rf"(?! ?[a-z0-9]|[&./+#:_@{CAPITALS}-])", CAPITALS),
)
"""Letters beside Hangul that are a name. Before the sign rules, which join them."""

RULES = (*LETTER_RULES, *NUMBER_RULES, *NOUN_RULES, *SIGN_RULES)
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
    """What a written token is found by, beside itself.

    Its runs of letters and digits, the letters and digits of runs that mix them, numbers of three
    runs without the first or the last ("2025-3", "123-4567"), and names without signs.

    parts("i7-13700k")  # ["i7", "13700k", "13700", "i713700k"]
    """
    runs = token.split("-")
    found = [*runs, *(_TYPED.sub("", run) for run in runs)]
    found += [part for run in runs if _digits(run) for part in _LONG.findall(run)]
    if len(runs) > 2 and _digits(token):
        found += ["-".join(runs[:-1]), "-".join(runs[1:])]
    if is_name(token) and _is_written_without_signs(runs):
        joined = "".join(runs)
        found.append(joined + CAPITALS if joined in _MARKED else joined)
    return [part for part in dict.fromkeys(found) if part and part != token]


_TYPED = re.compile(f"[{PLUS}{ONE_PLUS}{SHARP}{DOT}]")
_LONG = re.compile(r"[0-9]{3,}|[a-z]{3,}")


def _is_written_without_signs(runs: list[str]) -> bool:
    """Whether people leave the signs of a name out: 15881234, SMG998N, AS; not those of 3.11."""
    joined = "".join(runs)
    if joined.isdigit():
        return 8 <= len(joined) <= 15
    return len(joined) <= 12 and not runs[0].isdigit()


def is_name(token: str) -> bool:
    """Whether a token with signs inside is a name of its own: a number, an address, "a/s", "at&t".

    Two words joined ("read-only", "client/server") are none.
    """
    runs = token.split("-")
    return len(runs) > 1 and (len(runs) > 2 or any(len(r) < 2 or _digits(r) for r in runs))


def words_of(token: str) -> list[str]:
    """What a written token is indexed as: itself and its parts; of words only joined, the words."""
    joined = "-" in token and not is_name(token)
    return parts(token) if joined else [token, *parts(token)]


def _digits(run: str) -> bool:
    return any(c.isdigit() for c in run)


def shown(form: str) -> str:
    """A form as people write it: the signs that stand for others turned back."""
    for sign, typed in ((PLUS, "++"), (ONE_PLUS, "+"), (SHARP, "#"), (DOT, ".")):
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
