from __future__ import annotations

from malmoi.cli.options import executor_of, named
from malmoi.core.executors import LOCAL, RayExecutor


def test_on_names_an_executor() -> None:
    assert executor_of(None) is LOCAL
    assert isinstance(executor_of("ray"), RayExecutor)


def test_only_what_was_named_is_passed_on() -> None:
    assert named(id_field=None, title_field="", text_field="본문") == {
        "title_field": "",
        "text_field": "본문",
    }
