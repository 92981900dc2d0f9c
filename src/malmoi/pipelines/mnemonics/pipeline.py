"""A run of the mnemonic writer, from a word list to a report, in the order of the work.

    words → candidates → cards → splits → dataset
                                        → student → outputs → proof
                                                  → handover

Each stage is a function of the stages before it and of its part of the recipe; what is finished is
not done again. See `malmoi.runs.run`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malmoi.core.files import Record, stable_hash, write_atomically
from malmoi.core.version import installed_version
from malmoi.mnemonics.judging import judge, preferences
from malmoi.mnemonics.judging.pairs import BASE, STUDENT
from malmoi.pipelines.mnemonics import evaluation, judging, training
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.pipelines.mnemonics.glossing import gloss_requests, write_glosses
from malmoi.pipelines.mnemonics.handover import hand_over
from malmoi.pipelines.mnemonics.words import choose_words, items
from malmoi.pipelines.mnemonics.writing import keep_cards, teacher_requests, write_candidates
from malmoi.recipe import MnemonicsRecipe, dump
from malmoi.reports.mnemonics import write_report
from malmoi.runs.run import Run, Stage, status
from malmoi.teachers.budget import Prices, upper_cost
from malmoi.teachers.presets import resolve

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

SHOWN = 24
"""Cards and pairs that the report shows."""


def run_mnemonics(recipe: MnemonicsRecipe, folder: Path) -> dict[str, Any]:
    """Start or resume a run; its results, as results.json holds them.

    Raises:
        MalmoiError: what stopped it; the same command goes on from there.
    """
    from malmoi.lexicon.lookup import Lexicon

    lexicon = Lexicon.open(recipe.lexicon)
    with Run.open(folder, recipe) as run:
        results = _results(run, recipe, lexicon)
        text = json.dumps(results, ensure_ascii=False, indent=1)
        write_atomically(folder / "results.json", text)
        write_report(results, folder / "report.html")
    return results


def plan_rows(recipe: MnemonicsRecipe) -> list[Sequence[object]]:
    """What a run would do, ask of its teacher and cost at most: (stage, of, how much)."""
    import tempfile

    from malmoi.lexicon.lookup import Lexicon

    lexicon = Lexicon.open(recipe.lexicon)
    with (
        tempfile.TemporaryDirectory() as place,
        Run.open(Path(place) / recipe.name, recipe) as run,
    ):
        asked = items(choose_words(run, recipe.words, lexicon))
    rows: list[Sequence[object]] = [["words", f"{len(asked):,} words and senses", ""]]
    if "lexicon" in recipe.cards.writers:
        rows.append(["lexicon writer", f"{len(asked):,} words", "no model"])
    teacher = resolve(recipe.teacher)
    calls = gloss_requests(recipe, asked, lexicon, bool(teacher.chat))
    if calls:
        rows.append(["Korean glosses", f"{len(asked):,} words", f"{len(calls):,} calls"])
    if "teacher" in recipe.cards.writers:
        written = [
            request
            for item in asked
            for request in teacher_requests(item, recipe.cards, lexicon, bool(teacher.chat))
        ]
        rows.append(["teacher", f"{len(asked):,} words", f"{len(written):,} calls"])
        calls += written
    if calls:
        prices = Prices(teacher.price_in, teacher.price_out)
        most = upper_cost(calls, prices, teacher.thinking_tokens, teacher.max_tokens)
        rows.append(
            ["at most", f"{most.tokens:,} tokens", f"{most.money:.2f} in the prices' currency"]
        )
    student = recipe.student
    rows.append(["student", f"SFT {student.epochs:g} epochs", f"GRPO {student.grpo_steps} steps"])
    rows.append(
        ["proof", f"{recipe.evaluation.words} held-out words", f"{len(recipe.judge.models)} judges"]
    )
    return rows


def _results(run: Run, recipe: MnemonicsRecipe, lexicon: Lexicon) -> dict[str, Any]:
    context = MnemonicsContext(run, recipe, lexicon)
    words = choose_words(run, recipe.words, lexicon)
    with closing(context.teacher):
        glosses = write_glosses(context, words)
        written = write_candidates(context, words, glosses)
    cards = keep_cards(context, words, written, glosses)
    splits = training.divide(context, words, cards)
    dataset = training.write_dataset(context, splits, cards, written)
    student = training.train_student(context, splits, cards)
    outputs = evaluation.write_outputs(context, words, splits, cards, student)
    proof = evaluation.evaluate_student(context, outputs, splits, cards)
    chosen = judging.fold(run, judging.judge_outputs(context, outputs))
    hand_over(context, cards, student)
    found = proof.records()[0]
    met = evaluation.targets(found)
    return {
        "name": recipe.name,
        "title": f"{recipe.name}: a small model that writes mnemonics",
        "malmoi": installed_version(),
        "recipe": dump(recipe),
        "seconds": {s.name: s.seconds for s in status(run.folder)},
        "words": _words(words),
        "cards": _cards(cards, written),
        "splits": splits.figures["balance"],
        "dataset": dataset.figures["rows"],
        "training": training.curves(student),
        "learned_from": student.figures["train"],
        "proof": {**found, "tables": evaluation.tables(found)},
        "targets": met,
        **chosen,
        "judged_says": judge.sentences(chosen["judge"]) if chosen["judge"] else [],
        "people_say": preferences.sentences(chosen["people"], "reviewer")
        if chosen["people"]
        else [],
        "pairs": _pairs(outputs),
        "verdicts": _verdicts(words, cards, student, found, met),
    }


def _words(words: Stage) -> dict[str, Any]:
    dropped = [
        (r["reason"], f"{r['candidate']['text']} ({r['candidate']['problem']})".strip())
        for r in words.records("rejects")
    ]
    return {
        "lines": words.figures["lines"],
        "words": words.figures["words"],
        "rejected": _reasons(dropped),
    }


def _cards(cards: Stage, written: Sequence[Stage]) -> dict[str, Any]:
    records = cards.records()
    verdicts = Counter(claim["verdict"] for record in records for claim in record["claims"])
    ledger = [entry for stage in (*written, cards) for entry in stage.records("rejects")]
    features = Counter(record["feature"] for record in records)
    chosen = sorted(records, key=lambda record: stable_hash(record["id"]))
    return {
        "cards": len(records),
        "candidates": sum(len(stage.records()) for stage in written),
        "features": dict(features.most_common()),
        "claims": {v: verdicts[v] for v in ("supported", "unverified", "contradicted")},
        "rejected": _reasons((r["reason"], _example(r)) for r in ledger),
        "examples": chosen[:SHOWN],
    }


def _example(entry: Record) -> str:
    """What a line of the ledger is about, with what was wrong where the reason doesn't say it."""
    about = entry["candidate"]
    text = entry["raw"] or about["term"]
    return f"{about['problem']} — {text}" if "problem" in about else text


