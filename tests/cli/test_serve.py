from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from malmoi.cli import app


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the server was started with."""
    calls: list[Any] = []
    monkeypatch.setattr("malmoi.web.server.serve", lambda *given: calls.append(given))
    return calls


def test_the_server_gets_what_was_named(started: list[Any], tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "manifest.json").write_text("{}")
    arguments = ["serve", "--runs", str(tmp_path), "--index", str(tmp_path / "index")]
    result = CliRunner().invoke(app, [*arguments, "--port", "0"])
    assert result.exit_code == 0, result.output
    ((settings, host, port, _),) = started
    assert (settings.runs, settings.indexes) == (tmp_path, (tmp_path / "index",))
    assert (host, port) == ("127.0.0.1", 0)


def test_what_is_not_there_is_said(started: list[Any], tmp_path: Path) -> None:
    for arguments, said in (
        (["--runs", str(tmp_path / "none")], "is no folder"),
        (["--runs", str(tmp_path), "--index", str(tmp_path)], "holds no index"),
    ):
        result = CliRunner().invoke(app, ["serve", *arguments])
        assert result.exit_code == 1
        assert said in result.output
    assert started == []
