from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from malmoi.pipelines.search.prompt_choice import (
    choose,
    fragment,
    sentences,
    trial_rows,
    write_choice,
)
from malmoi.recipe import SearchRecipe
from malmoi.synthesis.prompts import load_prompt
from malmoi.synthesis.trials import Trial

RECIPE = SearchRecipe.model_validate(
    {"name": "toy", "queries": {"kinds": {"keywords": 2, "english": 1, "paraphrase": 1}}}
)
PAGES = 30
QRELS = {f"q{n}": {f"d{n}": 1} for n in range(PAGES)}


def trial(name: str, gain: float | None, score: float, **more: Any) -> Trial:
    kind = name.partition("/")[0]
    asked = {} if gain is None else {"ko": {"queries": PAGES, "before": 0.5, "after": 0.5 + gain}}
    found: Any = {
        "variant": name, "kind": kind, "about": "what differs", "documents": PAGES,
        "prompt": load_prompt(kind).model_dump(mode="json"),
        "written": 30, "kept": 20, "survival": 2 / 3, "mrr": 0.5, "ndcg": asked, "delta": gain,
        "score": score, "rejected": {}, "examples": [],
        "gains": {} if gain is None else dict.fromkeys(QRELS, gain),
    }  # fmt: skip
    return {**found, **more}


def test_the_best_of_each_kind_is_chosen_and_how_sure_that_is_said() -> None:
    noisy = {f"q{n}": 0.9 if n % 2 else -0.8 for n in range(PAGES)}
    tried = [
        trial("keywords/as it is", 0.0, 0.0),
        trial("keywords/more text", 0.1, 0.06),
        trial("english/as it is", 0.0, 0.0),
        trial("english/less text", 0.05, 0.03, gains=noisy),
    ]
    keywords, english = choose(tried, QRELS, RECIPE).kinds
    assert (keywords.kind, keywords.best["variant"]) == ("keywords", "keywords/more text")
    assert keywords.difference is not None
    assert keywords.difference["mean"] == pytest.approx(0.1)
    assert keywords.difference["low"] > 0
    assert keywords.verdict == "“more text” is better"
    assert english.difference is not None
    assert english.difference["low"] < 0 < english.difference["high"]
    assert "no difference" in english.verdict


def test_where_nothing_is_better_the_prompt_stays() -> None:
    tried = [trial("keywords/as it is", -0.1, -0.02), trial("keywords/more text", -0.1, -0.02)]
    choice = choose(tried, QRELS, RECIPE)
    assert choice.kinds[0].best["variant"] == "keywords/as it is"
    assert choice.kinds[0].difference is None
    assert choice.counts == RECIPE.queries.kinds  # no kind helps: the recipe's stay


def test_kinds_that_help_are_named_with_those_that_were_not_tried() -> None:
    tried = [
        trial("mixed/as it is", 0.1, 0.05),
        trial("keywords/as it is", 0.2, 0.1),
        trial("english/as it is", -0.1, -0.1),
    ]
    assert choose(tried, QRELS, RECIPE).counts == {"keywords": 2, "mixed": 1, "paraphrase": 1}


def test_without_development_queries_the_score_alone_chooses() -> None:
    tried = [trial("keywords/as it is", None, 0.3), trial("keywords/more text", None, 0.4)]
    choice = choose(tried, {}, RECIPE)
    assert choice.kinds[0].verdict == "“more text” has the higher score"
    assert choice.counts == RECIPE.queries.kinds
    assert trial_rows(choice)[1][0][3:5] == ["–", "–"]


def test_gains_of_other_documents_queries_count_as_the_samples() -> None:
    base = trial("keywords/as it is", 0.0, 0.0)
    best = trial("keywords/more text", 0.1, 0.05)
    for each in (base, best):
        each["ndcg"]["ko"]["queries"] = 10
        each["gains"] = {f"q{n}": each["gains"][f"q{n}"] for n in range(10)}
    best["gains"]["q20"] = -0.5  # a query of another document loses
    (kind,) = choose([base, best], QRELS, RECIPE).kinds
    assert kind.difference is not None
    assert round(kind.difference["mean"], 6) == round((10 * 0.1 - 0.5) / 10, 6)


def test_files_are_prompts_and_the_fragment_a_part_of_a_recipe(tmp_path: Path) -> None:
    tried = [trial("keywords/as it is", 0.0, 0.0), trial("keywords/more text", 0.1, 0.06)]
    out = tmp_path / 'with "quotes" 한글'
    choice = choose(tried, QRELS, RECIPE)
    write_choice(choice, RECIPE, out)
    assert {path.name for path in out.iterdir()} == {
        "keywords.toml", "paraphrase.toml", "english.toml", "README.md"
    } - ({"english.toml"} if "english" not in choice.counts else set())  # fmt: skip
    table = tomllib.loads(fragment(choice, out))
    values = {"name": "toy", **table}
    section = SearchRecipe.model_validate(values).queries
    assert section.prompts == str(out)
    for kind in section.kinds:
        assert load_prompt(kind, section.prompts).kind == kind
    page = (out / "README.md").read_text(encoding="utf-8")
    assert "more text" in page
    assert fragment(choice, out) in page
    assert sentences(choice)[0] in page
