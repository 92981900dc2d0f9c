"""The words of the interface, in English and Korean (messages.toml)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "ko": "한국어"}


@cache
def messages() -> dict[str, dict[str, str]]:
    """Key → language → text."""
    text = (Path(__file__).parent / "messages.toml").read_text(encoding="utf-8")
    return {key: {"en": en, "ko": ko} for key, (en, ko) in tomllib.loads(text).items()}


def text(key: str, language: str, /, **values: object) -> str:
    """A text of the interface with its values put in."""
    found = messages()[key][language]
    return found.format(**values) if values else found


def preferred(accepted: str) -> str:
    """The interface's language for a browser's `Accept-Language`."""
    for part in accepted.lower().split(","):
        language = part.split(";")[0].strip().split("-")[0]
        if language in LANGUAGES:
            return language
    return "en"
