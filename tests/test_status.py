from __future__ import annotations

from pathlib import Path

import pytest
from toy_run import RECIPE

from malmoi.errors import RunError
from malmoi.run import Run
from malmoi.status import show_status


def test_status_shows_the_stages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Run.open(tmp_path, RECIPE) as run:
        stage = run.stage("queries", 1)
        stage.append({"q": 1})
        stage.reject({"q": 2}, "too_short")
        stage.reject({"q": 3}, "too_short")
        stage.reject({"q": 4}, "copied")
        stage.spend(tokens_in=40, tokens_out=2)
        stage.finish()
        run.stage("train", 1)
        show_status(tmp_path)
        seen = capsys.readouterr().out
    rows = [line.split() for line in seen.splitlines()]
    assert next(row for row in rows if row[:1] == ["queries"])[:5] == [
        "queries",
        "done",
        "1",
        "3",
        "42",
    ]
    assert ["train", "begun"] in [row[:2] for row in rows]
    assert "queries rejected: too_short 2, copied 1" in seen
    assert "Being written by process" in seen
    show_status(tmp_path)
    assert "Nobody is writing in it." in capsys.readouterr().out


def test_status_of_no_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no run"):
        show_status(tmp_path)