def _reasons(rejects: Iterable[tuple[str, str]]) -> list[Record]:
    """Reasons with how many there are and one example, the most frequent first."""
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for name, text in rejects:
        counts[name] += 1
        examples.setdefault(name, text)
    return [{"reason": n, "count": c, "example": examples[n]} for n, c in counts.most_common()]


def _pairs(outputs: Stage) -> list[Record]:
    """What student and base wrote for the same words, some of each."""
    by_term: dict[str, Record] = {}
    for record in outputs.records():
        if record["system"] in (STUDENT, BASE):
            row = by_term.setdefault(
                record["term"], {"term": record["term"], "definition": record["definition"]}
            )
            row[record["system"]] = record["text"]
    return list(by_term.values())[:SHOWN]


def _verdicts(
    words: Stage, cards: Stage, student: Stage, found: dict[str, Any], met: list[dict[str, Any]]
) -> list[str]:
    n = len(cards.records())
    share = n / max(1, words.figures["words"])
    mine, base = found["systems"][STUDENT]["verified"], found["systems"][BASE]["verified"]
    missed = [target["name"] for target in met if not target["met"]]
    return [
        f"{n:,} cards for {words.figures['words']:,} words ({share:.0%}); no card has a claim that "
        "a source contradicts.",
        f"On {found['words']} held-out words, open book, {mine['mean']:.0%} of the student's "
        f"answers are well-formed with every claim supported [{mine['low']:.0%}, "
        f"{mine['high']:.0%}], {base['mean']:.0%} of its base's; it learned from "
        f"{student.figures['train']:,} cards.",
        "Every target is met." if not missed else f"Missed: {'; '.join(missed)}.",
    ]
