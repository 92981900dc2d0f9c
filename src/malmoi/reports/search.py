"""The report of a run: `report.html` for people.

`results` is what a run's `results.json` holds (`search_results.py`); `search.html` beside this file
names every part that it shows. Every part may be missing, empty or None: its section is then left
out, or says so. Most text in it was written by models, so all of it is escaped, and nothing on the
page runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from malmoi.core.files import write_atomically
from malmoi.evaluation.compare import HEADLINE
from malmoi.evaluation.metrics import METRICS
from malmoi.reports import plots
from malmoi.reports.page import (
    Results,
    fixed,
    is_number,
    recipe_text,
    render_page,
    without_unknown,
)
from malmoi.reports.search_results import CONVERSATIONAL, SearchResults

TEMPLATE = Path(__file__).with_name("search.html")
GROUPS = {
    "ours": "Malmoi",
    "hybrid": "With a dense model at query time",
    "baseline": "Baselines",
    "ablation": "Ablations",
    "": "Others",
}
LANGUAGES = {
    "ko": "Korean queries → Korean pages",
    "en": "English queries → Korean pages",
    CONVERSATIONAL: "Conversational questions → Korean pages",
}
ASKED = "held-out queries that people wrote"
ASKED_IN_TALK = "questions in spoken Korean, which nothing was trained, chosen or filtered by"
CURVES = {
    "loss": ("Loss", "training loss"),
    "dev_ko": ("Development nDCG@10, Korean queries", "nDCG@10, 0 to 1"),
    "dev_en": ("Development nDCG@10, English queries", "nDCG@10, 0 to 1"),
    "document_dimensions": ("Active dimensions of a document", "non-zero weights"),
    "flops": ("FLOPS penalty", "part of the loss"),
}
TOKENS_SHOWN = 12
TRUST = {
    "precision": "Precision: accepted ones that are true",
    "recall": "Recall: true ones that are accepted",
    "f1": "F1",
    "false_related": "False accepts: related but different ones that are accepted",
}
COVERED = {
    "ko": "Frequent Korean terms with an accepted English equivalent",
    "en": "Frequent English terms of aligned text with an accepted Korean equivalent",
}


def write_report(results: SearchResults, path: Path) -> None:
    """Write the report as one self-contained HTML file, atomically."""
    write_atomically(path, render(results))


def render(results: SearchResults) -> str:
    """The report as HTML: no script, nothing fetched, valid UTF-8 whatever the models wrote."""
    from markupsafe import Markup

    known = without_unknown(results)
    return render_page(
        TEMPLATE,
        results=known,
        tables=[score_table(known, language) for language in scored_languages(known)],
        comparisons=comparison_tables(known),
        trusted=trusted(known.get("synonyms", {})),
        covered=covered(known.get("synonyms", {})),
        effects=comparison_tables(known.get("synonyms", {}).get("effect", {})),
        curves=[Markup(chart) for chart in curves(known.get("training", {}))],
        examples=[_example(example) for example in known.get("examples", [])],
        recipe=recipe_text(known.get("recipe", {})),
        headline=HEADLINE,
        metrics=[metric for metric in METRICS if metric != HEADLINE],
    )


def scored_languages(results: Results) -> list[str]:
    """Languages that have scores; Korean first, as the corpus is, conversational questions last."""
    scores = results.get("comparison", {}).get("scores", {})
    return sorted((name for name in scores if scores[name]), key=_order)


def _order(language: str) -> tuple[bool, bool, str]:
    return language == CONVERSATIONAL, language != "ko", language


def score_table(results: Results, language: str) -> dict[str, Any]:
    """A language's table: systems by group, each group's best first, with their dot plot.

    The plot's reference line is the best baseline; `best` marks the best of ours.
    """
    from markupsafe import Markup

    comparison, systems = results["comparison"], results.get("systems", {})
    scores = comparison["scores"][language]
    heads = {name: scores[name][HEADLINE] for name in scores if _whole(scores[name].get(HEADLINE))}
    group_of = {name: systems.get(name, {}).get("group", "") for name in scores}
    by_score = sorted(scores, key=lambda name: -heads.get(name, {"mean": -1.0})["mean"])

    def first(group: str) -> str | None:
        return next((name for name in by_score if group_of[name] == group and name in heads), None)

    best, baseline = first("ours"), first("baseline")
    reference = heads[baseline]["mean"] if baseline else None
    ends = (end for head in heads.values() for end in (head["low"], head["high"]))
    scale = plots.Scale.around(ends, 6)
    groups: dict[str, list[dict[str, Any]]] = {group: [] for group in GROUPS}
    for name in by_score:
        head = heads.get(name)
        group = group_of[name] if group_of[name] in GROUPS else ""
        drawn = "" if head is None else plots.whiskers(*_ends(head), scale, group, reference)
        groups[group].append(
            {
                "name": name,
                "best": name == best,
                "system": systems.get(name, {}),
                "scores": scores[name],
                "interval": _interval(head),
                "mean": _interval(head).partition(" ")[0],
                "ends": _interval(head).partition(" ")[2],
                "plot": Markup(drawn),
            }
        )
    return {
        "language": language,
        "title": LANGUAGES.get(language, f"Queries: {language}"),
        "asked": ASKED_IN_TALK if language == CONVERSATIONAL else ASKED,
        "queries": comparison.get("queries", {}).get(language),
        "pages": comparison.get("pages", {}).get(language),
        "baseline": baseline,
        "axis": Markup(plots.axis(scale, HEADLINE)),
        "groups": [
            {"key": key, "title": GROUPS[key], "rows": rows} for key, rows in groups.items() if rows
        ],
    }


def comparison_tables(results: Results) -> list[dict[str, Any]]:
    """A forest plot for each language and metric, all of one metric on one scale with 0 on it."""
    from markupsafe import Markup

    tests = results.get("comparison", {}).get("comparisons", [])
    tests = [test for test in tests if _whole(test, "difference")]
    level = results.get("comparison", {}).get("settings", {}).get("level", 0.95)
    tables: dict[tuple[str, str], dict[str, Any]] = {}
    for test in sorted(tests, key=lambda test: _order(test["language"])):
        key = (test["language"], test["metric"])
        of_metric = [other for other in tests if other["metric"] == test["metric"]]
        ends = (end for other in of_metric for end in (other["low"], other["high"]))
        scale = plots.Scale.around([0.0, *ends])
        title = f"{LANGUAGES.get(key[0], key[0])}: difference in {key[1]}"
        axis = Markup(plots.axis(scale, f"difference in {key[1]}"))
        mark = "baseline" if test.get("verdict") == "no gain" else "ours"
        drawn = plots.whiskers(*_ends(test, "difference"), scale, mark, 0.0)
        table = tables.setdefault(key, {"title": title, "axis": axis, "rows": []})
        table["rows"].append(
            test
            | {"plot": Markup(drawn), "words": verdict_sentence(test, level), "p": p_value(test)}
            | {"interval": _interval(test, "difference", "+")}
        )
    return list(tables.values())


def verdict_sentence(test: Results, level: float = 0.95) -> str:
    """A comparison's verdict as a sentence, with the reason where it is "no gain"."""
    verdict = test.get("verdict")
    if verdict in ("gain", "loss"):
        return f"{test['a']} is {'better' if verdict == 'gain' else 'worse'} than {test['b']}"
    if test["low"] <= 0 <= test["high"]:
        return "no gain: the interval holds 0"
    return f"no gain: the corrected p is not below {1 - level:.2g}"


