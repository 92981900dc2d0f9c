"""Where the Debian packages of the lexicon are, for tests that read the real ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from malmoi import debian
from malmoi.errors import SourceError


def lexicon_folder(package: str) -> Path:
    """The folder that holds `package`; the test is skipped where it is not in malmoi's cache."""
    folder = debian.cache_folder() / "lexicon"
    try:
        debian.find((package,), folder, "lexicon")
    except SourceError:
        pytest.skip(f"{package} is not in {folder}: run `apt-get download {package}` there")
    return folder
