"""schemathesis asks the API what its OpenAPI document allows, and what it doesn't."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from malmoi.web.api import CALLS
from malmoi.web.app import application
from malmoi.web.workspace import Settings


@pytest.fixture(scope="module")
def described(runs: Path) -> Any:
    """The document, as it is served."""
    schemathesis = pytest.importorskip("schemathesis", reason="pip install 'malmoi[dev]'")
    return schemathesis.openapi.from_asgi("/api/openapi.json", application(Settings(runs)))


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["POSITIVE", "NEGATIVE"])
@pytest.mark.parametrize("path", [call.path for call in CALLS])
def test_schemathesis_finds_nothing(described: Any, path: str, mode: str) -> None:
    from schemathesis import GenerationMode

    operation = described[path]["GET"]
    if mode == "NEGATIVE" and not list(operation.query):
        pytest.skip("it has no parameters that could be wrong")
    asked = []

    # Its own plugin for pytest doesn't work with pytest 9 (schemathesis 4.32.5).
    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=GenerationMode[mode]))
    def ask(case: Any) -> None:
        asked.append(case.call_and_validate().status_code)

    ask()
    assert asked
    assert 500 not in asked
