"""`malmoi run RECIPE`: a run and what came of it, or what it would do."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from malmoi.cli.console import table
from malmoi.cli.options import OnOption, RecipeArgument, SetOption, executor_of
from malmoi.cli.results import print_systems


def run(
    recipe: RecipeArgument,
    overrides: SetOption = None,
    runs: Annotated[Path, typer.Option(help="Folder that holds the runs.")] = Path("runs"),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and what it costs at most.")
    ] = False,
    on: OnOption = None,
) -> None:
    """Start a run, or resume it where it was stopped."""
    from malmoi.pipelines.run import run as run_recipe
    from malmoi.recipe import SearchRecipe, load

    resolved = load(recipe, overrides or [])
    is_search = isinstance(resolved, SearchRecipe)
    if on and not is_search:
        raise typer.BadParameter(f"--on {on} is for search encoders; {resolved.name} is none")
    if dry_run:
        rows = run_recipe(recipe, overrides or [], runs, dry_run=True)
        print_plan(rows, resolved.name)
        return
    results = run_recipe(recipe, overrides or [], runs, executor=executor_of(on))
    report = (runs / resolved.name / "report.html").resolve()
    if is_search:
        print_search(results, report)
        print_next(runs / resolved.name)
    else:
        print_mnemonics(results, report)


def print_plan(rows: Iterable[Sequence[object]], name: str) -> None:
    """Print what a run of that name would do."""
    table(["stage", "of", "how much"], rows, title=f"{name}: what would be done")


def print_search(results: Mapping[str, Any], report: Path | None = None) -> None:
    """Print each language's table, then what was learned and the report's path, on stdout."""
    from malmoi.evaluation.compare import HEADLINE
    from malmoi.reports import plots
    from malmoi.reports.page import count, fixed, percent, without_unknown
    from malmoi.reports.search import score_table, scored_languages

    known = without_unknown(results)
    level = percent(known.get("comparison", {}).get("settings", {}).get("level", 0.95))
    for language in scored_languages(known):
        shown = score_table(known, language)
        rows = [
            [
                plots.visible(row["name"]),
                f"{group['title']} ◀ best" if row["best"] else group["title"],
                row["interval"],
                fixed(row["scores"].get("hit@1", {}).get("mean")),
                fixed(row["scores"].get("Recall@100", {}).get("mean")),
                count(row["system"].get("document_dimensions", {}).get("mean")),
            ]
            for group in shown["groups"]
            for row in group["rows"]
        ]
        headers = ["", "", f"{HEADLINE} [{level}]", "hit@1", "Recall@100", "active dims"]
        title = f"{shown['title']} ({count(shown['queries'])} queries)"
        table(headers, rows, title=title)
    for sentence in known.get("verdicts", []):
        print(f"• {plots.visible(sentence)}")
    if synonyms := known.get("synonyms"):
        accepted, candidates = count(synonyms["accepted"]), count(synonyms["candidates"])
        teacher = plots.visible(synonyms.get("teacher", ""))
        print(f"• Synonyms: {accepted} of {candidates} pairs accepted. {teacher}".rstrip())
    if report is not None:
        print(f"\nReport: {report}")


def print_next(folder: Path) -> None:
    """Print how the encoder that a run made is searched with, if it made one."""
    models = (folder / f"student-{name}" / "model" for name in ("v2", "v1"))
    model = next(filter(Path.is_dir, models), None)
    corpus = folder / "beir"
    if model is not None and corpus.is_dir():
        print(f"To search: {shlex.join(['malmoi', 'index', str(model), str(corpus)])}")
        print("     then: malmoi search index QUERY")


def print_mnemonics(results: Mapping[str, Any], report: Path) -> None:
    """Print the evaluation's tables, what was learned, and the report's path."""
    from malmoi.reports import plots
    from malmoi.reports.page import without_unknown

    known = without_unknown(results)
    for shown in known.get("proof", {}).get("tables", []):
        print_systems(shown)
    for sentence in known.get("verdicts", []):
        print(f"• {plots.visible(sentence)}")
    print(f"\nReport: {report}")
