"""The ASCII spellings of GCIDE's dictd edition: accented letters, Greek, brackets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_MARKS = {
    "=": "\u0304",
    "-": "\u0304",
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    ",": "\u0327",
    ".": "\u0323",
}
_LETTERS = {
    "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "eth": "ð", "edh": "ð", "thorn": "þ", "th": "th",
    "asl": "ā", "esl": "ē", "imac": "ī", "deg": "°", "ng": "ng", "root": "√", "yogh": "ȝ",
    "add": "ạ", "udd": "ụ", "1/2": "½", "oo": "oo",
}  # fmt: skip
_CODE = re.compile(
    r"\[(?:(?P<mark>[=\-'`^\"~,.])(?P<after>ae|oo|[A-Za-z])|(?P<before>ae|oo|[A-Za-z])(?P<late>\^)"
    r"|(?P<umlaut>[A-Za-z])um|(?P<name>ae|AE|oe|OE|eth|edh|thorn|th|asl|esl|imac|deg|ng|root|yogh"
    r"|add|udd|1/2|oo))\]"
)


def decode(text: str) -> str:
    """Codes such as "[=a]", "['e]", "[aum]" and "[ae]" as letters; other brackets are left."""
    return _CODE.sub(_letter, text)


def _letter(match: re.Match[str]) -> str:
    if match["mark"]:
        letter = _LETTERS.get(match["after"], match["after"])
        return unicodedata.normalize("NFC", letter + _MARKS[match["mark"]])
    if match["before"]:
        letter = _LETTERS.get(match["before"], match["before"])
        return unicodedata.normalize("NFC", letter + "\u0306")
    if match["umlaut"]:
        return unicodedata.normalize("NFC", match["umlaut"] + "\u0308")
    return _LETTERS[match["name"]]


def transliterate(form: str) -> str:
    """A Greek word of GCIDE's ASCII ("'a`nqrwpos", '"y`dwr') in Latin letters ("anthropos").

    There `'` and `"` are the smooth and the rough breathing, "`" and "^" accents, h is eta, w
    omega, q theta, f phi, x xi, y upsilon. Words without such marks are left as they are.
    """
    if not re.search(r"[`^'\"]", form):
        return form
    rough = '"' in form
    plain = re.sub(r"[`^'\"]", "", form.lower())
    plain = plain.replace("ch", "\0").replace("h", "e").replace("w", "o").replace("q", "th")
    plain = plain.replace("f", "ph").replace("\0", "ch")
    plain = re.sub(r"(?<=[aeo])y", "u", plain)
    plain = re.sub(r"g(?=[gkx]|ch)", "n", plain)
    if rough:
        plain = "rh" + plain[1:] if plain.startswith("r") else "h" + plain
    return plain


def brackets(text: str, start: int = 0) -> Iterator[tuple[int, int]]:
    """Places (first character, one past the last) of the outermost bracketed texts.

    A bracket that is never closed ends with the text; one that was never opened is text.
    """
    depth, opened = 0, start
    for place in range(start, len(text)):
        if text[place] == "[":
            if not depth:
                opened = place
            depth += 1
        elif text[place] == "]" and depth:
            depth -= 1
            if not depth:
                yield opened, place + 1
    if depth:
        yield opened, len(text)
