"""`malmoi prompts RECIPE`: which prompts the teacher writes the best queries with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from malmoi.cli.console import say, table
from malmoi.cli.options import OnOption, RecipeArgument, SetOption, executor_of

if TYPE_CHECKING:
    from malmoi.pipelines.search.prompt_choice import Choice


def prompts(
    recipe: RecipeArgument,
    overrides: SetOption = None,
    runs: Annotated[Path, typer.Option(help="Folder that holds the runs.")] = Path("runs"),
    out: Annotated[
        Path | None, typer.Option(help="Folder for the chosen prompts (RUNS/NAME-prompts).")
    ] = None,
    calls: Annotated[int, typer.Option(min=1, help="Replies to ask for, at most.")] = 1200,
    tokens: Annotated[
        int, typer.Option(min=0, help="Tokens, prompt and reply, at most (0: no limit).")
    ] = 0,
    kind: Annotated[
        list[str] | None, typer.Option(help="Try this kind only; may be repeated.")
    ] = None,
    optimiser: Annotated[
        Literal["variants", "gepa"],
        typer.Option(help="Try this package's variants, or let GEPA rewrite the instructions."),
    ] = "variants",
    reflection_url: Annotated[
        str, typer.Option(help="Endpoint of the model that rewrites (none: the recipe's teacher).")
    ] = "",
    reflection_model: Annotated[str, typer.Option(help="Its model.")] = "",
    reflection_key_env: Annotated[
        str, typer.Option(help="Environment variable that holds its key.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be tried, and what it costs at most.")
    ] = False,
    on: OnOption = None,
) -> None:
    """Try prompts, exemplars and kinds of queries on some documents, and choose the best."""
    from malmoi.cli.run import print_plan
    from malmoi.pipelines.search.prompt_plan import PromptOptions, plan_rows
    from malmoi.pipelines.search.prompts import try_prompts
    from malmoi.recipe import SearchRecipe, TeacherSection, load

    resolved = load(recipe, overrides or [])
    if not isinstance(resolved, SearchRecipe):
        raise typer.BadParameter(f"{resolved.name} writes no search queries")
    folder = runs / resolved.name
    reflection = None
    if reflection_url or reflection_model:
        reflection = TeacherSection(
            preset="",
            kind="http",
            url=reflection_url or resolved.teacher.url,
            model=reflection_model,
            api_key_env=reflection_key_env,
        )
    options = PromptOptions(calls, tokens, tuple(kind or ()), optimiser, reflection)
    if dry_run:
        print_plan(plan_rows(resolved, folder, options), resolved.name)
        return
    chosen = out or runs / f"{resolved.name}-prompts"
    choice = try_prompts(resolved, folder, options, chosen, executor_of(on))
    print_choice(choice, chosen, folder)


def print_choice(choice: Choice, out: Path, folder: Path) -> None:
    """Print the second round, what was found, and the recipe's lines (these alone on stdout)."""
    from malmoi.pipelines.search.prompt_choice import fragment, sentences, trial_rows

    table(*trial_rows(choice), title="The second round, on documents of development")
    for sentence in sentences(choice):
        say(f"• {sentence}")
    say(f"All that was tried: {folder}/prompts-tried, {folder}/prompts (records.jsonl)")
    say("For the recipe:")
    print(fragment(choice, out), end="")
