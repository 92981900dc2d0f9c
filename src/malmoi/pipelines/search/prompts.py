"""Which prompts a teacher writes the best queries with: variants tried within a budget of calls.

    rows = plan_rows(recipe, folder, options)           # what it would cost
    choice = try_prompts(recipe, folder, options, out)  # files of the best prompts in `out`

Half of the calls goes to a first round of all variants on a sample of documents; the best of each
kind go on to a second round on other documents, beside the prompt as it is, and are chosen there.
Samples are of development documents alone. What was tried is kept in the run as the stages
`prompts-tried` and `prompts`: every prompt, its figures and examples, and the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from malmoi.core.errors import RecipeError
from malmoi.core.executors import LOCAL, Executor
from malmoi.core.ledger import Outcome
from malmoi.corpora.corpus import Document
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.prompt_choice import Choice, choose, write_choice
from malmoi.pipelines.search.prompt_evolution import evolve
from malmoi.pipelines.search.prompt_plan import (
    FINALISTS,
    Plan,
    PromptOptions,
    asks_of,
    make_plan,
)
from malmoi.pipelines.search.prompt_rounds import open_stage, setting_of, spent_on, write
from malmoi.recipe import SearchRecipe
from malmoi.runs.run import Run, Stage
from malmoi.synthesis.prompts import FOLDER, Prompt
from malmoi.synthesis.trials import Trial
from malmoi.synthesis.variants import Variant


def try_prompts(
    recipe: SearchRecipe,
    folder: Path,
    options: PromptOptions,
    out: Path,
    executor: Executor = LOCAL,
) -> Choice:
    """Try prompts, and write the best of each kind into `out`; a stopped trial is resumed.

    Args:
        recipe: its corpus, teacher and `[queries]`.
        folder: of its run, which keeps what was tried.
        options: the budget, and what is tried.
        out: folder of the prompts that were chosen.
        executor: where the teacher writes.

    Raises:
        RecipeError: the budget is too small, or `out` holds the prompts that are tried.
        MalmoiError: what stopped it; the same call goes on from there.
    """
    tried = Path(recipe.queries.prompts).expanduser() if recipe.queries.prompts else FOLDER
    if out.expanduser().resolve() == tried.resolve():
        raise RecipeError(
            f"{out} holds the prompts that are to be tried; choose another folder with --out"
        )
    with Run.open(folder, recipe) as run:
        context = SearchContext(run, recipe, executor)
        plan = make_plan(recipe, context.corpus, options)
        with closing(context.teacher):
            if options.optimiser == "gepa":
                first = evolve(context, plan, options.reflection)
            else:
                first = _round(context, plan, "prompts-tried", plan.variants, plan.first)
            best = finalists(plan, first.records())
            second = _round(context, plan, "prompts", best, plan.second, [first])
        choice = choose(second.records(), context.corpus.qrels, recipe)
        write_choice(choice, recipe, out)
    return choice


def finalists(plan: Plan, trials: Sequence[Trial]) -> list[Variant]:
    """Of each kind the prompt as it is and the best others, as the first round had them."""
    chosen = []
    for kind in plan.kinds:
        mine = sorted((t for t in trials if t["kind"] == kind), key=lambda t: -t["score"])
        found = [
            Variant(t["variant"], t["about"], Prompt.model_validate(t["prompt"])) for t in mine
        ]
        chosen += [variant for variant in found if variant.is_base]
        chosen += [variant for variant in found if not variant.is_base][:FINALISTS]
    return chosen


def _round(
    context: SearchContext,
    plan: Plan,
    name: str,
    tried: Sequence[Variant],
    documents: Sequence[Document],
    after: Sequence[Stage] = (),
) -> Stage:
    """A stage in which each variant is tried: a record with its figures, and the ledger.

    Args:
        context: the run's.
        plan: the development queries.
        name: of the stage.
        tried: the variants.
        documents: that all of them are tried on.
        after: stages that say which variants these are.
    """
    stage = open_stage(context, name, tried, documents, after)
    if stage.done:
        return stage
    setting = setting_of(context, plan)

    def outcomes(left: Iterable[Variant]) -> Iterator[Outcome]:
        for variant in left:
            asks = asks_of(context.recipe, variant, documents)
            replies = write(context.teacher, asks)
            trial, rejects = setting.judge(variant, asks, replies)
            yield Outcome([trial], rejects, *spent_on(replies))

    label = "second round" if after else "first round"
    stage.work(tried, lambda variant: variant.name, outcomes, label)
    stage.finish(variants=len(tried), documents=len(documents))
    return stage
