"""A run of the mnemonic writer, from a word list to a report, in the order of the work.

    words → candidates → cards → splits → dataset
                                        → student → outputs → proof
                                                  → handover

Each stage is a function of the stages before it and of its part of the recipe; what is finished is
not done again. See `malmoi.runs.run`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.core.files import write_atomically
from malmoi.pipelines.duration import measured, spoken
from malmoi.pipelines.mnemonics import evaluation, judging, training
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.pipelines.mnemonics.estimate import estimate
from malmoi.pipelines.mnemonics.glossing import gloss_requests, write_glosses
from malmoi.pipelines.mnemonics.handover import hand_over
from malmoi.pipelines.mnemonics.results import Stages, assemble
from malmoi.pipelines.mnemonics.words import choose_words, finished_words, items
from malmoi.pipelines.mnemonics.writing import keep_cards, teacher_requests, write_candidates
from malmoi.pipelines.sources import changes, sources_of
from malmoi.recipe import MnemonicsRecipe
from malmoi.reports.mnemonics import write_report
from malmoi.reports.mnemonics_results import MnemonicsResults
from malmoi.runs.run import Run
from malmoi.runs.states import is_done
from malmoi.teachers.budget import Prices, upper_cost
from malmoi.teachers.presets import resolve

if TYPE_CHECKING:
    pass


def run_mnemonics(recipe: MnemonicsRecipe, folder: Path) -> MnemonicsResults:
    """Start or resume a run; its results, as results.json holds them.

    Raises:
        MalmoiError: what stopped it; the same command goes on from there.
    """
    from malmoi.lexicon.lookup import Lexicon

    lexicon = Lexicon.open(recipe.lexicon)
    with Run.open(folder, recipe) as run:
        results = _results(MnemonicsContext(run, recipe, lexicon))
        text = json.dumps(results, ensure_ascii=False, indent=1)
        write_atomically(folder / "results.json", text)
        write_report(results, folder / "report.html")
        run.say_changes(sources_of(recipe))
    return results


def plan_rows(recipe: MnemonicsRecipe, folder: Path | None = None) -> list[Sequence[object]]:
    """What a run would do, ask of its teacher, cost at most and take: (stage, of, how much).

    `folder` is the run's, perhaps begun already.
    """
    import tempfile

    from malmoi.lexicon.lookup import Lexicon

    lexicon, sources = Lexicon.open(recipe.lexicon), sources_of(recipe)
    gone = [source.key for source in sources.values() if folder and not source.files]
    if folder and "cards.prompts" in gone and is_done(folder, "candidates-teacher"):
        # As many calls as with the prompts that the run has asked with.
        cards = recipe.cards.model_copy(update={"prompts": "", "prompt": "few-shot"})
        recipe = recipe.model_copy(update={"cards": cards})
    asks_anki = recipe.words.when == "lapse" and not recipe.words.anki
    settled = asks_anki or {"words.path", "words.anki"} & {*gone}
    kept = finished_words(folder, recipe.words) if folder and settled else None
    if kept:
        asked = items(kept)
    else:
        with (
            tempfile.TemporaryDirectory() as place,
            Run.open(Path(place) / recipe.name, recipe) as run,
        ):
            asked = items(choose_words(run, recipe.words, lexicon))
    rows: list[Sequence[object]] = [["words", f"{len(asked):,} words and senses", ""]]
    if "lexicon" in recipe.cards.writers:
        rows.append(["lexicon writer", f"{len(asked):,} words", "no model"])
    teacher = resolve(recipe.teacher)
    calls = gloss_requests(recipe, asked, lexicon, bool(teacher.chat))
    by_stage = {"Korean glosses": list(calls)}
    if calls:
        rows.append(["Korean glosses", f"{len(asked):,} words", f"{len(calls):,} calls"])
    if "teacher" in recipe.cards.writers:
        written = [
            request
            for item in asked
            for request in teacher_requests(item, recipe.cards, lexicon, bool(teacher.chat))
        ]
        rows.append(["teacher", f"{len(asked):,} words", f"{len(written):,} calls"])
        by_stage["teacher"] = written
        calls += written
    if calls:
        prices = Prices(teacher.price_in, teacher.price_out)
        most = upper_cost(calls, prices, teacher.thinking_tokens, teacher.max_tokens)
        rows.append(
            ["at most", f"{most.tokens:,} tokens", f"{most.money:.2f} in the prices' currency"]
        )
    student = recipe.student
    rows.append(["student", f"SFT {student.epochs:g} epochs", f"GRPO {student.grpo_steps} steps"])
    rows.append(
        ["proof", f"{recipe.evaluation.words} held-out words", f"{len(recipe.judge.models)} judges"]
    )
    parts = estimate(recipe, len(asked), by_stage, measured())
    rows.append(["time", spoken(parts), "an estimate, of the whole run on this machine"])
    return rows + (changes(folder, sources) if folder else [])


def _results(context: MnemonicsContext) -> MnemonicsResults:
    run, recipe = context.run, context.recipe
    words = choose_words(
        run, recipe.words, context.lexicon, context.named("words.path", "words.anki")
    )
    with closing(context.teacher):
        glosses = write_glosses(context, words)
        written = write_candidates(context, words, glosses)
    cards = keep_cards(context, words, written, glosses)
    splits = training.split_words(context, words, cards)
    dataset = training.write_dataset(context, splits, cards, written)
    student = training.train_student(context, splits, cards)
    outputs = evaluation.write_outputs(context, words, splits, cards, student)
    proof = evaluation.evaluate_student(context, outputs, splits, cards)
    chosen = judging.aggregate(run, judging.judge_outputs(context, outputs))
    hand_over(context, cards, student)
    return assemble(
        context,
        Stages(words, written, cards, splits, dataset, student, outputs, proof),
        chosen,
    )
