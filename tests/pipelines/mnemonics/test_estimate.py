from __future__ import annotations

import pytest

from malmoi.pipelines.duration import Machine
from malmoi.pipelines.mnemonics import estimate as estimating
from malmoi.pipelines.mnemonics.estimate import estimate
from malmoi.recipe import MnemonicsRecipe, load
from malmoi.teachers import Request

MACHINE = Machine(2.2e11, 0.0, bf16=True)


@pytest.fixture(autouse=True)
def weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "parameters_of", lambda model: 135_000_000)
    monkeypatch.setattr(estimating, "cores", lambda: 2)


def recipe_of(**tables: object) -> MnemonicsRecipe:
    return MnemonicsRecipe.model_validate({"job": "mnemonics", "name": "m", **tables})


def seconds(recipe: MnemonicsRecipe, words: int = 1000) -> dict[str, float | None]:
    return {part.name: part.seconds for part in estimate(recipe, words, {}, MACHINE)}


def test_the_full_recipe_takes_about_what_it_took() -> None:
    recipe = load("mnemonics")
    assert isinstance(recipe, MnemonicsRecipe)
    # 1,487 cards of 13,099 words were trained on in 6 minutes of quiet cores.
    took = seconds(recipe, 13_099)
    assert took["student"] == pytest.approx(7 * 60, rel=0.3)
    assert took["answers"] == pytest.approx(12 * 60, rel=0.3)


def test_more_work_takes_longer() -> None:
    usual = seconds(recipe_of())
    assert set(usual) == {"words and cards", "student", "answers"}
    assert seconds(recipe_of(), 2000)["words and cards"] == pytest.approx(
        2 * (usual["words and cards"] or 0)
    )
    more = {"epochs": 80.0}
    assert (seconds(recipe_of(student=more))["student"] or 0) > 2 * (usual["student"] or 0)
    half = seconds(recipe_of(evaluation={"closed_book": False}))["answers"]
    assert half == pytest.approx((usual["answers"] or 0) / 2)
    # No more words are held out than there are.
    assert seconds(recipe_of(), 10)["answers"] == pytest.approx((usual["answers"] or 0) * 2 / 150)


def test_what_isn_t_known_is_not_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = recipe_of(judge={"models": [{"preset": "openai"}]}, teacher={"preset": "openai"})
    asked = {"cards": [Request(prompt="q")], "glosses": []}
    unknown = [p.name for p in estimate(judged, 10, asked, MACHINE) if p.seconds is None]
    assert unknown == ["cards", "judges"]
    monkeypatch.setattr(estimating, "parameters_of", lambda model: 0)
    assert seconds(recipe_of())["student"] is None
