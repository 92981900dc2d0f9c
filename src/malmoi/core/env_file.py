"""Secrets from a `.env` file: `NAME=value` a line, for keys that no recipe may hold.

Values go into the environment of this process and nowhere else; they are never printed. What the
environment holds already wins, so that `NAME=… malmoi run …` does what it says.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from malmoi.core.errors import RecipeError

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")


def parse_env(text: str, source: str = ".env") -> dict[str, str]:
    """Names and values of a `.env` text.

    Blank lines, comments, `export` and quotes around a value are understood; ` #` begins a comment
    after a value without quotes. Nothing is expanded.

    Raises:
        RecipeError: a line is none of these; the message gives its number and not its text.
    """
    values = {}
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if not match:
            raise RecipeError(f"{source}, line {number}: expected NAME=value")
        name, value = match.groups()
        quoted = re.match(r"""(["'])(.*?)\1\s*(?:#.*)?$""", value)
        values[name] = quoted[2] if quoted else re.split(r"\s+#", value, maxsplit=1)[0].strip()
    return values


def read_env_file(path: Path = Path(".env")) -> list[str]:
    """Put the values of a `.env` file into the environment; return the names that were set."""
    if not path.is_file():
        return []
    values = parse_env(path.read_text(encoding="utf-8"), str(path))
    new = [name for name in values if name not in os.environ]
    os.environ.update({name: values[name] for name in new})
    return new
