from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer import BadParameter

from malmoi.cli.prompts import print_choice, prompts
from malmoi.pipelines.search import prompt_plan as pipeline
from malmoi.pipelines.search.prompt_choice import choose
from malmoi.recipe import SearchRecipe
from tests.pipelines.search.test_prompt_choice import QRELS, RECIPE, trial


def test_only_search_recipes_have_prompts_for_queries() -> None:
    with pytest.raises(BadParameter, match="no search queries"):
        prompts("mnemonics")


def test_a_dry_run_prints_the_plan_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given: list[Any] = []

    def rows(recipe: SearchRecipe, folder: Path, options: Any) -> list[Any]:
        given.append(options)
        return [["first round", "8 variants", "96 calls"]]

    monkeypatch.setattr(pipeline, "plan_rows", rows)
    prompts("korean-search", runs=tmp_path, calls=96, kind=["english"], dry_run=True)
    assert given == [pipeline.PromptOptions(calls=96, tokens=0, kinds=("english",))]
    assert "96 calls" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_the_recipes_lines_are_last_on_stdout(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tried = [trial("keywords/as it is", 0.0, 0.0), trial("keywords/more text", 0.1, 0.06)]
    print_choice(choose(tried, QRELS, RECIPE), tmp_path / "out", tmp_path / "run")
    out, err = capsys.readouterr()
    table = tomllib.loads(out[out.index("[queries]") :])
    assert table["queries"]["prompts"] == str(tmp_path / "out")
    assert "“more text” is better" in err
    assert "prompts-tried" in err
