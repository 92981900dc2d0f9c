from __future__ import annotations

from pathlib import Path

import pytest
import typer

from malmoi.cli.doctor import doctor, print_checks
from malmoi.core.errors import RecipeError
from malmoi.pipelines.doctor import Check

GOOD = Check("Python", True, "3.12", "not shown", needed=True)


def test_a_table_says_what_to_do_where_something_is_lacking(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_checks([GOOD, Check("malmoi[ray]", False, "no ray", "pip install 'malmoi[ray]'")])
    out, err = capsys.readouterr()
    assert "not shown" not in out
    assert "pip install 'malmoi[ray]'" in out
    assert err == ""


def test_status_one_where_something_needed_is_lacking(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(typer.Exit) as caught:
        print_checks([GOOD, Check("corpus", False, "not there", "Look for it.", needed=True)])
    assert caught.value.exit_code == 1
    assert capsys.readouterr().err == "malmoi: needed and lacking: corpus\n"


def test_a_recipe_is_read_with_its_overrides(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = tmp_path / "docs.toml"
    recipe.write_text('name = "n"\n[corpus]\nreader = "table"\npath = "none.csv"\n')
    with pytest.raises(typer.Exit):
        doctor(str(recipe), ["glossary.enabled=false", "queries.enabled=false"])
    out = capsys.readouterr().out
    assert "none.csv" in out
    assert "teacher" not in out.partition("none.csv")[2]
    with pytest.raises(RecipeError):
        doctor(str(tmp_path / "none.toml"))
