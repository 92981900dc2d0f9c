"""Where the Debian packages of the lexicon are, for tests that read the real ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.core.files import cache_folder
from malmoi.core.packages import apt


def lexicon_folder(package: str) -> Path:
    """The folder that holds `package`, fetched as malmoi does it; the test is skipped where it
    can't be had, with the reason and the remedy."""
    folder = cache_folder() / "lexicon"
    if reason := _missing(package, folder):
        pytest.skip(reason)
    return folder


@cache
def _missing(package: str, folder: Path) -> str:
    """Why there is no such package in `folder`; "" where there is. apt is asked once."""
    try:
        apt.find((package,), None, folder.name)
    except SourceError as error:
        return str(error)
    return ""
