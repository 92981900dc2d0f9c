from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from malmoi.core.errors import SourceError, StudentError
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.cards import to_record
from malmoi.mnemonics.dedupe import families
from malmoi.mnemonics.prompting.prompts import SYSTEM
from malmoi.pipelines.mnemonics import training
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.pipelines.mnemonics.training import lessons, split_words, train_student
from malmoi.pipelines.mnemonics.words import choose_words
from malmoi.recipe import MnemonicsRecipe
from malmoi.runs.run import Run, Stage
from tests.helpers.small_run import WORDS, Made, lines, small_recipe
from tests.helpers.toy_cards import card as toy_card


def stage(made: Made, name: str) -> Stage:
    return Stage(made.folder / name)


def parts(made: Made) -> dict[str, str]:
    return {r["term"]: r["split"] for r in stage(made, "splits").records()}


def of_student(recipe: MnemonicsRecipe, **fields: Any) -> MnemonicsRecipe:
    return recipe.model_copy(update={"student": recipe.student.model_copy(update=fields)})


def test_every_word_has_its_part_and_families_stay_together(
    made: Made, real_lexicon: Lexicon
) -> None:
    assert list(parts(made)) == list(WORDS)
    family = families(WORDS, real_lexicon.morphology)
    assert family["abate"] == family["abatement"]
    assert parts(made)["abate"] == parts(made)["abatement"]
    counts = Counter(parts(made).values())
    assert counts["test"] >= 3
    assert counts["train"] >= 5
    assert stage(made, "splits").figures["contaminated"] == 0


def test_no_lesson_is_of_a_word_that_is_held_out(made: Made, real_lexicon: Lexicon) -> None:
    found = lessons(made.recipe, stage(made, "splits"), stage(made, "cards"), real_lexicon)
    assert {(e.card.term, e.split) for e in found} <= set(parts(made).items())
    held = [term for term, part in parts(made).items() if part == "test"]
    family = families(WORDS, real_lexicon.morphology)
    learned = [e.card.term for e in found if e.split == "train"]
    assert not {family[term] for term in held} & {family[term] for term in learned}
    for example in found:
        if example.split != "test":
            told = " ".join(message.content for message in example.messages)
            assert not [term for term in held if f"term: {term}" in told]
    figures = stage(made, "student").figures
    assert figures["train"] == len(learned)


def test_one_lesson_a_family(made: Made, real_lexicon: Lexicon) -> None:
    like = next(iter(stage(made, "cards").records()))
    both = [{**like, "term": term} for term in ("abate", "abatement")]
    cards = cast("Stage", SimpleNamespace(records=lambda: both))
    found = lessons(made.recipe, stage(made, "splits"), cards, real_lexicon)
    taught = [e.card.term for e in found]
    assert taught == ["abate"] or parts(made)["abate"] != "train"


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_closed_book_lessons_are_the_word_alone(
    made: Made, real_lexicon: Lexicon, share: float
) -> None:
    recipe = of_student(made.recipe, closed_book_share=share)
    found = lessons(recipe, stage(made, "splits"), stage(made, "cards"), real_lexicon)
    closed = [e for e in found if e.messages[1].content == f"term: {e.card.term}"]
    for example in found:
        assert example.messages[0].content == SYSTEM
        assert ("meaning: " in example.messages[1].content) != (example in closed)
    if share in (0.0, 1.0):
        assert len(closed) == share * len(found)
    else:
        assert 0 < len(closed) < len(found)
        more = lessons(
            of_student(recipe, closed_book_share=0.7),
            stage(made, "splits"),
            stage(made, "cards"),
            real_lexicon,
        )
        terms = {e.card.term for e in more if e.messages[1].content == f"term: {e.card.term}"}
        assert {e.card.term for e in closed} <= terms, "a larger share closes more books"


def test_the_data_set_has_every_form(made: Made) -> None:
    files = made.folder / "dataset" / "files"
    pyarrow = pytest.importorskip("pyarrow.parquet")
    for form in ("chat", "prompt-completion", "preference", "grpo"):
        tables = {p.stem: pyarrow.read_table(p).to_pylist() for p in (files / form).iterdir()}
        assert "train" in tables
        assert tables.keys() <= {"train", "dev", "test"}
        count = sum(map(len, tables.values()))
        assert count == stage(made, "dataset").figures["rows"][form] > 0
        for name, rows in tables.items():
            assert {parts(made)[row["term"]] for row in rows} <= {name}
    readme = (files / "README.md").read_text(encoding="utf-8")
    assert "words.txt" in readme
    assert "composed by Malmoi" in readme


