from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from malmoi.core.errors import RunError, SourceError
from malmoi.web.workspace import Settings, Workspace, default_pair
from tests.helpers.served_run import write_index, write_state


def test_runs_and_what_can_be_searched(runs: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(runs, tmp_path / "runs")
    shutil.copytree(folder / "small", folder / "young")
    write_state(folder / "young" / "corpus", 1, done=False)
    (folder / "broken").mkdir()
    (folder / "broken" / "recipe.json").write_text("{")
    (folder / "other").mkdir()
    workspace = Workspace(Settings(folder))
    assert [run.name for run in workspace.runs()] == ["small", "young"]
    assert list(workspace.collections()) == ["small"]
    assert workspace.run("small") is not None
    assert workspace.run("../small") is None


def test_no_name_leads_out_of_the_folder(runs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / "link").symlink_to(runs / "small")
    workspace = Workspace(Settings(folder))
    assert workspace.runs() == []
    for name in ("link", "../runs/small", str(runs / "small"), "", ".", "small\x00"):
        with pytest.raises(SourceError, match="no collection"):
            workspace.collection(name)


@pytest.mark.parametrize("line", ["{", '{"item": 1}', "[]", '{"id": 1, "title": 2}'])
def test_a_corpus_that_is_damaged_is_said(runs: Path, tmp_path: Path, line: str) -> None:
    folder = shutil.copytree(runs, tmp_path / "runs")
    (folder / "small" / "corpus" / "records.jsonl").write_text(f"{line}\n")
    with pytest.raises(RunError, match="can't be opened"):
        Workspace(Settings(folder)).collection("small")


def test_a_collection_is_opened_once_and_again_when_it_has_changed(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("malmoi.web.workspace.TRUSTED", 60.0)
    folder = shutil.copytree(runs, tmp_path / "runs")
    workspace = Workspace(Settings(folder))
    first = workspace.collection("small")
    assert workspace.collection("small") is first
    shutil.rmtree(folder / "small" / "student-v1")
    assert workspace.collection("small") is first, "not looked at again yet"
    monkeypatch.setattr("malmoi.web.workspace.TRUSTED", 0.0)
    again = workspace.collection("small")
    assert again is not first
    assert "v1" not in again.systems


@pytest.mark.parametrize(
    ("systems", "pair"),
    [
        (("BM25F", "v2", "v1"), ("v2", "v1")),
        (("BM25F", "v2"), ("v2", "BM25F")),
        (("BM25F",), ("BM25F", "BM25F")),
        (("tokens", "tokens + dense"), ("tokens", "tokens + dense")),
    ],
)
def test_what_is_compared_unless_told_otherwise(
    systems: tuple[str, ...], pair: tuple[str, str]
) -> None:
    assert default_pair(systems) == pair


def test_indexes_stand_beside_runs_under_a_name_of_their_own(runs: Path, tmp_path: Path) -> None:
    index = write_index(tmp_path / "small", runs / "small")
    workspace = Workspace(Settings(runs, (index,)))
    assert workspace.collections() == {"small": runs / "small", "small-index": index}
    opened = workspace.collection("small-index")
    assert opened.systems == ("tokens",)
    assert workspace.collection("small").has_texts
