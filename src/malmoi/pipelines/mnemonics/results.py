"""results.json of a run of the mnemonic writer: every figure of its report, from the stages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from malmoi.core.files import Record, stable_hash
from malmoi.core.version import installed_version
from malmoi.mnemonics.judging import judge, preferences
from malmoi.mnemonics.judging.pairs import BASE, STUDENT
from malmoi.pipelines.mnemonics import evaluation, training
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.recipe import dump
from malmoi.reports.mnemonics_results import (
    CardFigures,
    CardRecord,
    EvaluationFigures,
    MnemonicsResults,
    OutputRecord,
    Pair,
    Rejected,
    Target,
    WordFigures,
)
from malmoi.runs.run import Stage, status

SHOWN = 24
"""Cards and pairs that the report shows."""


class Stages(NamedTuple):
    """The stages that results are gathered from."""

    words: Stage
    written: list[Stage]
    cards: Stage
    splits: Stage
    dataset: Stage
    student: Stage
    outputs: Stage
    proof: Stage


def assemble(context: MnemonicsContext, stages: Stages, chosen: dict[str, Any]) -> MnemonicsResults:
    """What results.json says; `chosen` is what judges and people chose (`judging.aggregate`)."""
    found: EvaluationFigures = stages.proof.records()[0]
    met = evaluation.targets(found)
    judged, people = chosen["judge"], chosen["people"]
    return {
        "name": context.recipe.name,
        "title": f"{context.recipe.name}: a small model that writes mnemonics",
        "malmoi": installed_version(),
        "recipe": dump(context.recipe),
        "seconds": {s.name: s.seconds for s in status(context.run.folder)},
        "words": _words(stages.words),
        "cards": _cards(stages.cards, stages.written),
        "splits": stages.splits.figures["balance"],
        "dataset": stages.dataset.figures["rows"],
        "training": training.curves(stages.student),
        "learned_from": stages.student.figures["train"],
        "proof": {**found, "tables": evaluation.tables(found)},
        "targets": met,
        "judge": judged,
        "people": people,
        "judged_says": judge.sentences(judged) if judged else [],
        "people_say": preferences.sentences(people, "reviewer") if people else [],
        "pairs": _pairs(stages.outputs),
        "verdicts": _verdicts(stages, found, met),
    }


def _words(words: Stage) -> WordFigures:
    dropped = [
        (r["reason"], f"{r['candidate']['text']} ({r['candidate']['problem']})".strip())
        for r in words.records("rejects")
    ]
    return {
        "lines": words.figures["lines"],
        "words": words.figures["words"],
        "rejected": _reasons(dropped),
    }


def _cards(cards: Stage, written: Sequence[Stage]) -> CardFigures:
    records: list[CardRecord] = cards.records()
    verdicts = Counter(claim["verdict"] for record in records for claim in record["claims"])
    ledger = [entry for stage in (*written, cards) for entry in stage.records("rejects")]
    features = Counter(record["feature"] for record in records)
    chosen = sorted(records, key=lambda record: stable_hash(record["id"]))
    return {
        "cards": len(records),
        "candidates": sum(len(stage.records()) for stage in written),
        "features": dict(features.most_common()),
        "claims": {
            "supported": verdicts["supported"],
            "unverified": verdicts["unverified"],
            "contradicted": verdicts["contradicted"],
        },
        "rejected": _reasons((r["reason"], _example(r)) for r in ledger),
        "examples": chosen[:SHOWN],
    }


def _example(entry: Record) -> str:
    """What a line of the ledger is about, with what was wrong where the reason doesn't say it."""
    about = entry["candidate"]
    text = entry["raw"] or about["term"]
    return f"{about['problem']} — {text}" if "problem" in about else text


def _reasons(rejects: Iterable[tuple[str, str]]) -> list[Rejected]:
    """Reasons with how many there are and one example, the most frequent first."""
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for name, text in rejects:
        counts[name] += 1
        examples.setdefault(name, text)
    return [{"reason": n, "count": c, "example": examples[n]} for n, c in counts.most_common()]


def _pairs(outputs: Stage) -> list[Pair]:
    """What student and base wrote for the same words, some of each."""
    by_term: dict[str, Pair] = {}
    record: OutputRecord
    for record in outputs.records():
        row = by_term.get(
            record["term"], {"term": record["term"], "definition": record["definition"]}
        )
        if record["system"] == STUDENT:
            row["student"] = record["text"]
        elif record["system"] == BASE:
            row["base"] = record["text"]
        else:
            continue
        by_term.setdefault(record["term"], row)
    return list(by_term.values())[:SHOWN]


def _verdicts(stages: Stages, figures: EvaluationFigures, met: list[Target]) -> list[str]:
    words, student = stages.words, stages.student
    n = len(stages.cards.records())
    share = n / max(1, words.figures["words"])
    mine, base = figures["systems"][STUDENT]["verified"], figures["systems"][BASE]["verified"]
    missed = [target["name"] for target in met if not target["met"]]
    return [
        f"{n:,} cards for {words.figures['words']:,} words ({share:.0%}); no card has a claim that "
        "a source contradicts.",
        f"On {figures['words']} held-out words, open book, {mine['mean']:.0%} of the student's "
        f"answers are well-formed with every claim supported [{mine['low']:.0%}, "
        f"{mine['high']:.0%}], {base['mean']:.0%} of its base's; it learned from "
        f"{student.figures['train']:,} cards.",
        "Every target is met." if not missed else f"Missed: {'; '.join(missed)}.",
    ]
