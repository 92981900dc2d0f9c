"""`malmoi synonyms …`: Korean–English synonyms that can be trusted."""

from __future__ import annotations

import json as json_format
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from malmoi.cli.console import say
from malmoi.cli.console import table as print_table
from malmoi.cli.results import print_comparison, write_results

if TYPE_CHECKING:
    from malmoi.corpora.corpus import Corpus
    from malmoi.synonyms.enhance import Enhanced
    from malmoi.synonyms.formats.analyzers import Finding
    from malmoi.synonyms.formats.solr import Rule
    from malmoi.synonyms.sources.candidates import Pair
    from malmoi.synonyms.verification.verify import Verdict

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Korean–English synonyms, verified."
)

PackagesOption = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Where the Debian packages are (else: fetched with apt)."),
]
RunOption = Annotated[
    Path | None,
    typer.Option(metavar="RUN", help="A run whose aligned text is evidence (else: help pages)."),
]
UrlOption = Annotated[
    str | None,
    typer.Option(metavar="URL", help="A cluster whose nori reads the entries (else: kiwi)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
TableArgument = Annotated[
    Path, typer.Argument(metavar="TABLE", help="synonyms.jsonl, or the folder that holds it.")
]


@app.command()
def make(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run of the search encoder.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the files go beside RUN/synonyms.")
    ] = None,
    packages: PackagesOption = None,
    url: UrlOption = None,
) -> None:
    """Discover pairs in a run's corpus, verify them, write synonyms.txt and its table."""
    from malmoi.pipelines.search.synonym_stages import make_file

    make_file(run, out, packages, url)


@app.command()
def verify(
    pairs: Annotated[
        Path, typer.Argument(metavar="PAIRS", help="TSV or CSV with columns korean and english.")
    ],
    run: RunOption = None,
    json: JsonOption = False,
    teacher: Annotated[
        str,
        typer.Option(
            metavar="PRESET", help="Also ask this teacher, if it helps on labelled pairs."
        ),
    ] = "",
    packages: PackagesOption = None,
) -> None:
    """Say of each pair of a file whether it is a synonym, how surely, and why."""
    from malmoi.recipe import TeacherSection
    from malmoi.synonyms.formats import pair_files
    from malmoi.synonyms.verifying import verdicts_on

    section = TeacherSection(preset=teacher) if teacher else None
    corpus = _aligned_text(run)
    print_verdicts(verdicts_on(pair_files.read(pairs), corpus, section, packages), as_json=json)


@app.command()
def enhance(
    dictionary: Annotated[Path, typer.Argument(metavar="FILE", help="A Solr synonyms file.")],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the files go.")],
    run: RunOption = None,
    proposals: Annotated[
        Path | None, typer.Option(metavar="TABLE", help="Verified pairs to add from.")
    ] = None,
    packages: PackagesOption = None,
    url: UrlOption = None,
) -> None:
    """Verify a dictionary's entries, drop the rejected ones, propose others."""
    from malmoi.synonyms import files
    from malmoi.synonyms.verifying import verdicts_on

    corpus = _aligned_text(run)

    def verify(pairs: Sequence[Pair]) -> list[Verdict]:
        if not pairs:
            return []
        return verdicts_on([(p.korean, p.english) for p in pairs], corpus, None, packages)

    proposed = files.read_table(proposals) if proposals else []
    enhanced = files.enhance_file(dictionary, out, verify, proposed)
    print_enhanced(enhanced)
    say(f"{out / files.RULES}: {len(enhanced.rules)} rules")
    files.check(enhanced.rules, url)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A Solr synonyms file.")],
    url: UrlOption = None,
    json: JsonOption = False,
) -> None:
    """Warn of entries that the analyzer splits, drops or mixes up."""
    from malmoi.synonyms import files
    from malmoi.synonyms.formats import solr

    rules = solr.read(file)
    print_findings(files.check(rules, url), len(rules), as_json=json)


@app.command()
def export(
    table: TableArgument,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the data set goes.")],
    name: Annotated[str, typer.Option(help="Name of the data set.")] = "korean-english-synonyms",
    licence: Annotated[str, typer.Option(help="Licence of the data set, an SPDX name.")] = "other",
) -> None:
    """Write the pairs as a Hugging Face data set: Parquet and a card."""
    from malmoi.synonyms import dataset
    from malmoi.synonyms.files import read_table

    counts = dataset.export(out, read_table(table), name, licence)
    say(f"{out}: {counts['accepted']} accepted pairs, {counts['rejected']} rejected")