def words_of(folder: Path, terms: list[str], **section: Any) -> MnemonicsRecipe:
    file = folder / "words.txt"
    file.write_text("\n".join(terms), encoding="utf-8")
    return small_recipe(file, words=section)


def divided(recipe: MnemonicsRecipe, folder: Path, lexicon: Lexicon, made: list[Any]) -> Stage:
    """The stage of splits, on cards that were made by hand."""
    with Run.open(folder, recipe) as run:
        words = choose_words(run, recipe.words, lexicon)
        cards = run.stage("cards", {}, [words])
        if not cards.done:
            cards.fill(map(to_record, made))
            cards.finish()
        return split_words(MnemonicsContext(run, recipe, lexicon), words, cards)


def test_a_kill_amid_the_split_doubles_nothing(
    tmp_path: Path, real_lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = words_of(tmp_path, list(WORDS))
    whole = divided(recipe, tmp_path / "whole", real_lexicon, [toy_card("candid")])
    fill = Stage.fill

    def killed(self: Stage, records: Iterable[Any], **others: Any) -> None:
        fill(self, records, **others)
        if self.name == "splits":
            raise KeyboardInterrupt

    monkeypatch.setattr(Stage, "fill", killed)
    with pytest.raises(KeyboardInterrupt):
        divided(recipe, tmp_path / "killed", real_lexicon, [toy_card("candid")])
    monkeypatch.undo()
    again = divided(recipe, tmp_path / "killed", real_lexicon, [])
    assert again.records() == whole.records()
    assert again.figures == whole.figures


def test_too_few_words_to_prove_anything_on(tmp_path: Path, real_lexicon: Lexicon) -> None:
    recipe = words_of(tmp_path, ["candid", "lucid"], test_share=0.1)
    with pytest.raises(SourceError, match=r"2 words with .*test_share = 0\.1 leave none"):
        divided(recipe, tmp_path / "run", real_lexicon, [])


def test_words_without_a_card_teach_nothing(tmp_path: Path, real_lexicon: Lexicon) -> None:
    recipe = words_of(tmp_path, list(WORDS))
    with Run.open(tmp_path / "run", recipe) as run:
        words = choose_words(run, recipe.words, real_lexicon)
        cards = run.stage("cards", {}, [words])
        cards.finish()
        context = MnemonicsContext(run, recipe, real_lexicon)
        splits = split_words(context, words, cards)
        assert lessons(recipe, splits, cards, real_lexicon) == []
        with pytest.raises(StudentError, match="no card to learn from: 0 cards"):
            train_student(context, splits, cards)


def test_a_word_that_gives_a_held_out_one_away_is_left_out(
    tmp_path: Path, real_lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Splits keep families together, so this takes a split that doesn't."""

    def torn(family: dict[str, str], *_: object) -> dict[str, str]:
        return {term: "test" if term == "abate" else "train" for term in family}

    monkeypatch.setattr(training, "split", torn)
    recipe = words_of(tmp_path, list(WORDS))
    made = [toy_card("abatement", sense="abatement.noun.1"), toy_card("candid")]
    splits = divided(recipe, tmp_path / "run", real_lexicon, made)
    of = {record["term"]: record for record in splits.records()}
    assert of["abatement"]["split"] == "left out"
    assert of["abatement"]["because"] == "abate"
    assert splits.figures["contaminated"] == 1
    found = lessons(recipe, splits, Stage(tmp_path / "run" / "cards"), real_lexicon)
    assert [example.card.term for example in found] == ["candid"]


def test_what_was_logged_while_it_learned(made: Made) -> None:
    logged = training.curves(stage(made, "student"))
    assert logged.keys() == {"sft", "grpo"}
    assert all(log and "loss" in log[0] for log in logged.values())


def test_the_model_after_grpo_else_after_sft(made: Made, tmp_path: Path) -> None:
    last = training.model_folder(stage(made, "student"))
    assert last == made.folder / "student" / "grpo" / "model"
    copy = tmp_path / "student"
    shutil.copytree(made.folder / "student", copy)
    shutil.rmtree(copy / "grpo")
    assert training.model_folder(Stage(copy)) == copy / "sft" / "model"
    assert training.curves(Stage(copy))["grpo"] == []
    assert lines(copy / "sft" / "metrics.jsonl")
