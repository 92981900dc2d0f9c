from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import MalmoiError
from malmoi.core.files import read_lines
from malmoi.pipelines.search import prompt_plan
from malmoi.pipelines.search.prompt_plan import PromptOptions, plan_rows
from malmoi.pipelines.search.prompts import try_prompts
from malmoi.recipe import TeacherSection
from malmoi.synthesis.prompts import load_prompt
from tests.helpers.bad_server import Answer, BadServer, completion
from tests.helpers.small_corpus import articles, tiny_models, tiny_recipe, write_small_corpus

pytest.importorskip("gepa", reason="pip install 'malmoi[gepa]'")

OPTIONS = PromptOptions(calls=240, kinds=("english",), optimiser="gepa")


def answer(number: int, body: dict[str, Any]) -> Answer:
    """Writes good queries when it is told to be good, and is itself asked how to say that."""
    asked = body["messages"][-1]["content"]
    if "response_format" not in body:
        return completion("```\nBe good.\n```")
    title = next((a for a in articles() if a[1] in asked), None)
    good = title and "Be good." in body["messages"][0]["content"]
    return completion(json.dumps({"queries": [title[4] if good and title else "thing"]}))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_plan, "MIN_DOCUMENTS", 3)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    return tiny_models(tmp_path_factory.mktemp("models"))


def test_an_instruction_that_helps_is_found_kept_and_chosen(
    tmp_path: Path, models: tuple[str, str]
) -> None:
    data = write_small_corpus(tmp_path / "small")
    with BadServer(answer) as server:
        recipe = tiny_recipe(data, server.url, models)
        choice = try_prompts(recipe, tmp_path / "run", OPTIONS, tmp_path / "out")
        asked = len(server.bodies)
        assert try_prompts(recipe, tmp_path / "run", OPTIONS, tmp_path / "out") == choice
        assert len(server.bodies) == asked
    (english,) = choice.kinds
    assert english.best["variant"] == "english/gepa 1"
    assert load_prompt("english", tmp_path / "out").instruction == "Be good."
    tried = list(read_lines(tmp_path / "run" / "prompts-tried" / "records.jsonl"))
    assert [each["variant"] for each in tried] == ["english/as it is", "english/gepa 1"]


def test_another_endpoint_rewrites(tmp_path: Path, models: tuple[str, str]) -> None:
    data = write_small_corpus(tmp_path / "small")
    with BadServer(answer) as server, BadServer(answer) as other:
        section = TeacherSection(preset="", kind="http", url=other.url, model="large")
        options = PromptOptions(240, 0, ("english",), "gepa", section)
        recipe = tiny_recipe(data, server.url, models)
        choice = try_prompts(recipe, tmp_path / "run", options, tmp_path / "out")
        assert not any("response_format" not in body for body in server.bodies)
        assert other.bodies
        assert all(body["model"] == "large" for body in other.bodies)
    assert choice.kinds[0].best["variant"] == "english/gepa 1"


def test_a_round_that_was_stopped_goes_on_and_ends_the_same(
    tmp_path: Path, models: tuple[str, str]
) -> None:
    data, left = write_small_corpus(tmp_path / "small"), [0]

    def stops(number: int, body: dict[str, Any]) -> Answer:
        left[0] -= 1
        return answer(number, body) if left[0] >= 0 else Answer(status=401, body={"error": "no"})

    with BadServer(stops) as server:
        recipe = tiny_recipe(data, server.url, models)
        for stopped in range(30):
            left[0] = 12
            try:
                try_prompts(recipe, tmp_path / "run", OPTIONS, tmp_path / "out")
                break
            except MalmoiError:
                assert stopped < 29
        asked = [json.dumps(body, sort_keys=True) for body in server.bodies]
    with BadServer(answer) as server:
        again = tiny_recipe(data, server.url, models)
        try_prompts(again, tmp_path / "whole", OPTIONS, tmp_path / "out-whole")
        assert {json.dumps(body, sort_keys=True) for body in server.bodies} == set(asked)
    ours, whole = (
        (tmp_path / run / "prompts-tried" / "records.jsonl").read_text(encoding="utf-8")
        for run in ("run", "whole")
    )
    assert ours == whole


def test_the_plan_says_that_instructions_are_rewritten(tmp_path: Path) -> None:
    data = write_small_corpus(tmp_path / "small")
    rows = plan_rows(tiny_recipe(data, "http://127.0.0.1:9/v1", ("", "")), tmp_path, OPTIONS)
    assert "GEPA" in str(rows[0][1])
    assert any(row[0] == "besides" for row in rows)


def test_a_base_model_goes_on_with_the_fence(tmp_path: Path, models: tuple[str, str]) -> None:
    data = write_small_corpus(tmp_path / "small")

    def base(number: int, body: dict[str, Any]) -> Answer:
        text = "Be good." if body["prompt"].endswith("```\n") else "thing"
        return Answer(
            body={
                "choices": [{"index": 0, "text": text, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 9, "completion_tokens": 2},
            }
        )

    with BadServer(base) as server:
        recipe = tiny_recipe(data, server.url, models)
        teacher = recipe.teacher.model_copy(update={"chat": False})
        recipe = recipe.model_copy(update={"teacher": teacher})
        choice = try_prompts(recipe, tmp_path / "run", OPTIONS, tmp_path / "out")
    assert any(body["prompt"].endswith("```\n") for body in server.bodies)
    assert choice.kinds[0].best["variant"] == "english/as it is"  # no better, so no change
