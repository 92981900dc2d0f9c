"""The stages that turn cards into lessons: the split, the data set, the trained student.

words, cards → splits → dataset
                      → student
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict

from malmoi.core.errors import SourceError, StudentError
from malmoi.core.files import Record, read_lines, stable_share
from malmoi.mnemonics import form
from malmoi.mnemonics.cards import Card, from_record
from malmoi.mnemonics.dedupe import contaminated, families
from malmoi.mnemonics.export.data_card import About
from malmoi.mnemonics.export.datasets import Example, export, rejected
from malmoi.mnemonics.prompting.brief import VERSION, student_brief
from malmoi.mnemonics.prompting.prompts import SYSTEM, student_messages
from malmoi.mnemonics.scoring.rewards import reward
from malmoi.mnemonics.splits import Part, Stratum, balance, split
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.pipelines.mnemonics.words import Item, look_up
from malmoi.recipe import MnemonicsRecipe
from malmoi.runs.run import Stage
from malmoi.runs.states import kept_as

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

logger = logging.getLogger(__name__)

PROMPT = [SYSTEM, VERSION]
"""What a student is asked with: training, data set and evaluation depend on it."""

WRITERS = {"lexicon-writer": "composed by Malmoi from looked-up facts, no model (Apache-2.0)"}


class SplitRecord(TypedDict):
    """A word as the stage `splits` keeps it.

    What is left out is so `because` of a word that is held out.
    """

    term: str
    family: str
    split: Literal["train", "dev", "test", "left out"]
    because: NotRequired[str]


def split_words(context: MnemonicsContext, words: Stage, cards: Stage) -> Stage:
    """Stage `splits`: the part of each word; families stay together, test words stay unseen.

    Raises:
        SourceError: there are too few words to hold one out for the evaluation.
    """
    section, lexicon = context.recipe.words, context.lexicon
    depends = {"test": section.test_share, "dev": section.dev_share, "version": 1}
    stage = context.run.stage("splits", depends, [words, cards], context.named())
    if stage.done:
        return stage
    terms = list(dict.fromkeys(record["term"] for record in words.records()))
    family = families(terms, lexicon.morphology)
    features = {record["term"]: record["feature"] for record in cards.records()}
    known = {term: lexicon.frequency.zipf(term) for term in terms}
    zipf = {term: number.value for term, number in known.items() if number}
    features = {term: features.get(term, "none") for term in terms}
    parts = split(family, features, zipf, section.test_share, section.dev_share)
    held = [term for term, part in parts.items() if part == "test"]
    if not held:
        raise SourceError(
            f"{len(terms)} words with [words] test_share = {section.test_share:g} leave none to "
            "evaluate it on: give more words, or raise test_share (`malmoi card WORD…` writes "
            "cards of a few words)"
        )
    leaks = dict(
        contaminated([t for t, part in parts.items() if part != "test"], held, lexicon.morphology)
    )
    stage.fill(
        {"term": term, "family": family[term], "split": parts[term]}
        | ({"split": "left out", "because": leaks[term]} if term in leaks else {})
        for term in terms
    )
    counted = balance(parts, features, zipf)
    stage.finish(contaminated=len(leaks), balance=[tuple(stratum) for stratum in counted])
    return stage


def lessons(
    recipe: MnemonicsRecipe, splits: Stage, cards: Stage, lexicon: Lexicon
) -> list[Example]:
    """Cards with the prompt that asks for them: one a family and sense, none of a held-out word.

    A share of the prompts (`[student] closed_book_share`) is the word alone.

    Args:
        recipe: says how large that share is.
        splits: which part each word is of, and its family.
        cards: what the student learns from.
        lexicon: has the words' facts.
    """
    records: list[SplitRecord] = splits.records()
    part = {record["term"]: record for record in records}
    taught: set[tuple[str, str]] = set()
    examples = []
    for card in map(from_record, cards.records()):
        where = part[card.term]
        once = (where["family"], card.sense.rsplit(".", 1)[-1])
        if where["split"] == "left out" or (where["split"] == "train" and once in taught):
            continue
        taught.add(once)
        closed = stable_share(card.id, "closed book") < recipe.student.closed_book_share
        asked = student_messages(_brief(card, lexicon, facts=not closed))
        examples.append(Example(card, asked, where["split"]))
    return examples


def _brief(card: Card, lexicon: Lexicon, facts: bool) -> str:
    word, sense = look_up(Item(card.term, card.sense), lexicon)
    return student_brief(word, sense, lexicon, facts)


def write_dataset(
    context: MnemonicsContext, splits: Stage, cards: Stage, written: Sequence[Stage]
) -> Stage:
    """Stage `dataset`: what was learned from, as Parquet files with a data card.

    Args:
        context: the run's.
        splits: which part each word is of.
        cards: what was learned from.
        written: the stages of candidates; their ledgers and the cards' have what was rejected.
    """
    recipe = context.recipe
    depends = {
        "closed_share": recipe.student.closed_book_share,
        "prompt": kept_as(context.run.folder, "dataset", "prompt", PROMPT),
        "version": 1,
    }
    stage = context.run.stage("dataset", depends, [splits, cards, *written], context.named())
    if stage.done:
        return stage
    examples = lessons(recipe, splits, cards, context.lexicon)
    ledger = [entry for each in (cards, *written) for entry in each.records("rejects")]
    writers = {example.card.writer for example in examples}
    about = About(
        name=recipe.name,
        words=_words_of(recipe),
        writers={name: WRITERS.get(name, "see the model's own terms") for name in sorted(writers)},
        balance=[Stratum(*row) for row in splits.figures["balance"]],
        contaminated=splits.figures["contaminated"],
    )
    counts = export(stage.folder / "files", examples, rejected(ledger), about)
    stage.finish(rows=counts)
    return stage


def _words_of(recipe: MnemonicsRecipe) -> str:
    """Where the words come from, for the data card."""
    listed = Path(recipe.words.path).name
    if recipe.words.when == "lapse":
        return f"{listed or 'a collection of Anki'}, those that a learner keeps failing"
    return listed or f"the lexicon, {recipe.words.min_level} and above"


def train_student(context: MnemonicsContext, splits: Stage, cards: Stage) -> Stage:
    """Stage `student`: SFT on the cards, then GRPO on the words; the model is in its folder.

    Raises:
        StudentError: no card to learn from, or a training that went wrong.
    """
    from malmoi.mnemonics.student.grpo import train_grpo
    from malmoi.mnemonics.student.sft import train_sft
    from malmoi.mnemonics.student.weights import Example as Lesson
    from malmoi.mnemonics.student.weights import Prompt

    recipe, lexicon = context.recipe, context.lexicon
    depends = {
        "section": recipe.student,
        "seed": recipe.seed,
        "answer": recipe.evaluation.max_tokens,
        "prompt": kept_as(context.run.folder, "student", "prompt", PROMPT),
    }
    if recipe.student.processes > 1:  # one makes what it made before there could be more
        depends["processes"] = recipe.student.processes
    sources = context.named("student.base")
    stage = context.run.stage("student", depends, [splits, cards], sources)
    if stage.done:
        return stage
    examples = lessons(recipe, splits, cards, lexicon)
    parts: dict[Part, list[Lesson]] = {"train": [], "dev": [], "test": []}
    for example in examples:
        system, asked = (message.content for message in example.messages)
        answer = form.render(example.card.draft)
        parts[example.split].append(Lesson(system, asked, answer))
    if not parts["train"]:
        raise StudentError(
            f"no card to learn from: {len(cards.records())} cards, none of them in the training "
            "split; give more words, or see the ledger of the stage cards for what was rejected"
        )
    logger.info(f"student: {len(parts['train']):,} cards to learn from")
    section, seed = recipe.student, recipe.seed
    trained = train_sft(parts["train"], section, stage.folder / "sft", seed, parts["dev"])
    of = {e.card.id: Item(e.card.term, e.card.sense) for e in examples if e.split == "train"}

    def worth(prompt: Prompt, text: str) -> float:
        return reward(text, *look_up(of[prompt.id], lexicon), lexicon)

    prompts = [
        Prompt(e.card.id, e.messages[0].content, e.messages[1].content)
        for e in examples
        if e.split == "train"
    ]
    train_grpo(
        prompts, worth, section, trained, stage.folder / "grpo", seed, recipe.evaluation.max_tokens
    )
    stage.finish(train=len(parts["train"]), dev=len(parts["dev"]))
    return stage


def curves(student: Stage) -> dict[str, list[Record]]:
    """What was logged while the student learned, by kind of training."""
    return {
        kind: list(read_lines(student.folder / kind / "metrics.jsonl")) for kind in ("sft", "grpo")
    }


def model_folder(student: Stage) -> Path:
    """The trained student's model: after GRPO where there was any, else after SFT."""
    last = student.folder / "grpo" / "model"
    return last if last.is_dir() else student.folder / "sft" / "model"