@app.command()
def use(
    table: TableArgument,
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A model's or index's folder.")],
    scale: Annotated[
        float, typer.Option(min=0, help="Weight of an expansion beside the word itself.")
    ] = 0.75,
) -> None:
    """Expand the queries of a model or an index with the pairs."""
    from malmoi.synonyms.apply import expand_queries
    from malmoi.synonyms.files import read_table

    expansion = expand_queries(read_table(table), model, scale)
    say(f"{model}: queries are expanded by {len(expansion)} terms")


@app.command()
def effect(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A finished run.")],
    table: TableArgument,
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every figure to this file.")
    ] = None,
) -> None:
    """Measure what the pairs in queries do to nDCG@10 of BM25F and of the encoder."""
    from malmoi.pipelines.search.synonym_bench import read_bench
    from malmoi.pipelines.search.synonym_effect import effects
    from malmoi.synonyms.files import read_table

    verdicts = read_table(table)
    results = effects(read_bench(run), verdicts)
    print_comparison(results["comparison"])
    for system, chosen in results["chosen"].items():
        say(f"{system}: {chosen}")
    if json is not None:
        write_results(results, json)


def _aligned_text(run: Path | None) -> Corpus | None:
    from malmoi.pipelines.search.context import aligned_text

    return aligned_text(run) if run is not None else None


def print_verdicts(verdicts: Sequence[Verdict], as_json: bool = False) -> None:
    """Print a verdict a line: a table, or JSON Lines."""
    if as_json:
        from malmoi.core.files import to_line

        for verdict in verdicts:
            sys.stdout.write(to_line(verdict.record()))
        return
    headers = ["korean", "english", "probability", "accepted", "direction", "evidence"]
    print_table(headers, [_row(verdict) for verdict in verdicts])
    say(f"{sum(verdict.accepted for verdict in verdicts)} of {len(verdicts)} pairs accepted")


def _row(verdict: Verdict) -> list[str]:
    said = ", ".join(dict.fromkeys(e.source.split()[0] for e in verdict.evidence if e.value > 0))
    accepted = "yes" if verdict.accepted else "no"
    return [
        verdict.korean,
        verdict.english,
        f"{verdict.probability:.3f}",
        accepted,
        verdict.direction if verdict.accepted else "",
        said or "none",
    ]


def print_enhanced(found: Enhanced, most: int = 10) -> None:
    """Say on standard error how many entries were dropped, changed and added, and which."""
    rejected = {(v.korean, v.english): v.probability for v in found.verdicts if not v.accepted}
    for name, lines in (
        ("dropped", [f"{r.line()}{_why(r, rejected)}" for r in found.dropped]),
        (
            "changed",
            [
                f"{old.line()}  →  {'; '.join(r.line() for r in new)}{_why(old, rejected)}"
                for old, new in found.changed
            ],
        ),
        ("not verified (one language alone)", [r.line() for r in found.unverified]),
        ("added", [f"{v.korean}, {v.english} ({v.probability:.2f})" for v in found.added]),
    ):
        say(f"{len(lines)} entries {name}{':' if lines else ''}")
        for line in lines[:most]:
            say(f"    {line}")
        if len(lines) > most:
            say(f"    … and {len(lines) - most} more")


def _why(rule: Rule, rejected: Mapping[tuple[str, str], float]) -> str:
    """The rejected pairs of a rule with their probabilities."""
    from malmoi.synonyms.formats.solr import pairs_of

    pairs = [(k, e) for k, e, _ in pairs_of(rule) if (k, e) in rejected]
    return f"  [{', '.join(f'{k}–{e}: {rejected[k, e]:.2f}' for k, e in pairs)}]"


def print_findings(findings: Sequence[Finding], rules: int, as_json: bool = False) -> None:
    """Print what an analyzer does to entries of a dictionary with so many rules, one a line."""
    if as_json:
        for f in findings:
            row = {"rule": f.rule.line(), "term": f.term, "problem": f.problem}
            print(
                json_format.dumps(row | {"tokens": f.tokens, "other": f.other}, ensure_ascii=False)
            )
        return
    from malmoi.synonyms.formats.analyzers import PROBLEMS

    rows = [
        [f.rule.line(), f.term, " + ".join(f.tokens), PROBLEMS[f.problem], f.other]
        for f in findings
    ]
    if rows:
        print_table(["rule", "term", "tokens", "what is wrong", "with"], rows)
    say(f"{rules} rules, {len({f.rule for f in findings})} of them to be looked at")
