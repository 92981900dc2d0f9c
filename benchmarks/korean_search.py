"""The README's table, and what the run was hoped to reach, from a finished run's results.json.

malmoi run korean-search && python benchmarks/korean_search.py runs/korean-search
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

HEADLINE = "nDCG@10"
GROUPS = {
    "ko": "ko→ko nDCG@10",
    "en": "en→ko nDCG@10",
    "conversational": "ko→ko, conversational",  # not in runs of before there were such questions
}


def cell(score: dict[str, float]) -> str:
    """A mean with its interval."""
    return f"{score['mean']:.3f} [{score['low']:.3f}, {score['high']:.3f}]"


def markdown(results: dict[str, Any]) -> str:
    """A row for each system: languages, conversational questions, active dimensions."""
    scores = results["comparison"]["scores"]
    shown_groups = {name: title for name, title in GROUPS.items() if name in scores}
    lines = [
        f"| | {' | '.join(shown_groups.values())} | active dimensions |",
        f"|---|{'---|' * len(shown_groups)}---|",
    ]
    for name in scores["ko"]:
        dimensions = results["systems"][name].get("document_dimensions")
        shown = f"{dimensions['mean']:.0f}" if dimensions else "–"
        cells = " | ".join(cell(scores[group][name][HEADLINE]) for group in shown_groups)
        lines.append(f"| {name} | {cells} | {shown} |")
    return "\n".join(lines)


def difference(results: dict[str, Any], language: str, a: str, b: str) -> dict[str, Any]:
    """The comparison a − b on the queries of a language; empty where it was not made."""
    for test in results["comparison"]["comparisons"]:
        if (test["language"], test["a"], test["b"]) == (language, a, b):
            return dict(test)
    return {}


def targets(results: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """(what was hoped for, what was seen, whether it holds)."""
    scores = results["comparison"]["scores"]

    def mean(language: str, name: str) -> float:
        found = scores[language].get(name)
        return found[HEADLINE]["mean"] if found else float("nan")

    rows = [
        ("en→ko v2 ≥ .54", mean("en", "v2"), 0.54),
        ("ko→ko v2 ≥ .71", mean("ko", "v2"), 0.71),
        ("en→ko v2 + parallel ≥ .67", mean("en", "v2 + parallel"), 0.67),
    ]
    found = [(name, f"{seen:.3f}", seen >= least) for name, seen, least in rows]
    for name, language, a, b, least in (
        ("en→ko v2 − v1 ≥ .15", "en", "v2", "v1", 0.15),
        ("ko→ko v2 − v1: not below", "ko", "v2", "v1", None),
        ("ko→ko v2 − BM25F above 0", "ko", "v2", "BM25F", 0.0),
        ("ko→ko lexical v0 − BM25F: not below", "ko", "lexical v0", "BM25F", None),
        (
            "conversational lexical v0 − BM25F: not below",
            "conversational",
            "lexical v0",
            "BM25F",
            None,
        ),
        ("ko→ko v2 − v2 without neural above 0", "ko", "v2", "v2 without neural", 0.0),
        ("en→ko v2 + synonyms − v2 above 0", "en", "v2 + synonyms", "v2", 0.0),
        ("ko→ko v2 + synonyms − v2: not below", "ko", "v2 + synonyms", "v2", None),
        ("en→ko v2 − v2 without neural above 0", "en", "v2", "v2 without neural", 0.0),
    ):
        test = difference(results, language, a, b)
        if not test:
            continue
        seen = f"{test['difference']:+.3f} [{test['low']:+.3f}, {test['high']:+.3f}]"
        holds = {None: test["high"] >= 0, 0.0: test["low"] > 0}.get(
            least, test["difference"] >= (least or 0)
        )
        found.append((name, seen, holds))
    dimensions = results["systems"]["v2"]["document_dimensions"]["mean"]
    found.append(("50–400 active dimensions", f"{dimensions:.0f}", 50 <= dimensions <= 400))
    queries = results["teacher"]["queries"]
    share = queries["kept"] / max(queries["written"], 1)
    found.append(("half of the queries survive", f"{share:.0%}", share >= 0.5))
    return found


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path)
    results = json.loads((parser.parse_args().run / "results.json").read_text(encoding="utf-8"))
    print(markdown(results))
    print()
    for name, seen, holds in targets(results):
        print(f"{'yes' if holds else 'NO ':4} {name}: {seen}")
    print()
    print("\n".join(results["verdicts"]))


if __name__ == "__main__":
    main()