def p_value(test: Results) -> str:
    """Holm's p; where it is below .001 only that is said."""
    p = test.get("p_holm")
    return "< 0.001" if is_number(p) and p is not None and p < 0.001 else fixed(p)


def trusted(synonyms: Results) -> list[dict[str, str]]:
    """The verifier's figures on labelled pairs, each a share with its interval."""
    figures = synonyms.get("verifier", {})
    rows = []
    for name, title in TRUST.items():
        values = figures.get(name, [])
        if len(values) == 3:
            mean, low, high = map(fixed, values)
            rows.append({"title": title, "mean": mean, "ends": f"[{low}, {high}]"})
    return rows


def covered(synonyms: Results) -> list[dict[str, Any]]:
    """Shares of the candidates and of the vocabulary: what there is an accepted pair for."""
    found: dict[str, list[Any]] = {
        "Candidates that are accepted": [synonyms.get(n) for n in ("accepted", "candidates")]
    }
    of_terms = synonyms.get("coverage", {})
    found.update((title, of_terms.get(language, [])) for language, title in COVERED.items())
    return [
        {"title": title, "share": counts[0] / counts[1], "all": counts[1]}
        for title, counts in found.items()
        if len(counts) == 2 and all(map(is_number, counts)) and counts[1] > 0
    ]


