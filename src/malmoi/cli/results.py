"""Results that several commands print, or write to a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malmoi.cli.console import table

if TYPE_CHECKING:
    from malmoi.evaluation.compare import Comparison


def print_comparison(results: Comparison) -> None:
    """Print what `compare` gave: a table for each language of queries, then the comparisons."""
    from malmoi.evaluation.compare import comparison_rows, score_rows

    level = f"{results['settings']['level']:.0%}"
    for language, count in results["queries"].items():
        pages = results["pages"][language]
        title = f"{count} queries ({language}) to {pages} pages, {level} intervals by page"
        table(*score_rows(results, language), title=title)
    if results["comparisons"]:
        table(*comparison_rows(results), title="Differences, paired tests by page")


def print_systems(shown: dict[str, Any]) -> None:
    """Print a table of `mnemonics.evaluation.report_table`: a measure a row, a system a column."""
    headers = ["", *shown["systems"]]
    if shown.get("tested"):
        headers += ["student − base", "p (Holm)"]
    rows = [
        [row["name"], *row["cells"]]
        + ([row["difference"], row["p"]] if shown.get("tested") else [])
        for row in shown["rows"]
    ]
    table(headers, rows, title=shown["title"])


def write_results(results: Mapping[str, Any], path: Path) -> None:
    """Write figures as a JSON file, atomically."""
    from malmoi.core.files import write_atomically

    write_atomically(path, json.dumps(results, ensure_ascii=False, indent=1) + "\n")
