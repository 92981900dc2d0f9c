"""The `malmoi` command: each subcommand is one hop to the function that does the work.

`malmoi synonyms …` and `malmoi opensearch …` stand in files of their own.

Nothing heavy is imported before a command runs, so that `malmoi --help` answers at once. An error
that is written for the user ends the program with status 1 and no traceback; Ctrl-C with 130.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from malmoi.cli.console import shown
from malmoi.cli.opensearch import app as opensearch
from malmoi.cli.synonyms import app as synonyms
from malmoi.core.errors import MalmoiError
from malmoi.core.version import installed_version

if TYPE_CHECKING:
    from malmoi.core.executors import Executor


class Commands(TyperGroup):
    """The group of commands, with the one place where errors become messages."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command, show what it logs, print a MalmoiError; Ctrl-C says how to go on."""
        try:
            with shown():
                return super().invoke(ctx)
        except MalmoiError as error:
            typer.echo(f"malmoi: {error}", err=True)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            typer.echo("malmoi: stopped; the same command resumes", err=True)
            raise typer.Exit(130) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Teaches small models what large ones know about words, and proves what was learned.",
)

app.add_typer(synonyms, name="synonyms")
app.add_typer(opensearch, name="opensearch")

OnOption = Annotated[
    Literal["ray"] | None,
    typer.Option(help="Where teachers write and documents are encoded: on a Ray cluster."),
]
RecipeArgument = Annotated[
    str, typer.Argument(metavar="RECIPE", help="A TOML file, or the name of a built-in recipe.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="TABLE.KEY=VALUE", help="Override a value; may be repeated."),
]


def executor_of(on: str | None) -> Executor:
    """The executor that `--on` names."""
    from malmoi.core.executors import LOCAL, RayExecutor

    return RayExecutor() if on == "ray" else LOCAL


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"malmoi {installed_version()}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """Read `.env` before any command, for the keys of paid endpoints."""
    from malmoi.core.env_file import read_env_file

    read_env_file()


@app.command()
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
    from malmoi.recipe import SearchRecipe, load

    resolved = load(recipe, overrides or [])
    folder = runs / resolved.name
    if isinstance(resolved, SearchRecipe):
        from malmoi.pipelines.search.pipeline import run_recipe

        run_recipe(resolved, folder, dry_run, executor_of(on))
    else:
        if on:
            raise typer.BadParameter(f"--on {on} is for search encoders; {resolved.name} is none")
        from malmoi.pipelines.mnemonics.pipeline import run_mnemonics

        run_mnemonics(resolved, folder, dry_run)


@app.command()
def status(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.")],
) -> None:
    """Show what a run has done, kept, rejected and spent."""
    from malmoi.cli.status import show_status

    show_status(run)


@app.command()
def corpus(recipe: RecipeArgument, overrides: SetOption = None) -> None:
    """Read a recipe's corpus and describe it."""
    from malmoi.corpora.readers import read
    from malmoi.recipe import SearchRecipe, load

    resolved = load(recipe, overrides or [])
    if not isinstance(resolved, SearchRecipe):
        raise typer.BadParameter(f"{resolved.name} has a word list, not a corpus")
    read(resolved.corpus)


@app.command()
def teachers() -> None:
    """List the teachers that a recipe can name."""
    from malmoi.teachers.presets import table

    typer.echo(table())


@app.command()
def evaluate(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A model's folder.")],
    data: Annotated[Path, typer.Option(metavar="BEIR_FOLDER", help="Corpus, queries and qrels.")],
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every figure to this file.")
    ] = None,
) -> None:
    """Measure a model beside its baselines."""
    from malmoi.encoder.evaluate import evaluate_folder

    evaluate_folder(model, data, json)


@app.command()
def index(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A model's folder.")],
    corpus: Annotated[
        Path,
        typer.Argument(metavar="CORPUS", help="A BEIR folder, or a JSONL, CSV or Parquet file."),
    ],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the index goes.")] = Path(
        "index"
    ),
    mirror: Annotated[
        bool, typer.Option("--mirror", help="Delete documents that the corpus no longer has.")
    ] = False,
    on: OnOption = None,
) -> None:
    """Encode a corpus into an index on disk."""
    from malmoi.retrieval.index.indexing import index_corpus

    index_corpus(model, corpus, out, mirror, executor_of(on))


@app.command()
def search(
    index: Annotated[Path, typer.Argument(metavar="INDEX", help="An index's folder.")],
    query: Annotated[str, typer.Argument(metavar="QUERY", help='As in "당뇨병 치료".')],
    top: Annotated[int, typer.Option(min=1, help="Number of results.")] = 10,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Search an index; show which tokens matched."""
    from malmoi.retrieval.index import commands

    commands.search(index, query, top, json)


@app.command()
def word(
    words: Annotated[list[str], typer.Argument(metavar="WORD…", help="As in obstinate.")],
) -> None:
    """Show what is known of an English word, each fact with its source."""
    from malmoi.cli.word import show_words

    show_words(words)


@app.command()
def claims(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="TSV or CSV with columns term and text.")
    ],
    json: Annotated[bool, typer.Option("--json", help="Print one object a line.")] = False,
) -> None:
    """Look up what texts say about words: supported, contradicted or unverified."""
    from malmoi.mnemonics.claims.claim_commands import check_file

    check_file(file, json)


@app.command()
def card(
    words: Annotated[list[str], typer.Argument(metavar="WORD…", help="As in obstinate.")],
    student: Annotated[
        Path | None,
        typer.Option(metavar="MODEL", help="A student's folder or GGUF (else: no model at all)."),
    ] = None,
    learner: Annotated[
        str, typer.Option(help="First language of the learner, en or ko: Korean keywords too.")
    ] = "en",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also write .apkg, .csv, .tsv or .md."),
    ] = None,
) -> None:
    """Write cards at once, from the lexicon's facts alone or with a trained student."""
    from malmoi.mnemonics.writer.card_command import write_cards

    write_cards(words, student, learner, out)


@app.command()
def review(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.")],
    reviewer: Annotated[str, typer.Option(help="Whose choices these are.")] = "me",
) -> None:
    """Choose between two mnemonics without knowing who wrote which; stop and go on at will."""
    from malmoi.mnemonics.judging.review import review as ask

    ask(run, reviewer)


def main() -> None:
    """Entry point of the `malmoi` command."""
    app()
