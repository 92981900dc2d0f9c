from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.core.errors import RecipeError
from malmoi.recipe import MnemonicsRecipe, SearchRecipe, load

JUDGES = """
job = "mnemonics"
name = "mine"
[[judge.models]]
preset = "gpt-oss-20b"
"""


def test_the_job_says_which_tables_there_are(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(JUDGES)
    recipe = load(file, ["words.limit=5"])
    assert isinstance(recipe, MnemonicsRecipe)
    assert recipe.words.limit == 5
    assert [judge.preset for judge in recipe.judge.models] == ["gpt-oss-20b"]
    file.write_text('name = "mine"')
    assert isinstance(load(file), SearchRecipe)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('job = "cards"\nname = "x"', "saw 'cards', expected one of search, mnemonics"),
        ('job = "mnemonics"\nname = "x"\n[corpus]\nlimit = 3', "no key 'corpus'"),
        ('job = "mnemonics"\nname = "x"\n[words]\nmin_levels = "B2"', "did you mean 'min_level'"),
        ('job = "mnemonics"\nname = "x"\n[words]\nepochs = 2', r"\[student\] has one"),
        ('job = "mnemonics"\nname = "x"\n[cards]\nlearner = "kr"', "expected 'en' or 'ko'"),
    ],
)
def test_wrong_tables_and_values_are_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "x.toml"
    file.write_text(text)
    with pytest.raises(RecipeError, match=message):
        load(file)
