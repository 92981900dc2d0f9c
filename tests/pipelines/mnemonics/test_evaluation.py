from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics import form
from malmoi.mnemonics.cards import from_record
from malmoi.mnemonics.judging.pairs import BASE, CLOSED, STUDENT, WRITER
from malmoi.mnemonics.prompting.brief import student_brief
from malmoi.pipelines.mnemonics import evaluation
from malmoi.pipelines.mnemonics.context import MnemonicsContext
from malmoi.pipelines.mnemonics.evaluation import (
    evaluate_student,
    held_out,
    tables,
    targets,
    write_outputs,
)
from malmoi.pipelines.mnemonics.training import model_folder
from malmoi.pipelines.mnemonics.words import look_up
from malmoi.recipe import MnemonicsRecipe
from malmoi.runs.run import Run, Stage
from malmoi.teachers import Reply, Request
from tests.helpers.small_run import Made

SYSTEMS = [WRITER, STUDENT, BASE, STUDENT + CLOSED, BASE + CLOSED]


def stage(made: Made, name: str) -> Stage:
    return Stage(made.folder / name)


def of_proof(recipe: MnemonicsRecipe, **fields: Any) -> MnemonicsRecipe:
    return recipe.model_copy(update={"evaluation": recipe.evaluation.model_copy(update=fields)})


@pytest.fixture
def copied(made: Made, tmp_path: Path) -> Made:
    """The run up to its student, to be proved anew."""
    shutil.copytree(made.folder, tmp_path / "small")
    for name in ("outputs", "proof"):
        shutil.rmtree(tmp_path / "small" / name)
    return Made(made.recipe, tmp_path / "small")


def evaluated(
    copied: Made, lexicon: Lexicon, recipe: MnemonicsRecipe | None = None
) -> tuple[Stage, Stage]:
    recipe = recipe or copied.recipe
    words, splits, cards, student = (
        stage(copied, name) for name in ("words", "splits", "cards", "student")
    )
    with Run.open(copied.folder, recipe) as run:
        context = MnemonicsContext(run, recipe, lexicon)
        outputs = write_outputs(context, words, splits, cards, student)
        return outputs, evaluate_student(context, outputs, splits, cards)


def test_held_out_words_are_test_words_chosen_by_hash(made: Made) -> None:
    words, splits = stage(made, "words"), stage(made, "splits")
    all_of = held_out(of_proof(made.recipe, words=100), words, splits)
    test = [r["term"] for r in splits.records() if r["split"] == "test"]
    assert sorted(item.term for item in all_of) == sorted(test)
    assert held_out(made.recipe, words, splits) == all_of[:3]


def test_a_word_is_evaluated_in_its_first_sense(made: Made) -> None:
    class Senses:
        def __init__(self, records: list[dict[str, Any]]) -> None:
            self._records = records

        def records(self) -> list[dict[str, Any]]:
            return self._records

    words: Any = Senses([{"term": t, "sense": f"{t}.{n}"} for t in "abc" for n in (1, 2)])
    splits: Any = Senses([{"term": t, "split": "dev" if t == "b" else "test"} for t in "abc"])
    found = held_out(made.recipe, words, splits)
    assert {item.key for item in found} == {"a|a.1", "c|c.1"}


def test_all_systems_write_for_the_same_words(made: Made) -> None:
    outputs = stage(made, "outputs").records()
    by_system: dict[str, list[dict[str, Any]]] = {}
    for record in outputs:
        by_system.setdefault(record["system"], []).append(record)
    assert list(by_system) == SYSTEMS
    asked = [(r["term"], r["sense"]) for r in by_system[STUDENT]]
    assert len(asked) == 3
    for records in by_system.values():
        assert [(r["term"], r["sense"]) for r in records] == asked
    cards = {c.term: c for c in map(from_record, stage(made, "cards").records())}
    for record in by_system[WRITER]:
        made_for = cards.get(record["term"])
        draft = form.parse(record["text"])
        assert draft == (made_for.draft if made_for else evaluation.NOTHING)


