"""TOML as people save it: in whatever encoding, with Windows' paths in it."""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from malmoi.core.errors import RecipeError
from malmoi.text.encodings import encoding_of_bytes, other_file

logger = logging.getLogger(__name__)

PATHS = frozenset({"path", "prompts", "exemplars", "model", "base", "dense_model"})
"""Keys whose values may be paths."""
_ESCAPES = {"\t": r"\t", "\n": r"\n", "\r": r"\r", "\b": r"\b", "\f": r"\f", "\x1b": r"\e"}
_REMEDY = (
    "In double quotes a backslash begins an escape: write the path in single quotes or with "
    "forward slashes"
)
_BACKSLASH = re.compile(r'"[^"\n]*?\\[^"\n]*"')


def read_toml(file: Path) -> dict[str, Any]:
    """The values of a TOML file in UTF-8, UTF-16 (with or without a byte order mark) or CP949.

    Raises:
        RecipeError: it can't be read, or isn't TOML; where a Windows path is why, the message says
            how to write it.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise RecipeError(f"{file} can't be read: {error.strerror}. Check who may.") from None
    if what := other_file(data):
        raise RecipeError(f"{file} is {what}. Expected a recipe: a text file in TOML.")
    encoding, note = encoding_of_bytes(data)
    if not encoding:
        raise RecipeError(f"{file} is not TOML: {note}, nor is it CP949. Save it as UTF-8.")
    if note:
        logger.info(f"{file}: {note}")
    text = data.decode(encoding).removeprefix("\ufeff")
    try:
        # TOML knows only UTF-8's line ends; a lone CR is an old Mac's.
        return tomllib.loads(re.sub(r"\r(?!\n)", "\n", text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RecipeError(f"{file} is not TOML: {error}{_remedy(text, str(error))}") from None


def refuse_escapes(values: Mapping[str, Any], source: str, where: str = "") -> None:
    """Stop at a path that holds a tab or the like: `"C:\\temp"` is TOML, and no path.

    Raises:
        RecipeError: there is one; the message says how to write it.
    """
    for key, value in values.items():
        place = f"{where}.{key}" if where else key
        if isinstance(value, Mapping):
            refuse_escapes(value, source, place)
        elif key in PATHS and isinstance(value, str) and (escapes := set(value) & set(_ESCAPES)):
            meant = value
            for sign, written in _ESCAPES.items():
                meant = meant.replace(sign, written)
            seen = ", ".join(repr(sign)[1:-1] for sign in sorted(escapes))
            raise RecipeError(
                f"{source}: {place} holds {seen}, which no path does. {_REMEDY}, as in "
                f"{key} = {_shown(meant)}."
            )


def _remedy(text: str, error: str) -> str:
    """How to write the string with a backslash that stands on the line of an error, if one does."""
    place = re.search(r"at line (\d+)", error)
    lines = text.splitlines()
    line = lines[int(place[1]) - 1] if place and int(place[1]) <= len(lines) else ""
    written = _BACKSLASH.search(line)
    if not written:
        return ""
    return f". {_REMEDY}, as in {_shown(written[0].strip(chr(34)))}."


def _shown(path: str) -> str:
    path = path[:1] + path[1:].replace("\\\\", "\\")  # but for the two before a server's name
    return f"'{path}' or \"{path.replace(chr(92), '/')}\""
