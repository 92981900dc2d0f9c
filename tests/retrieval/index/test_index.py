from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.core.errors import MalmoiError
from malmoi.retrieval.index.index import Index, Match, Result


def test_a_contribution_is_the_product() -> None:
    assert Match("표", 2.0, 1.5).contribution == 3.0
    assert Match("표", 0.0, 1.5).contribution == 0.0


def test_a_result_can_be_compared_and_kept() -> None:
    result = Result(1, 3.0, "a", "제목", (Match("표", 2.0, 1.5),))
    assert result == Result(1, 3.0, "a", "제목", (Match("표", 2.0, 1.5),))
    assert sum(match.contribution for match in result.matches) == result.score


def test_there_is_nothing_to_search_in(tmp_path: Path) -> None:
    with pytest.raises(MalmoiError):
        Index.open(tmp_path)
