from __future__ import annotations

from pathlib import Path

from malmoi.lexicon.lookup import Lexicon
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.recipe import MnemonicsRecipe
from malmoi.runs.run import Run

RECIPE = MnemonicsRecipe(job="mnemonics", name="toy")


def test_one_teacher_is_made_and_not_opened(tmp_path: Path) -> None:
    with Run.open(tmp_path, RECIPE) as run:
        context = MnemonicsContext(run, RECIPE, Lexicon())
        assert context.teacher is context.teacher
        assert not (tmp_path / "teacher.sqlite").exists()
