from __future__ import annotations

import json
from pathlib import Path

from malmoi.runs.run import Run
from malmoi.runs.sources import Source
from malmoi.runs.states import (
    depends_of,
    gone,
    is_done,
    kept_as,
    stage_folders,
    stale,
    state_of,
    versions,
)
from tests.helpers.toy_run import RECIPE, finish_toy


def source_at(path: Path) -> Source:
    return Source("corpus.path", str(path), {"": path} if path.is_file() else {})


def begin(folder: Path, docs: Path, *more: str, end: bool = True) -> None:
    """A run whose last stages may be left out."""
    with Run.open(folder, RECIPE) as run:
        first = run.stage("first", {"a": 1}, sources=[source_at(docs)])
        finish_toy(first)
        for name in more:
            run.stage(name, ["b"], [first], [source_at(docs)])
        if end:
            run.say_changes({"corpus.path": source_at(docs)})


def test_what_stages_say_of_themselves(tmp_path: Path) -> None:
    docs = tmp_path / "docs.csv"
    docs.write_text("old")
    begin(tmp_path / "run", docs, "second")
    run = tmp_path / "run"
    assert is_done(run, "first")
    assert not is_done(run, "second")
    assert not is_done(run, "third")
    assert depends_of(run, "first") == {"a": 1}
    assert depends_of(run, "second") == depends_of(run, "third") == {}
    assert state_of(run / "third") is None
    docs.write_text("new")
    begin(run, docs)
    assert [path.name for path in stage_folders(run)] == ["first", "second"]
    assert len(versions(run / "first")) == 2


def test_a_stage_that_the_recipe_has_no_more_isnt_made_anew(tmp_path: Path) -> None:
    """It is known when a run has come to its end without it."""
    docs, run = tmp_path / "docs.csv", tmp_path / "run"
    docs.write_text("old")
    begin(run, docs, "second")
    begin(run, docs, end=False)
    docs.write_text("new")
    sources = {"corpus.path": source_at(docs)}
    assert list(stale(run, sources)) == ["first", "second"]
    docs.write_text("old")
    begin(run, docs)
    docs.write_text("new")
    assert list(stale(run, sources)) == ["first"]
    docs.unlink()
    assert gone(run, {"corpus.path": source_at(docs)}) == {"corpus.path": []}


def test_a_finished_stage_keeps_the_version_that_it_was_made_with(tmp_path: Path) -> None:
    folder = tmp_path / "writer"
    folder.mkdir()
    state = {"name": "writer", "depends": {"version": 1}, "done": True}
    (folder / "stage.json").write_text(json.dumps(state), encoding="utf-8")
    assert kept_as(tmp_path, "writer", "version", 2) == 1
    assert kept_as(tmp_path, "writer", "prompt", "new") == "new"
    assert kept_as(tmp_path, "other", "version", 2) == 2
    (folder / "stage.json").write_text(json.dumps({**state, "done": False}), encoding="utf-8")
    assert kept_as(tmp_path, "writer", "version", 2) == 2
