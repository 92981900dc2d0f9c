from __future__ import annotations

import pytest

from malmoi.pipelines.doctor.teachers import teachers_of
from malmoi.recipe import MnemonicsRecipe, Recipe, SearchRecipe, TeacherSection

OFF = {"enabled": False}
JUDGE = TeacherSection(preset="gpt-oss-20b")


@pytest.mark.parametrize(
    ("recipe", "names"),
    [
        (SearchRecipe(name="a"), ["teacher"]),
        (SearchRecipe.model_validate({"name": "a", "glossary": OFF, "queries": OFF}), []),
        (MnemonicsRecipe(job="mnemonics", name="a"), []),
        (
            MnemonicsRecipe.model_validate(
                {
                    "job": "mnemonics",
                    "name": "a",
                    "cards": {"writers": ["teacher"]},
                    "judge": {"models": [JUDGE]},
                }
            ),
            ["teacher", "judge 1"],
        ),
        (
            MnemonicsRecipe.model_validate(
                {"job": "mnemonics", "name": "a", "cards": {"learner": "ko"}}
            ),
            ["teacher"],
        ),
    ],
)
def test_those_that_are_asked_are_named(recipe: Recipe, names: list[str]) -> None:
    assert [name for name, _ in teachers_of(recipe)] == names
