"""Secrets from a `.env` file: `NAME=value` a line, for keys that no recipe may hold.

Values go into the environment of this process and nowhere else; they are never printed. What the
environment holds already wins, so that `NAME=… malmoi run …` does what it says. A command that
needs none of them must not fail because of the file: what can't be read is passed over and said.
"""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path
from typing import NamedTuple

from malmoi.text.encodings import decode_text, other_file

logger = logging.getLogger(__name__)

# Names with dots and hyphens are those of other programs.
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][\w.\-]*)\s*=\s*(.*)", re.ASCII)
_QUOTED = re.compile(r"""(["'])(.*?)\1\s*(?:#.*)?""")


class EnvFile(NamedTuple):
    """What a `.env` text holds: values by name, and the numbers of the lines that are no part."""

    values: dict[str, str]
    passed_over: list[int]


def parse_env(text: str) -> EnvFile:
    """Names and values of a `.env` text.

    Blank lines, comments, `export` and quotes around a value are understood; ` #` begins a comment
    after a value without quotes. A quoted value may go over several lines, as keys of certificates
    do. Nothing is expanded. Other lines are passed over.
    """
    values: dict[str, str] = {}
    passed_over: list[int] = []
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        line, start, at = lines[at].strip(), at, at + 1
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        value, more = _value(match[2], lines[at:]) if match else (None, 0)
        if match is None or value is None:
            passed_over.append(start + 1)
        else:
            values[match[1]] = value
            at += more
    return EnvFile(values, passed_over)


def _value(text: str, after: list[str]) -> tuple[str | None, int]:
    """A value without quotes and comment, None where its quote never closes; and the number of
    further lines that it goes over.
    """
    if quoted := _QUOTED.fullmatch(text):
        return quoted[2], 0
    if text[:1] not in {"'", '"'} or text[0] in text[1:]:
        return re.split(r"\s+#", text, maxsplit=1)[0].strip(), 0
    for more, line in enumerate(after, 1):
        if text[0] in line:
            rest, end = line.split(text[0], 1)
            closed = not end.strip() or end.lstrip().startswith("#")
            return ("\n".join([text[1:], *after[: more - 1], rest]), more) if closed else (None, 0)
    return None, 0


def read_env_file(path: Path = Path(".env")) -> list[str]:
    """Put the values of a `.env` file into the environment; return the names that were set.

    A file that is missing sets none; one that can't be read, or that has other lines, is said.
    """
    try:
        data = path.read_bytes() if path.is_file() else b""
    except OSError as error:
        logger.warning(f"{path} can't be read: {error.strerror}. It is passed over; check who may.")
        return []
    if what := other_file(data):
        logger.warning(f"{path} is {what}, not lines of NAME=value. It is passed over.")
        return []
    text, note = decode_text(data)
    if note:
        logger.info(f"{path}: {note}")
    values, passed_over = parse_env(text)
    if passed_over:
        numbers = ", ".join(map(str, passed_over[:5])) + ", …" * (len(passed_over) > 5)
        logger.warning(f"{path}: not NAME=value, passed over: line {numbers}")
    new = [name for name in values if name not in os.environ]
    return [name for name in new if _set(name, values[name])]


def _set(name: str, value: str) -> bool:
    try:
        os.environ[name] = value
    except ValueError:  # a NUL, or a letter that the system's encoding lacks
        logger.warning(f".env: the value of {name} can't be in an environment; passed over")
        return False
    return True
