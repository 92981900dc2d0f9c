from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.cli.status import status
from malmoi.core.errors import RunError
from malmoi.core.ledger import Outcome, Reject
from malmoi.runs.run import Run
from tests.helpers.toy_run import RECIPE


def test_status_shows_the_stages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Run.open(tmp_path, RECIPE) as run:
        stage = run.stage("queries", 1)
        reasons = ["too_short", "too_short", "copied"]
        rejects = [Reject({"q": n}, reason) for n, reason in enumerate(reasons)]
        stage.work([1], str, lambda _: iter([Outcome([{"q": 1}], rejects, 40, 2)]))
        stage.finish()
        run.stage("train", 1)
        status(tmp_path)
        seen = capsys.readouterr().out
    rows = [line.split() for line in seen.splitlines()]
    done = next(row for row in rows if row[:1] == ["queries"])
    assert done[:8] == ["queries", "done", "1", "of", "1", "1", "3", "42"]
    assert done[-1] == "GiB"
    assert ["train", "begun"] in [row[:2] for row in rows]
    assert "queries rejected: too_short 2, copied 1" in seen
    assert "Being written by process" in seen
    status(tmp_path)
    assert "Nobody is writing in it." in capsys.readouterr().out


def test_status_of_no_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no run"):
        status(tmp_path)
