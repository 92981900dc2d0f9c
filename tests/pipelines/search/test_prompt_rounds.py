from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.pipelines.search import prompt_rounds
from malmoi.pipelines.search.context import SearchContext
from malmoi.pipelines.search.prompt_plan import PromptOptions, make_plan
from malmoi.pipelines.search.prompt_rounds import open_stage, setting_of, spent_on
from malmoi.runs.run import Run
from malmoi.teachers import Reply
from tests.helpers.small_corpus import corpus, small_recipe
from tests.pipelines.search.test_judging import context_in


def opened(folder: Path, **queries: object) -> SearchContext:
    with Run.open(folder, small_recipe(folder, queries=queries)) as run:
        context = context_in(run)
        context.recipe = small_recipe(folder, queries=queries)
        return context


def test_what_is_no_matter_to_a_variant_leaves_its_stage_as_it_is(tmp_path: Path) -> None:
    prints = []
    for queries in ({}, {"train": False}, {"kinds": {"mixed": 2}}, {"max_words": 9}):
        with Run.open(tmp_path / f"run{len(prints)}", small_recipe(tmp_path)) as run:
            context = context_in(run)
            context.recipe = small_recipe(tmp_path, queries=queries)
            plan = make_plan(context.recipe, corpus(), PromptOptions(calls=400, kinds=("english",)))
            stage = open_stage(context, "prompts-tried", plan.variants, plan.first)
            prints.append(stage.fingerprint)
    assert prints[0] == prints[1] == prints[2] != prints[3]


def test_of_a_large_corpus_some_are_ranked_and_those_that_are_tried_on_among_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = opened(tmp_path / "run")
    plan = make_plan(context.recipe, corpus(), PromptOptions(calls=400, kinds=("english",)))
    tried = {d.id for d in (*plan.first, *plan.second)}
    assert set(setting_of(context, plan).analysed.ids) == {d.id for d in corpus().documents}
    monkeypatch.setattr(prompt_rounds, "MAX_RANKED", len(tried) + 3)
    fewer = set(setting_of(context, plan).analysed.ids)
    assert tried <= fewer
    assert len(fewer) <= len(tried) + 3


def test_what_replies_cost_is_added_up() -> None:
    replies = [Reply("a", prompt_tokens=3, completion_tokens=2, cost=0.5), Reply("b")]
    assert spent_on(replies) == (3, 2, 0.5)
