"""Stages whose files change, go, or were never looked at."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from malmoi.core.errors import RunError
from malmoi.runs.run import Run
from malmoi.runs.sources import Source
from malmoi.runs.states import gone, stale
from tests.helpers.toy_run import RECIPE, finish_toy


def source_at(path: Path) -> Source:
    return Source("corpus.path", path.name, {"": path} if path.is_file() else {})


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "docs.csv"
    path.write_text("old", encoding="utf-8")
    return path


def go(folder: Path, docs: Path, limit: int = 1) -> tuple[str, str, bool]:
    """A run of two stages that reads the file: their fingerprints, and whether both were done."""
    with Run.open(folder, RECIPE) as run:
        first = run.stage("first", {"limit": limit}, sources=[source_at(docs)])
        was_done = first.done
        finish_toy(first, 2)
        second = run.stage("second", {}, after=[first])
        was_done = was_done and second.done
        finish_toy(second, 2)
        return first.fingerprint, second.fingerprint, was_done


def test_a_changed_file_makes_its_stage_and_those_after_it_anew(
    tmp_path: Path, docs: Path, logged: pytest.LogCaptureFixture
) -> None:
    run = tmp_path / "run"
    old = go(run, docs)
    assert go(run, docs) == (*old[:2], True)
    logged.clear()
    docs.write_text("new", encoding="utf-8")
    new = go(run, docs)
    assert not new[2]
    assert set(old[:2]) & set(new[:2]) == set()
    assert "first: made anew, because docs.csv changed; what was there is kept" in logged.text
    assert "second: made anew, because after.first changed" in logged.text
    assert (run / f"first~{old[0]}" / "records.jsonl").is_file()
    assert go(run, docs) == (*new[:2], True)
    docs.write_text("old", encoding="utf-8")
    assert go(run, docs) == (*old[:2], True)
    assert "first: taken back from" in logged.text


def test_a_stage_without_files_says_nothing_of_them(tmp_path: Path, docs: Path) -> None:
    go(tmp_path / "run", docs)
    assert "sources" not in json.loads((tmp_path / "run/second/stage.json").read_text())


def test_a_finished_stage_outlives_its_file(
    tmp_path: Path, docs: Path, logged: pytest.LogCaptureFixture
) -> None:
    run = tmp_path / "run"
    old = go(run, docs)
    docs.unlink()
    logged.clear()
    assert go(run, docs) == (*old[:2], True)
    assert logged.text.count("docs.csv (corpus.path) is not there") == 1
    assert "the run goes on with what it has of it (first)" in logged.text
    assert gone(run, {"corpus.path": source_at(docs)}) == {"corpus.path": []}
    docs.write_text("new", encoding="utf-8")
    assert not go(run, docs)[2]


def test_a_stage_that_isnt_finished_needs_its_file(tmp_path: Path, docs: Path) -> None:
    run = tmp_path / "run"
    with Run.open(run, RECIPE) as opened:
        opened.stage("first", {"limit": 1}, sources=[source_at(docs)])
    docs.unlink()
    with pytest.raises(RunError, match=r"docs.csv .* and stage first has yet to read it"):
        go(run, docs)
    assert gone(run, {"corpus.path": source_at(docs)}) == {"corpus.path": ["first"]}


def test_a_stage_whose_recipe_changed_needs_its_file(tmp_path: Path, docs: Path) -> None:
    """And what was there stays where it was."""
    run = tmp_path / "run"
    old = go(run, docs)
    docs.unlink()
    with pytest.raises(RunError, match="put it back, or name another"):
        go(run, docs, limit=2)
    assert go(run, docs) == (*old[:2], True)


def older(tmp_path: Path, docs: Path) -> Path:
    run = tmp_path / "run"
    with Run.open(run, RECIPE) as opened:
        first = opened.stage("first", {"limit": 1})
        finish_toy(first, 2)
        finish_toy(opened.stage("second", {}, after=[first]), 2)
    return run


@pytest.mark.parametrize("there", [True, False])
def test_a_run_of_an_older_version_is_finished(
    tmp_path: Path, docs: Path, there: bool, logged: pytest.LogCaptureFixture
) -> None:
    """What its file holds is recorded, and counts from then on."""
    run = older(tmp_path, docs)
    first = json.loads((run / "first" / "stage.json").read_text())["fingerprint"]
    if not there:
        docs.unlink()
    assert go(run, docs)[2]
    assert "anew" not in logged.text
    docs.write_text("new", encoding="utf-8")
    assert go(run, docs)[2] is not there
    if there:
        docs.write_text("old", encoding="utf-8")
        assert go(run, docs)[0] == first


def test_a_file_that_changes_while_it_is_read_is_read_again(
    tmp_path: Path, docs: Path, logged: pytest.LogCaptureFixture
) -> None:
    run = tmp_path / "run"

    def reads(edit: Callable[[], object]) -> bool:
        with Run.open(run, RECIPE) as opened:
            stage = opened.stage("first", {}, sources=[source_at(docs)])
            was_done = stage.done
            edit()
            if not was_done:
                opened.confirm(stage, [source_at(docs)])
                finish_toy(stage, 2)
            return was_done

    assert not reads(lambda: docs.write_text("new", encoding="utf-8"))
    assert "docs.csv changed while it was read" in logged.text
    logged.clear()
    docs.write_text("old", encoding="utf-8")  # what was read may be of both
    assert not reads(lambda: None)
    assert reads(lambda: None)
    assert "while it was read" not in logged.text


def test_a_file_that_changes_while_the_run_is_at_work_is_said(
    tmp_path: Path, docs: Path, logged: pytest.LogCaptureFixture
) -> None:
    with Run.open(tmp_path / "run", RECIPE) as run:
        finish_toy(run.stage("first", {}, sources=[source_at(docs)]), 2)
        run.say_changes({"corpus.path": source_at(docs)})
        assert "at work" not in logged.text
        docs.write_text("new", encoding="utf-8")
        run.say_changes({"corpus.path": source_at(docs)})
    assert "docs.csv changed while this run was at work" in logged.text


def test_stages_that_would_be_made_anew_are_named_and_nothing_is_written(
    tmp_path: Path, docs: Path
) -> None:
    run = tmp_path / "run"
    go(run, docs)
    assert stale(run, {"corpus.path": source_at(docs)}) == {}
    docs.write_text("new", encoding="utf-8")
    before = (run / "sources.json").read_bytes()
    why = "docs.csv changed"
    assert stale(run, {"corpus.path": source_at(docs)}) == {"first": why, "second": why}
    assert (run / "sources.json").read_bytes() == before
    assert stale(tmp_path / "never", {}) == {}


def test_a_model_that_was_fetched_meanwhile_changes_nothing(tmp_path: Path) -> None:
    """Its revision isn't known before; another one is another model."""

    def opened(revision: str) -> tuple[str, bool]:
        source = Source("encoder.base", "org/name", model=True, revision=revision)
        with Run.open(tmp_path, RECIPE) as run:
            stage = run.stage("first", {}, sources=[source])
            done = stage.done
            finish_toy(stage, 2)
            return stage.fingerprint, done

    name, done = opened("")
    assert not done
    assert opened("a1") == (name, True)
    assert opened("") == (name, True)
    other, done = opened("b2")
    assert not done
    assert other != name
    assert opened("a1") == (name, True)


