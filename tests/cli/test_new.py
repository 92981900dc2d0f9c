from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.cli.new import new
from malmoi.core.errors import RecipeError, SourceError
from malmoi.recipe import load


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs.csv").write_text("id,text\n1,여권을 발급합니다.\n", encoding="utf-8")
    return tmp_path


def test_the_recipe_lies_in_the_working_folder_and_is_named_on_stdout(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new("docs.csv")
    out, err = capsys.readouterr()
    assert out == "docs.toml\n"
    assert load("docs.toml").name == "docs"
    assert "fields: id = id, title = none, text = text, date = none" in err
    assert "note: no column looks like a title" in err
    assert "note: the data says no licence" in err
    assert "a run takes about " in err
    assert "(an estimate)" in err
    assert "written; read it, then: malmoi run docs.toml" in err


def test_a_recipe_is_replaced_only_when_told_to_and_that_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "docs.toml").write_text("mine")
    with pytest.raises(RecipeError, match="--overwrite"):
        new("docs.csv")
    assert (folder / "docs.toml").read_text() == "mine"
    new("docs.csv", overwrite=True)
    assert "replaced; read it" in capsys.readouterr().err
    new("docs.csv", out=folder / "inner" / "other.toml")
    assert load(folder / "inner" / "other.toml")


def test_a_near_miss_is_named(folder: Path) -> None:
    with pytest.raises(SourceError, match=r"did you mean 'docs\.csv'\?"):
        new("doc.csv")
