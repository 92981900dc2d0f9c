"""Several systems on the same queries: every figure with its interval, and tests between pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from malmoi.core.errors import SourceError
from malmoi.evaluation.metrics import METRICS, Qrels, Run, per_query
from malmoi.evaluation.significance import SEED, bootstrap, holm, page_of, permutation_p
from malmoi.recipe import EvaluationSection, fingerprint_part

HEADLINE = "nDCG@10"

Results = dict[str, Any]


def compare(
    runs: Mapping[str, Run],
    qrels: Qrels,
    languages: Mapping[str, str],
    against: Sequence[tuple[str, str]] = (),
    settings: EvaluationSection | None = None,
    tested: Sequence[str] = (HEADLINE,),
    seed: int = SEED,
) -> Results:
    """Score runs and test pairs of them.

    Every run is scored on all queries, one that it lacks as 0. Intervals and tests are clustered by
    page (`page_of`). Holm's correction is over all pairs, languages and tested metrics together.
    The same input gives the same output; all of it is JSON.

    A comparison's `verdict` is "gain" or "loss" where its interval excludes 0 *and* the corrected p
    is below 1 − level, else "no gain".

    Args:
        runs: what each system ranks, by its name.
        qrels: the judgements: query → document → grade.
        languages: each query to be scored → its language.
        against: pairs of runs (a, b): a is claimed to be better, differences are a − b.
        settings: metrics, level and numbers of resamples; the recipe's defaults where None.
        tested: the metrics that pairs are tested on; every metric has an interval.
        seed: of all resampling.

    Returns:
        {"settings", "queries": {language: n}, "pages": {language: n},
         "scores": {language: {run: {metric: {"mean", "low", "high"}}}},
         "comparisons": [{"language", "metric", "a", "b", "difference", "low", "high", "p",
         "p_holm", "verdict"}]}

    Raises:
        SourceError: a pair names a run that there is none of, or a query can't be scored.
    """
    settings = settings or EvaluationSection()
    if missing := {name for pair in against for name in pair} - set(runs):
        raise SourceError(f"no run is called {', '.join(sorted(missing))}; there are: {[*runs]}")
    queries: dict[str, list[str]] = {}
    for query in sorted(languages):
        queries.setdefault(languages[query], []).append(query)
    results: Results = {
        "settings": {**fingerprint_part(settings), "seed": seed, "tested": list(tested)},
        "queries": {language: len(names) for language, names in sorted(queries.items())},
        "pages": {},
        "scores": {},
        "comparisons": [],
    }
    for language, names in sorted(queries.items()):
        pages = page_of(qrels, names)
        results["pages"][language] = len(set(pages))
        values = {name: per_query(run, qrels, names) for name, run in runs.items()}

        def interval(of: Any, pages: list[str] = pages) -> dict[str, float]:
            return asdict(
                bootstrap(of, pages, settings.confidence_level, settings.bootstrap_samples, seed)
            )

        results["scores"][language] = {
            name: {metric: interval(values[name][metric]) for metric in METRICS} for name in runs
        }
        for a, b in against:
            for metric in tested:
                difference = interval(values[a][metric] - values[b][metric])
                p = permutation_p(
                    values[a][metric], values[b][metric], pages, settings.permutations, seed
                )
                results["comparisons"].append(
                    {"language": language, "metric": metric, "a": a, "b": b}
                    | {"difference": difference.pop("mean"), **difference, "p": p}
                )
    _correct(results["comparisons"], settings.confidence_level)
    return results


def _correct(comparisons: list[dict[str, Any]], level: float) -> None:
    """Add Holm's p and the verdict to each comparison."""
    corrected = holm([comparison["p"] for comparison in comparisons])
    for comparison, p in zip(comparisons, corrected, strict=True):
        comparison["p_holm"] = p
        sure = p < 1 - level
        if sure and comparison["low"] > 0:
            comparison["verdict"] = "gain"
        elif sure and comparison["high"] < 0:
            comparison["verdict"] = "loss"
        else:
            comparison["verdict"] = "no gain"


def score_rows(results: Results, language: str) -> tuple[list[str], list[list[object]]]:
    """Headers and rows of a language's table: a run a row, its headline with the interval."""
    rows: list[list[object]] = []
    for name, scores in results["scores"][language].items():
        head = scores[HEADLINE]
        cells = [f"{head['mean']:.3f} [{head['low']:.3f}, {head['high']:.3f}]"]
        cells += [f"{scores[metric]['mean']:.3f}" for metric in METRICS if metric != HEADLINE]
        rows.append([name, *cells])
    return ["", HEADLINE, *(metric for metric in METRICS if metric != HEADLINE)], rows


def comparison_rows(results: Results) -> tuple[list[str], list[list[object]]]:
    """Headers and rows of the comparisons, a test a row."""
    rows: list[list[object]] = [
        [
            f"{c['a']} − {c['b']}",
            c["language"],
            c["metric"],
            f"{c['difference']:+.3f} [{c['low']:+.3f}, {c['high']:+.3f}]",
            f"{c['p_holm']:.4f}",
            c["verdict"],
        ]
        for c in results["comparisons"]
    ]
    return ["", "queries", "metric", "difference", "p (Holm)", "verdict"], rows
