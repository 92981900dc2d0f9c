from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.cli.claims import claims
from malmoi.core.errors import SourceError


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        claims(tmp_path / "nowhere.tsv")
