from __future__ import annotations

from malmoi.cli.options import executor_of
from malmoi.core.executors import LOCAL, RayExecutor


def test_on_names_an_executor() -> None:
    assert executor_of(None) is LOCAL
    assert isinstance(executor_of("ray"), RayExecutor)
