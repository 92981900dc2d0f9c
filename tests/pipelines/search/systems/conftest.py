"""A run that is made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.pipelines.search.systems.collection import Collection, open_run
from tests.helpers.served_run import write_run


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run; tests must not change it."""
    return write_run(tmp_path_factory.mktemp("systems") / "small")


@pytest.fixture
def collection(run: Path) -> Collection:
    """Its systems, none of which is open yet."""
    return open_run(run)
