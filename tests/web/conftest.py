"""A run that is made once, and a browser for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.helpers.served_run import client, write_run


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one finished run; tests must not change it."""
    folder = tmp_path_factory.mktemp("served") / "runs"
    write_run(folder / "small")
    return folder


@pytest.fixture
def browser(runs: Path, tmp_path: Path) -> TestClient:
    """A visitor with judgements of its own."""
    return client(runs, judgements=tmp_path / "judgements")
