from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.form import render
from malmoi.mnemonics.judging.judge import JudgedRecord
from malmoi.mnemonics.judging.pairs import BASE, STUDENT
from malmoi.pipelines.mnemonics import judging
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.recipe import MnemonicsRecipe
from malmoi.runs.run import Run, Stage
from tests.helpers.scripted_judge import rule_judge
from tests.helpers.scripted_teacher import ScriptedTeacher
from tests.helpers.typed_dicts import misfits

RECIPE = MnemonicsRecipe.model_validate(
    {"job": "mnemonics", "name": "toy", "judge": {"models": [{"preset": "gpt-oss-20b"}]}}
)


class Lazy:
    """A judge that is there at once; counts how often it was opened."""

    opened = 0
    judge = rule_judge(identity="gpt-oss-20b")

    def __init__(self, *_: object) -> None:
        pass

    def open(self) -> ScriptedTeacher:
        type(self).opened += 1
        return self.judge

    def close(self) -> None:
        pass


def outputs(run: Run) -> Stage:
    stage = run.stage("outputs", {})
    if not stage.done:
        stage.fill(
            {
                "system": system,
                "term": f"word{n}",
                "sense": f"word{n}.noun.1",
                "pos": "noun",
                "definition": "a thing",
                "text": render(Draft("semantics", "it means so", f"{said} word{n} sits.", "So.")),
            }
            for n in range(4)
            for system, said in ((STUDENT, "GOOD"), (BASE, "poor"))
        )
        stage.finish()
    return stage


def test_each_judge_has_a_stage_and_is_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "LazyTeacher", Lazy)
    for _ in range(2):
        with Run.open(tmp_path, RECIPE) as run:
            stages = judging.judge_outputs(MnemonicsContext(run, RECIPE, Lexicon()), outputs(run))
            found = judging.aggregate(run, stages)
    assert [stage.name for stage in stages] == ["judged-1"]
    assert len(stages[0].records()) == 4
    assert [misfits(record, JudgedRecord) for record in stages[0].records()] == [[]] * 4
    assert Lazy.opened == 1
    assert found["people"] == {}
    means = found["judge"]["scores"]
    assert means[STUDENT]["clarity"]["mean"] > means[BASE]["clarity"]["mean"]


def test_without_judges_nothing_is_asked(tmp_path: Path) -> None:
    recipe = MnemonicsRecipe(job="mnemonics", name="toy")
    with Run.open(tmp_path, recipe) as run:
        assert judging.judge_outputs(MnemonicsContext(run, recipe, Lexicon()), outputs(run)) == []
        assert judging.aggregate(run, []) == {"judge": {}, "people": {}}


def test_a_judge_of_the_bases_family_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "LazyTeacher", Lazy)
    monkeypatch.setattr(Lazy, "judge", rule_judge(identity="smollm2-1.7b"))
    with Run.open(tmp_path, RECIPE) as run:
        stages = judging.judge_outputs(MnemonicsContext(run, RECIPE, Lexicon()), outputs(run))
        assert stages[0].records() == []
