"""What a run found, in the visitor's language: from its figures, where their shape is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from malmoi.reports.search_results import CONVERSATIONAL
from malmoi.web.visit import Visit


def findings(visit: Visit, results: dict[str, Any]) -> tuple[list[str], str]:
    """The sentences and their language: the run's own, in English, where others can't be made."""
    said = results.get("verdicts")
    own = [str(each) for each in said] if isinstance(said, list) else []
    if visit.language == "en" or not own:
        return own, "en"
    try:
        made = _search(visit, results) if "comparison" in results else _mnemonics(visit, results)
    except (KeyError, TypeError, ValueError):
        return own, "en"
    return made, visit.language


def _search(visit: Visit, results: dict[str, Any]) -> list[str]:
    """A sentence for each pair of systems, as the report's."""
    clauses: dict[tuple[str, str], list[str]] = {}
    documents = str(results["recipe"]["corpus"]["language"])
    for test in results["comparison"]["comparisons"]:
        where = f"{test['language']}→{documents}"
        if test["language"] == CONVERSATIONAL:
            where = f"{documents}→{documents}, " + visit.text("found_conversational")
        figures = f"{test['difference']:+.3f} [{test['low']:+.3f}, {test['high']:+.3f}]"
        if test["verdict"] == "no gain" and (test["low"] > 0 or test["high"] < 0):
            figures += ", " + visit.text("found_corrected", p=f"{test['p_holm']:.2f}")
        kind = {"gain": "found_gain", "loss": "found_loss", "no gain": "found_none"}
        clause = visit.text(kind[test["verdict"]], where=where, figures=figures)
        clauses.setdefault((str(test["a"]), str(test["b"])), []).append(clause)
    return [
        visit.text("found_pair", a=a, b=b, clauses="; ".join(each))
        for (a, b), each in clauses.items()
    ]


def _mnemonics(visit: Visit, results: dict[str, Any]) -> list[str]:
    """Cards, the student beside its base, and which targets were missed."""
    cards, words, proof = results["cards"]["cards"], results["words"]["words"], results["proof"]
    mine, base = (proof["systems"][name]["verified"] for name in ("student", "base"))
    missed = [str(target["name"]) for target in results["targets"] if not target["met"]]
    return [
        visit.text("found_cards", cards=cards, words=words, share=f"{cards / max(1, words):.0%}"),
        visit.text(
            "found_student",
            words=proof["words"],
            share=f"{mine['mean']:.0%} [{mine['low']:.0%}, {mine['high']:.0%}]",
            base=f"{base['mean']:.0%}",
        ),
        visit.text("found_missed", targets="; ".join(missed))
        if missed
        else visit.text("found_met"),
    ]


def review_findings(visit: Visit, totals: Mapping[str, Any]) -> list[str]:
    """What came of a review, as `aggregate` gives it: who won, how strong each is, agreement."""
    raters = totals["raters"]
    made, missing = (sum(each[key] for each in raters.values()) for key in ("choices", "missing"))
    said = [visit.text("review_made", made=made, missing=missing, raters=", ".join(raters))]
    verdicts = {"preferred": "review_preferred", "not preferred": "review_not_preferred"}
    said += [
        visit.text(
            "review_met",
            **{key: met[key] for key in ("first", "second", "wins", "ties", "losses")},
            rate=f"{met['rate']:.3f} [{met['low']:.3f}, {met['high']:.3f}]",
            p=f"{met['p_holm']:.4f}",
            verdict=visit.text(verdicts.get(met["verdict"], "review_even")),
        )
        for met in totals["meetings"]
    ]
    strengths = [
        f"{each['name']} {each['strength']:+.2f} [{each['low']:+.2f}, {each['high']:+.2f}]"
        for each in totals["strengths"]
    ]
    if strengths:
        said.append(visit.text("review_strengths", each="; ".join(strengths)).replace("-", "−"))
    if agreed := totals["agreement"]:
        if agreed["alpha"] is None:
            said.append(visit.text("review_no_alpha", units=agreed["units"]))
        else:
            ends = {key: f"{agreed[key]:.2f}" for key in ("alpha", "low", "high")}
            said.append(visit.text("review_alpha", **ends, units=agreed["units"]))
    return said