def test_what_this_run_fetched_is_what_it_was_made_with(tmp_path: Path) -> None:
    """The hub had another revision than the one that was here when the stage was begun."""

    def source(revision: str) -> Source:
        return Source("encoder.base", "org/name", model=True, revision=revision)

    with Run.open(tmp_path, RECIPE) as run:
        finish_toy(run.stage("first", {}, sources=[source("a1")]))
        run.say_changes({"encoder.base": source("b2")})
    with Run.open(tmp_path, RECIPE) as run:
        assert run.stage("first", {}, sources=[source("b2")]).done
    assert stale(tmp_path, {"encoder.base": source("c3")}) == {"first": "org/name changed"}


def test_paths_are_seen_from_where_a_run_is_started(
    tmp_path: Path, docs: Path, monkeypatch: pytest.MonkeyPatch, logged: pytest.LogCaptureFixture
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(docs.parent)
    go(tmp_path / "run", Path("docs.csv"))
    monkeypatch.chdir(elsewhere)
    assert go(tmp_path / "run", Path("docs.csv"))[2]
    assert f"docs.csv (corpus.path) is not there (seen from {elsewhere})" in logged.text


def test_what_was_begun_and_is_empty_isnt_kept(
    tmp_path: Path, docs: Path, logged: pytest.LogCaptureFixture
) -> None:
    """A file that couldn't be read and is mended leaves no folder behind for each attempt."""
    for text in ("broken", "still broken"):
        docs.write_text(text, encoding="utf-8")
        with Run.open(tmp_path / "run", RECIPE) as run:
            run.stage("first", {"limit": 1}, sources=[source_at(docs)])
    docs.write_text("mended", encoding="utf-8")
    go(tmp_path / "run", docs)
    assert not list((tmp_path / "run").glob("*~*"))
    assert "anew" not in logged.text


def test_names_that_are_no_text_are_said_and_kept(tmp_path: Path) -> None:
    """A folder from an old Korean system, with names in CP949."""
    folder = tmp_path / "docs"
    folder.mkdir()
    path = folder / os.fsdecode("한.txt".encode("cp949"))

    def opened() -> bool:
        files = {each.name: each for each in folder.iterdir()}
        with Run.open(tmp_path / "run", RECIPE) as run:
            stage = run.stage("first", {}, sources=[Source("corpus.path", "docs", files)])
            was_done = stage.done
            finish_toy(stage, 2)
            return was_done

    path.write_text("old")
    assert not opened()
    assert opened()
    path.write_text("new")
    files = {each.name: each for each in folder.iterdir()}
    why = stale(tmp_path / "run", {"corpus.path": Source("corpus.path", "docs", files)})["first"]
    assert why.encode("utf-8").endswith(b"\\udcc7\\udcd1.txt)")
    assert not opened()
