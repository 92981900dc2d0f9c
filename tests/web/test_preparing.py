from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from malmoi.pipelines.search.relevance.session import Session
from malmoi.web.preparing import prepare
from malmoi.web.workspace import Settings, Workspace
from tests.helpers.served_run import DOCUMENTS


def test_pools_that_lack_are_made_and_a_finished_session_is_left(
    runs: Path, tmp_path: Path
) -> None:
    workspace = Workspace(Settings(runs))
    queries = ["행", "열", "표"]
    made = Session.create(tmp_path / "s", "small", ["v1"], 3, queries, DOCUMENTS[:2])
    thread = prepare(workspace, made)
    assert thread is not None
    thread.join(60)
    again = Session.open(tmp_path / "s")
    assert again.unpooled == []
    assert again.pools["q1"]["documents"]
    assert prepare(workspace, again) is None


def test_what_fails_is_logged_and_can_be_tried_again(
    runs: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = shutil.copytree(runs, tmp_path / "runs")
    workspace = Workspace(Settings(folder))
    made = Session.create(tmp_path / "s", "gone", ["v1"], 3, ["행"], [])
    thread = prepare(workspace, made)
    assert thread is not None
    thread.join(60)
    assert "can't be pooled: there is no collection 'gone' here" in caplog.text
    (folder / "small").rename(folder / "gone")
    thread = prepare(workspace, Session.open(tmp_path / "s"))
    assert thread is not None
    thread.join(60)
    assert Session.open(tmp_path / "s").unpooled == []
