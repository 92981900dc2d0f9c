from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.cli.review import review
from malmoi.core.errors import RunError


def test_a_name_that_can_name_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="can't name a reviewer"):
        review(tmp_path, "../me")
