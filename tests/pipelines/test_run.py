from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import RecipeError
from malmoi.core.executors import RayExecutor
from malmoi.pipelines.run import run
from tests.helpers.small_corpus import small_recipe, write_recipe, write_small_corpus
from tests.helpers.small_run import write_list


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    data = write_small_corpus(tmp_path / "beir")
    tables: dict[str, Any] = {
        "glossary": {"enabled": False},
        "queries": {"enabled": False, "train": False},
        "encoder": {"neural": False},
    }
    return write_recipe(small_recipe(data, **tables), tmp_path / "mine.toml")


def test_a_plan_makes_nothing(recipe: Path, tmp_path: Path) -> None:
    rows = run(recipe, {"corpus.limit": 20}, tmp_path / "runs", dry_run=True)
    assert ["queries", "20 documents", "0 calls"] in [list(row) for row in rows]
    assert not (tmp_path / "runs").exists()


def test_overrides_are_values_or_texts(recipe: Path, tmp_path: Path) -> None:
    texts = run(recipe, ["corpus.limit=20"], tmp_path, dry_run=True)
    assert texts == run(recipe, {"corpus.limit": 20}, tmp_path, dry_run=True)
    with pytest.raises(RecipeError, match="has no key 'limt'; did you mean 'limit'"):
        run(recipe, {"corpus.limt": 20}, tmp_path, dry_run=True)
    with pytest.raises(RecipeError, match=r"corpus\.limit: saw '20' \(str\)"):
        run(recipe, {"corpus.limit": "20"}, tmp_path, dry_run=True)


def test_cards_are_written_on_one_machine(tmp_path: Path) -> None:
    words = write_list(tmp_path / "words.txt")
    recipe = tmp_path / "cards.toml"
    recipe.write_text(f'job = "mnemonics"\nname = "cards"\n[words]\npath = "{words}"\n')
    with pytest.raises(RecipeError, match="works on one machine; expected"):
        run(recipe, runs=tmp_path, executor=RayExecutor())
