"""The stages that evaluate a student: what it and its base write for held-out words, measured.

student → outputs → proof
                  → judged    (where the recipe names judges)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from malmoi.core.errors import RecipeError
from malmoi.core.files import stable_hash
from malmoi.core.ledger import Outcome, groups
from malmoi.mnemonics import form
from malmoi.mnemonics.cards import Draft, from_record
from malmoi.mnemonics.evaluation import measure, report_table, table
from malmoi.mnemonics.judging.pairs import BASE, CLOSED, FIRST, STUDENT, WRITER, Output
from malmoi.mnemonics.prompting.brief import student_brief
from malmoi.mnemonics.prompting.prompts import student_messages
from malmoi.mnemonics.scoring.rewards import VERSION, reward
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.pipelines.mnemonics.training import model_folder
from malmoi.pipelines.mnemonics.words import Item, items, look_up
from malmoi.recipe import MnemonicsRecipe
from malmoi.reports.mnemonics_results import EvaluationFigures, OutputRecord, Table, Target
from malmoi.runs.run import Stage
from malmoi.runs.states import kept_as
from malmoi.teachers import Reply, Request

if TYPE_CHECKING:
    pass

BATCH_SIZE = 50
"""Words that a model is asked for together."""

NOTHING = Draft("other", "nothing in the word points to its meaning", form.NONE, "-")
"""What stands for a lexicon writer that abstained."""

LEARNED_FROM = "cards it learned from"

HOWS = {
    "": "Open book",
    FIRST: "Open book, the first answer alone",
    CLOSED: "Closed book",
    CLOSED + FIRST: "Closed book, the first answer alone",
}
"""How student and base are asked, and what the table of it is called."""


class Batch(NamedTuple):
    """A system, its model, and a group of words that it is asked for."""

    system: str
    model: str
    closed: bool
    words: tuple[Item, ...]


def held_out(recipe: MnemonicsRecipe, words: Stage, splits: Stage) -> list[Item]:
    """The words of the evaluation, by hash: each in its first sense, unseen by the student."""
    test = {record["term"] for record in splits.records() if record["split"] == "test"}
    first: dict[str, Item] = {}
    for item in items(words):
        if item.term in test:
            first.setdefault(item.term, item)
    chosen = sorted(first.values(), key=lambda item: stable_hash(["proof", item.term]))
    return chosen[: recipe.evaluation.words]


def write_outputs(
    context: MnemonicsContext, words: Stage, splits: Stage, cards: Stage, student: Stage
) -> Stage:
    """Stage `outputs`: what student and base write, with the same prompts and decoding.

    Of several answers a word the reward chooses, for both alike; the first ones are kept as well.
    Beside them stands what the lexicon writer's cards say of the same words.

    Args:
        context: the run's.
        words: the words that are learned.
        splits: which of them are held out.
        cards: what the lexicon writer or teacher made of them.
        student: the trained student.

    Raises:
        RecipeError: several answers a word, all of them greedy, and so the same.
    """
    recipe, lexicon = context.recipe, context.lexicon
    section = recipe.evaluation
    if section.candidates > 1 and not section.temperature:
        raise RecipeError(
            f"evaluation.candidates is {section.candidates} with "
            "evaluation.temperature = 0, at which all answers are the same; "
            "expected a temperature above 0, or one candidate"
        )
    depends = {
        "words": section.words,
        "temperature": section.temperature,
        "candidates": section.candidates,
        "max_tokens": section.max_tokens,
        "closed_book": section.closed_book,
        "version": 2,
    }
    sources = context.named("student.base")
    stage = context.run.stage("outputs", depends, [splits, cards, student], sources)
    if stage.done:
        return stage
    models = {STUDENT: str(model_folder(student)), BASE: recipe.student.base}
    chosen = held_out(recipe, words, splits)
    made = {Item(card.term, card.sense): card.draft for card in map(from_record, cards.records())}
    asked = [Batch(WRITER, "", False, group) for group in groups(chosen, BATCH_SIZE)]
    asked += [
        Batch(name + (CLOSED if closed else ""), model, closed, group)
        for closed in ([False, True] if section.closed_book else [False])
        for name, model in models.items()
        for group in groups(chosen, BATCH_SIZE)
    ]

    def outcomes(left: Iterable[Batch]) -> Iterator[Outcome]:
        for (system, model), parts in groupby(left, key=lambda each: (each.system, each.model)):
            chunks = list(parts)
            if system == WRITER:
                drafts = (made.get(item, NOTHING) for chunk in chunks for item in chunk.words)
                replies = iter([Reply(form.render(draft)) for draft in drafts])
            else:
                replies = _write(model, [r for chunk in chunks for r in _requests(chunk)])
            count = 1 if system == WRITER else section.candidates
            for chunk in chunks:
                yield Outcome.joined(
                    _output(chunk.system, i, list(islice(replies, count))) for i in chunk.words
                )

    def _requests(chunk: Batch) -> list[Request]:
        return [
            Request(
                messages=student_messages(
                    student_brief(*look_up(i, lexicon), lexicon, not chunk.closed)
                ),
                max_tokens=section.max_tokens,
                temperature=section.temperature,
                sample=sample,
            )
            for i in chunk.words
            for sample in range(section.candidates)
        ]

    def _output(system: str, item: Item, replies: Sequence[Reply]) -> Outcome:
        word, sense = look_up(item, lexicon)
        texts = {system: replies[0].text}
        if len(replies) > 1:
            # Of equals the first: what a word gets doesn't depend on how many are no better.
            best = max(replies, key=lambda reply: reward(reply.text, word, sense, lexicon))
            texts = {system: best.text, system + FIRST: replies[0].text}
        outs = [
            Output(name, item.term, sense.id, sense.pos, sense.definition, text)
            for name, text in texts.items()
        ]
        return Outcome(
            [{name: getattr(out, name) for name in Output.__slots__} for out in outs],
            tokens_in=sum(reply.prompt_tokens for reply in replies),
            tokens_out=sum(reply.completion_tokens for reply in replies),
        )

    stage.work(asked, lambda each: f"{each.system}|{each.words[0].key}", outcomes, "outputs")
    stage.finish()
    return stage


def _write(model: str, requests: Sequence[Request]) -> Iterator[Reply]:
    from malmoi.mnemonics.student.generate import generate

    return generate(Path(model) if model else "", requests)


def evaluate_student(
    context: MnemonicsContext, outputs: Stage, splits: Stage, cards: Stage
) -> Stage:
    """Stage `proof`: every figure of every system with its interval, and the paired tests.

    Args:
        context: the run's.
        outputs: what each system wrote for the held-out words.
        splits: which words were learned from.
        cards: what was learned from them, to compare diversity with.
    """
    recipe, lexicon = context.recipe, context.lexicon
    section = recipe.evaluation
    level, samples = section.confidence_level, section.bootstrap_samples
    checks = kept_as(context.run.folder, "proof", "checks", VERSION)
    depends = {"bootstrap": samples, "level": level, "checks": checks}
    stage = context.run.stage("proof", depends, [outputs, splits, cards], context.named())
    if stage.done:
        return stage
    written: dict[str, dict[Item, str]] = {}
    record: OutputRecord
    for record in outputs.records():
        written.setdefault(record["system"], {})[Item(record["term"], record["sense"])] = record[
            "text"
        ]
    asked = list(written[STUDENT])
    facts = [look_up(item, lexicon) for item in asked]
    rows = {name: measure([t[i] for i in asked], facts, lexicon) for name, t in written.items()}
    train = {record["term"] for record in splits.records() if record["split"] == "train"}
    learned = [record["mnemonic"] for record in cards.records() if record["term"] in train]
    tested = [(STUDENT + how, BASE + how) for how in HOWS if STUDENT + how in rows]
    found = table(rows, tested, {LEARNED_FROM: learned}, level, samples, recipe.seed)
    stage.fill([found])
    stage.finish()
    return stage


def tables(figures: EvaluationFigures) -> list[Table]:
    """The evaluation's tables as the report shows them: open book, and what else was measured."""
    shown = []
    for how, title in HOWS.items():
        tested = (STUDENT + how, BASE + how)
        if tested[0] in figures["systems"]:
            beside = [WRITER] if not how else []
            shown.append(report_table(figures, title, [*tested, *beside], tested))
    return shown


