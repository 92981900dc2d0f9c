"""A JSON reader for what models write: forgiving of form, strict about ends.

It allows trailing commas, Python's quotes and constants, and raw line breaks in strings. It never
closes what the text left open: that is `TruncatedJSON`.
"""

from __future__ import annotations

import json
import re
from typing import Any

MAX_DEPTH = 100
"""Deeper nesting is rubbish, and would overflow Python's stack."""


class BadJSON(ValueError):
    """Text that holds no JSON value, or a malformed one."""


class TruncatedJSON(ValueError):
    """Text that ends inside a JSON value."""


_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
# A single quote closes where only punctuation can follow; one inside a word ("it's") does not, and
# any other would be a guess.
_QUOTED = re.compile(r"'((?:[^'\\]|\\.|(?<=\w)'(?=\w))*)'(?=\s*[,:}\]])", re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])")
_WORD = re.compile(r"[A-Za-z_]+")
_CONSTANTS = {
    "true": True,
    "false": False,
    "null": None,
    "True": True,
    "False": False,
    "None": None,
}
_PARTIAL_NUMBER = re.compile(r"-?[\d.eE+-]*\Z")


def find_values(text: str) -> list[Any]:
    """Every object and array at the top level of a text with prose in it (at least one).

    Raises:
        TruncatedJSON: one of them is open at the end of the text.
        BadJSON: there is none that can be read.
    """
    values: list[Any] = []
    problem: ValueError | None = None
    position = 0
    while (start := _next_bracket(text, position)) >= 0:
        try:
            value, position = _value(text, start, 0)
            values.append(value)
        except TruncatedJSON as error:
            problem = error
            break
        except BadJSON as error:
            problem = problem or error
            # What lies inside a malformed value is only a part of it: go on behind its end, and
            # only where it may have been prose in brackets.
            end = _matching_bracket(text, start)
            json_like = _JSON_LIKE.match(text, start)
            if json_like and (end < 0 or text[start] == "{"):
                break
            position = end if end > 0 else start + 1
    if any(not only_numbers(value) for value in values) or (values and problem is None):
        return values
    raise problem or BadJSON(f"no JSON object or array in {text[:80]!r}")


def only_numbers(value: Any) -> bool:
    """Whether a value is a list of numbers alone, as a footnote mark ("[1]") is."""
    return isinstance(value, list) and all(
        isinstance(item, int | float) and not isinstance(item, bool) for item in value
    )


_JSON_LIKE = re.compile(r"""[{\[]\s*["'{\[\]}\d-]""")
_BRACKET = re.compile(r"[{\[]")
_BRACKETS = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\]]')


def _next_bracket(text: str, position: int) -> int:
    found = _BRACKET.search(text, position)
    return found.start() if found else -1


def _matching_bracket(text: str, start: int) -> int:
    """The position behind the bracket that closes the one at `start`; -1 if none does."""
    depth = 0
    for mark in _BRACKETS.finditer(text, start):
        if mark[0] in "{[":
            depth += 1
        elif mark[0] in "}]":
            depth -= 1
            if depth == 0:
                return mark.end()
    return -1


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    position = found.end() if found else position
    if position >= len(text):
        raise TruncatedJSON(f"the text ends inside a JSON value: …{text[-60:]!r}")
    return position


def _bad(text: str, position: int, expected: str) -> BadJSON:
    seen = text[max(0, position - 20) : position + 20]
    return BadJSON(f"malformed JSON at character {position} ({seen!r}): expected {expected}")


def _value(text: str, position: int, depth: int) -> tuple[Any, int]:
    position = _skip(text, position)
    if depth > MAX_DEPTH:
        raise _bad(text, position, f"at most {MAX_DEPTH} levels")
    if text[position] == "{":
        return _object(text, position + 1, depth)
    if text[position] == "[":
        return _array(text, position + 1, depth)
    if text[position] in "\"'":
        return _string(text, position)
    if _PARTIAL_NUMBER.match(text, position):
        raise TruncatedJSON(f"the text ends inside a number: …{text[-60:]!r}")
    if number := _NUMBER.match(text, position):
        try:
            return json.loads(number[0]), number.end()
        except ValueError as error:  # thousands of digits
            raise _bad(text, position, "a number of sane length") from error
    if word := _WORD.match(text, position):
        if word[0] in _CONSTANTS:
            return _CONSTANTS[word[0]], word.end()
        if word.end() == len(text) and any(name.startswith(word[0]) for name in _CONSTANTS):
            raise TruncatedJSON(f"the text ends inside a constant: …{text[-60:]!r}")
    raise _bad(text, position, "a value")


def _object(text: str, position: int, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while True:
        position = _skip(text, position)
        if text[position] == "}":
            return found, position + 1
        if text[position] not in "\"'":
            raise _bad(text, position, 'a quoted name or "}"')
        name, position = _string(text, position)
        position = _skip(text, position)
        if text[position] != ":":
            raise _bad(text, position, '":"')
        found[name], position = _value(text, position + 1, depth + 1)
        position = _comma(text, position, "}")


def _array(text: str, position: int, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    while True:
        position = _skip(text, position)
        if text[position] == "]":
            return found, position + 1
        value, position = _value(text, position, depth + 1)
        found.append(value)
        position = _comma(text, position, "]")


def _comma(text: str, position: int, close: str) -> int:
    position = _skip(text, position)
    if text[position] == ",":
        return position + 1
    if text[position] != close:
        raise _bad(text, position, f'"," or "{close}"')
    return position


def _string(text: str, position: int) -> tuple[str, int]:
    if text[position] == '"':
        found = _STRING.match(text, position)
        if found is None:
            raise TruncatedJSON(f"the text ends inside a string: …{text[-60:]!r}")
        quoted = found[0]
    else:
        found = _QUOTED.match(text, position)
        if found is None:
            if not re.compile(r"'\s*[,:}\]]").search(text, position + 1):
                raise TruncatedJSON(f"the text ends inside a string: …{text[-60:]!r}")
            raise _bad(text, position, "a closing quote")
        inside = re.sub(r'\\.|"', _requoted, found[1], flags=re.DOTALL)
        quoted = f'"{inside}"'
    try:
        value = json.loads(quoted, strict=False)
    except ValueError as error:
        raise _bad(text, position, f"a JSON string ({error})") from error
    return str(value), found.end()


def _requoted(mark: re.Match[str]) -> str:
    """Inside single quotes `\\'` is an apostrophe and `"` needs no backslash; in JSON they swap."""
    return {"\\'": "'", '"': '\\"'}.get(mark[0], mark[0])