def curves(
    training: Results,
    titles: Mapping[str, tuple[str, str]] = CURVES,
    step: str = "training step",
) -> list[str]:
    """A chart for each measure of `titles` that was logged, one line a training (v1, v2).

    `titles`: measure → title and unit; `step`: what the horizontal axis is called.
    """
    charts = []
    for key, (title, unit) in titles.items():
        series = {name: _points(log, key) for name, log in training.items()}
        if any(series.values()):
            charts.append(plots.lines(series, title, step, unit))
    return charts


def _points(log: Iterable[Results], key: str) -> list[plots.Point]:
    """(step, value); where evaluations (records without a loss) hold `key`, theirs alone.

    A training batch's documents aren't those of an evaluation: one line can't hold both.
    """
    having = [record for record in log if {"step", key} <= set(record)]
    evaluated = [record for record in having if "loss" not in record]
    return [(record["step"], record[key]) for record in evaluated or having]


def _example(example: Results) -> dict[str, Any]:
    """A query with the bars of its weights and of its documents' before and after."""
    weights = example.get("weights", [])
    words = {token for token, _ in _pairs(weights)}
    documents = []
    for document in example.get("documents", []):
        before, after = (list(_pairs(document.get(when, []))) for when in ("before", "after"))
        highest = max((weight for _, weight in before + after), default=0.0)
        had = {token for token, _ in before}
        sides = [
            ("Before (without the teacher)", _bars(before, highest, words, None)),
            ("After (v2)", _bars(after, highest, words, had)),
        ]
        documents.append({**document, "sides": sides})
    bars = _bars(_pairs(weights), max((weight for _, weight in _pairs(weights)), default=0.0))
    return {**example, "bars": bars, "documents": documents}


def _bars(
    pairs: Iterable[tuple[str, float]],
    highest: float,
    words: Iterable[str] = (),
    had: set[str] | None = None,
) -> list[dict[str, Any]]:
    """The heaviest tokens; `highest` is a full bar, `had` the tokens that aren't new."""
    best = sorted(pairs, key=lambda pair: -pair[1])[:TOKENS_SHOWN]
    return [
        {
            "token": token,
            "weight": weight,
            "width": max(0.0, 100 * weight / highest) if highest > 0 else 0.0,
            "matches": token in words,
            "new": had is not None and token not in had,
        }
        for token, weight in best
    ]


def _pairs(weights: Iterable[Any]) -> Iterable[tuple[str, float]]:
    """(token, weight) of a list of pairs; a pair that lost its weight is left out."""
    return ((str(pair[0]), float(pair[1])) for pair in weights if len(pair) == 2)


def _whole(values: Results | None, mean: str = "mean") -> bool:
    return values is not None and {mean, "low", "high"} <= set(values)


def _ends(values: Results, mean: str = "mean") -> tuple[float, float, float]:
    return values[mean], values["low"], values["high"]


def _interval(values: Results | None, mean: str = "mean", sign: str = "") -> str:
    if values is None:
        return "–"
    middle, low, high = (f"{value:{sign}.3f}" for value in _ends(values, mean))
    return f"{middle} [{low}, {high}]".replace("-", "−")
