"""Several systems on the same queries: every figure with its interval, and tests between pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, NotRequired, TypedDict, cast

from malmoi.core.errors import SourceError
from malmoi.evaluation.metrics import METRICS, Qrels, Run, per_query
from malmoi.evaluation.significance import SEED, bootstrap, holm, page_of, permutation_p
from malmoi.recipe import EvaluationSection, fingerprint_part

HEADLINE = "nDCG@10"


class Figure(TypedDict):
    """A mean over queries with the ends of its interval."""

    mean: float
    low: float
    high: float


class PairedTest(TypedDict):
    """A paired test of run `a` against run `b`; the difference is a − b."""

    language: str
    metric: str
    a: str
    b: str
    difference: float
    low: float
    high: float
    p: float
    p_holm: float
    """Corrected for the number of tests."""
    verdict: str
    """"gain", "loss" or "no gain"."""


class Comparison(TypedDict):
    """Several systems on the same queries."""

    settings: dict[str, Any]
    queries: dict[str, int]
    """Language → queries."""
    pages: dict[str, int]
    """Language → pages that are relevant to them."""
    scores: dict[str, dict[str, dict[str, Figure]]]
    """Language → run → metric → its mean."""
    comparisons: list[PairedTest]


class Dimensions(TypedDict):
    """Active dimensions of a system's vectors, and how many vectors have none."""

    mean: float
    p5: float
    p50: float
    p95: float
    zero: float


class SystemFigures(TypedDict):
    """What a system is and what its vectors cost; what can't be computed is None."""

    description: str
    group: str
    """"ours", "baseline" or "ablation"."""
    document_dimensions: Dimensions | None
    query_dimensions: Dimensions | None
    flops: float | None
    index_bytes: int | None
    seconds: NotRequired[float]
    """Of a query with its embedding, where it takes any."""


def compare(
    runs: Mapping[str, Run],
    qrels: Qrels,
    languages: Mapping[str, str],
    against: Sequence[tuple[str, str]] = (),
    settings: EvaluationSection | None = None,
    tested: Sequence[str] = (HEADLINE,),
    seed: int = SEED,
) -> Comparison:
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
    results: Comparison = {
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

        def interval(scores: Any, pages: list[str] = pages) -> Figure:
            level, samples = settings.confidence_level, settings.bootstrap_samples
            return cast(Figure, asdict(bootstrap(scores, pages, level, samples, seed)))

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
                    {
                        "language": language,
                        "metric": metric,
                        "a": a,
                        "b": b,
                        "difference": difference["mean"],
                        "low": difference["low"],
                        "high": difference["high"],
                        "p": p,
                        "p_holm": p,
                        "verdict": "",
                    }
                )
    _correct(results["comparisons"], settings.confidence_level)
    return results


def joined(first: Comparison, second: Comparison) -> Comparison:
    """Both as one, the tests of each corrected for their own number; the settings are the first's.

    Their queries are of different languages (or of other groups, where a comparison has such).
    """
    return {
        "settings": first["settings"],
        "queries": first["queries"] | second["queries"],
        "pages": first["pages"] | second["pages"],
        "scores": first["scores"] | second["scores"],
        "comparisons": first["comparisons"] + second["comparisons"],
    }


def _correct(tests: list[PairedTest], level: float) -> None:
    """Correct the p of all tests for their number, and give the verdicts."""
    for test, p in zip(tests, holm([test["p"] for test in tests]), strict=True):
        test["p_holm"] = p
        sure = p < 1 - level
        if sure and test["low"] > 0:
            test["verdict"] = "gain"
        elif sure and test["high"] < 0:
            test["verdict"] = "loss"
        else:
            test["verdict"] = "no gain"


def score_rows(results: Comparison, language: str) -> tuple[list[str], list[list[object]]]:
    """Headers and rows of a language's table: a run a row, its headline with the interval."""
    rows: list[list[object]] = []
    for name, scores in results["scores"][language].items():
        head = scores[HEADLINE]
        cells = [f"{head['mean']:.3f} [{head['low']:.3f}, {head['high']:.3f}]"]
        cells += [f"{scores[metric]['mean']:.3f}" for metric in METRICS if metric != HEADLINE]
        rows.append([name, *cells])
    return ["", HEADLINE, *(metric for metric in METRICS if metric != HEADLINE)], rows


def comparison_rows(results: Comparison) -> tuple[list[str], list[list[object]]]:
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