def test_student_and_base_are_asked_the_same(
    copied: Made, real_lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, list[Request]]] = []

    def write(model: str, requests: Sequence[Request]) -> Iterator[Reply]:
        asked.append((model, list(requests)))
        return iter([Reply("", finish="error", error="too long") for _ in requests])

    monkeypatch.setattr(evaluation, "_write", write)
    outputs, proof = evaluated(copied, real_lexicon)
    student, base = str(model_folder(stage(copied, "student"))), copied.recipe.student.base
    assert [model for model, _ in asked] == [student, base, student, base]
    opened, closed = asked[0][1], asked[2][1]
    assert asked[1][1] == opened
    assert asked[3][1] == closed
    assert {(r.temperature, r.max_tokens, r.sample) for r in opened + closed} == {(0.0, 16, 0)}
    items = held_out(copied.recipe, stage(copied, "words"), stage(copied, "splits"))
    told = [student_brief(*look_up(item, real_lexicon), real_lexicon) for item in items]
    assert [r.messages[1].content for r in opened] == told
    assert [r.messages[1].content for r in closed] == [f"term: {item.term}" for item in items]
    assert [r["text"] for r in outputs.records()][3:] == [""] * 12, "no reply is an empty one"
    assert targets(proof.records()[0])


def test_without_closed_book(copied: Made, real_lexicon: Lexicon) -> None:
    recipe = of_proof(copied.recipe, closed_book=False, words=2)
    outputs, proof = evaluated(copied, real_lexicon, recipe)
    assert [r["system"] for r in outputs.records()] == [
        s for s in (WRITER, STUDENT, BASE) for _ in range(2)
    ]
    assert [t["title"] for t in tables(proof.records()[0])] == ["Open book"]


def test_a_kill_at_the_end_doubles_nothing(
    copied: Made, made: Made, real_lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = Stage.finish

    def killed(self: Stage, **counts: Any) -> None:
        if self.name == "proof":
            raise KeyboardInterrupt
        finish(self, **counts)

    monkeypatch.setattr(Stage, "finish", killed)
    with pytest.raises(KeyboardInterrupt):
        evaluated(copied, real_lexicon)
    monkeypatch.undo()
    outputs, proof = evaluated(copied, real_lexicon)
    assert proof.records() == stage(made, "proof").records()
    assert outputs.records() == stage(made, "outputs").records()


def test_every_system_is_in_the_tables(made: Made) -> None:
    (found,) = stage(made, "proof").records()
    assert list(found["systems"]) == SYSTEMS
    assert found["words"] == 3
    opened, closed = tables(found)
    assert opened["systems"] == [STUDENT, BASE, WRITER]
    assert closed["systems"] == [STUDENT + CLOSED, BASE + CLOSED]
    assert opened["tested"]
    assert closed["tested"]
    for table in (opened, closed):
        assert all(len(row["cells"]) == len(table["systems"]) for row in table["rows"])
    assert found["systems"][WRITER]["contradicted"]["mean"] == 0


def measured(mean: float | None) -> dict[str, Any]:
    return {"mean": mean, "low": mean, "high": mean, "n": 3}


def found_of(student: dict[str, float], base: float) -> dict[str, Any]:
    above = student.pop("above", None)
    test = {"measure": "kept", "a": STUDENT, "b": BASE, "difference": above, "high": above}
    return {
        "tests": [] if above is None else [{**test, "low": above - 0.1}],
        "systems": {
            STUDENT: {name: measured(value) for name, value in student.items()},
            BASE: {"verified": measured(base)},
        },
    }


@pytest.mark.parametrize(
    ("student", "base", "met"),
    [
        ({"verified": 0.6, "contradicted": 0.01, "above": 0.2}, 0.2, [True] * 4),
        ({"verified": 0.39, "contradicted": 0.02, "above": 0.1}, 0.2, [False] * 4),
        ({"verified": 0.7, "contradicted": 0}, 0.0, [True] * 3),
        ({"verified": 0.0, "contradicted": 0}, 0.0, [False, False, True]),
    ],
    ids=["just met", "just missed", "no base", "nothing"],
)
def test_targets(student: dict[str, float], base: float, met: list[bool]) -> None:
    found = targets(found_of(dict(student), base))
    assert [target["met"] for target in found] == met
    assert all(isinstance(target["value"], str) for target in found)


def test_a_single_held_out_word(copied: Made, real_lexicon: Lexicon) -> None:
    """Of a short list no more may be left; the tests say that they can't tell."""
    _, proof = evaluated(copied, real_lexicon, of_proof(copied.recipe, words=1))
    (found,) = proof.records()
    assert found["words"] == 1
    assert tables(found)
    assert targets(found)
