"""A server that answers as AnkiConnect does, in front of a toy and of the real library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.anki_connect import AnkiServer, ToyAnki, real_server


@pytest.fixture(params=["toy", "real"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnkiServer]:
    if request.param == "toy":
        with AnkiServer(ToyAnki()) as made:
            yield made
    else:
        with real_server(tmp_path / "c.anki2") as made:
            yield made
