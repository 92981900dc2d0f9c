"""The stages in which judges grade what student and base wrote, one for each model of `[judge]`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from malmoi.mnemonics.judging import judge, review
from malmoi.mnemonics.judging.pairs import Output, make_pairs
from malmoi.mnemonics.student.weights import DEFAULT_BASE
from malmoi.pipelines.lazy_teacher import LazyTeacher
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.pipelines.sources import named
from malmoi.recipe import TeacherSection, fingerprint_part
from malmoi.runs.run import Run, Stage
from malmoi.teachers.budget import Spending


def judge_outputs(context: MnemonicsContext, outputs: Stage) -> list[Stage]:
    """Stages `judged-1`, …: each judge's preferences and scores; a refused judge has none."""
    return [
        stage
        for number, section in enumerate(context.recipe.judge.models, 1)
        if (stage := _judged(context, outputs, number, section))
    ]


def _judged(
    context: MnemonicsContext, outputs: Stage, number: int, section: TeacherSection
) -> Stage:
    run, recipe = context.run, context.recipe
    depends = {"judge": fingerprint_part(section), "pairs": recipe.judge.pairs, "version": 1}
    sources = named(context.sources, f"judge.models.{number}")
    stage = run.stage(f"judged-{number}", depends, [outputs], sources)
    if stage.done:
        return stage
    written = [Output(**record) for record in outputs.records()]
    pairs = make_pairs(written, limit=recipe.judge.pairs, once=False, seed=recipe.seed)
    lazy = LazyTeacher(section, run.folder / "judges.sqlite", Spending())
    try:
        name = section.preset or section.model
        writers = [
            recipe.teacher.model or recipe.teacher.preset,
            recipe.student.base or DEFAULT_BASE,
        ]
        if admitted := judge.admitted({name: lazy.open()}, writers):
            stage.work(
                pairs,
                lambda pair: pair.id,
                lambda left: judge.outcomes(admitted[name], left, name),
                f"judge {name}",
            )
    finally:
        lazy.close()
    stage.finish(pairs=len(pairs))
    return stage


def aggregate(run: Run, stages: Sequence[Stage]) -> dict[str, Any]:
    """What judges and people chose, as results.json has it; {} of whom there is nothing."""
    people = review.aggregate(run.folder)
    records = [record for stage in stages for record in stage.records()]
    judged = judge.aggregate(records, review.choices(run.folder)) if records else {}
    return {"judge": judged, "people": people}