def _kept(figures: EvaluationFigures) -> dict[str, Any] | None:
    """The test of student against base, open book, of how many cards are kept."""
    asked = {"measure": "kept", "a": STUDENT, "b": BASE}
    found = (test for test in figures["tests"] if asked.items() <= dict(test).items())
    return next((dict(test) for test in found if test["difference"] is not None), None)


def targets(figures: EvaluationFigures) -> list[Target]:
    """What the student was to reach on held-out words, open book, and what it reached."""
    student, base = figures["systems"][STUDENT], figures["systems"][BASE]

    def said(values: dict[str, Any]) -> str:
        return f"{values['mean']:.3f} [{values['low']:.3f}, {values['high']:.3f}]"

    verified, false = (student[key] for key in ("verified", "contradicted"))
    times = verified["mean"] / base["verified"]["mean"] if base["verified"]["mean"] else None
    rows = [
        ("verified-claim rate ≥ .4", said(verified), verified["mean"] >= 0.4),
        (
            "verified-claim rate ≥ 3 × base",
            f"{times:.1f} ×" if times else f"base {base['verified']['mean']:.3f}",
            verified["mean"] > 0 if times is None else round(times, 9) >= 3,
        ),
        ("contradicted ≤ .01", said(false), false["mean"] <= 0.01),
    ]
    if test := _kept(figures):  # an earlier version didn't measure it
        above = f"{test['difference']:+.3f} [{test['low']:+.3f}, {test['high']:+.3f}]"
        rows.insert(0, ("kept cards of words tried above the base's", above, test["low"] > 0))
    return [{"name": name, "value": value, "met": bool(met)} for name, value, met in rows]
