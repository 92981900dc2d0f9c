from __future__ import annotations

import re
from pathlib import Path

import pytest

from malmoi.core.errors import RecipeError
from malmoi.corpora.corpus import Corpus, Document, Query, Section
from malmoi.pipelines.search import prompt_plan as module
from malmoi.pipelines.search.prompt_plan import PromptOptions, make_plan, plan_rows
from malmoi.recipe import SearchRecipe
from tests.helpers.small_corpus import corpus, small_recipe, write_small_corpus

OPTIONS = PromptOptions(calls=200, kinds=("english",))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples that fit thirty documents."""
    monkeypatch.setattr(module, "MIN_DOCUMENTS", 3)


def test_no_held_out_document_is_written_for(tmp_path: Path) -> None:
    plan = make_plan(small_recipe(tmp_path), corpus(), OPTIONS)
    for document in (*plan.first, *plan.second):
        assert module.splits.split_of(document.id, 0.5) == "dev"


def test_the_plan_says_what_it_costs_and_asks_nothing(tmp_path: Path) -> None:
    data = write_small_corpus(tmp_path / "small")
    rows = plan_rows(small_recipe(data), tmp_path / "run", OPTIONS)
    assert not (tmp_path / "run").exists()
    shown = {str(row[0]): row for row in rows}
    calls = [int(re.findall(r"(\d+) calls", str(shown[n][2]))[0]) for n in
             ("first round", "second round")]  # fmt: skip
    assert 0 < sum(calls) <= OPTIONS.calls
    assert "development queries" in str(shown["chosen by"][1])
    assert "tokens" in str(shown["at most"][1])
    capped = PromptOptions(200, tokens=100_000, kinds=("english",))
    fewer = plan_rows(small_recipe(data), tmp_path / "run", capped)
    most = int(re.sub(r"\D", "", str(next(r for r in fewer if r[0] == "at most")[1])))
    assert most <= 110_000


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (PromptOptions(calls=5), "too few"),
        (PromptOptions(tokens=10), "too few"),
        (PromptOptions(kinds=("nonsense",)), "no prompt for the kind"),
        (PromptOptions(kinds=("paraphrase",)), "written from passages"),
    ],
)
def test_what_cannot_be_tried_is_said(tmp_path: Path, options: PromptOptions, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        make_plan(small_recipe(tmp_path), corpus(), options)


def test_many_documents_make_two_samples_that_share_none_and_exemplars_of_others() -> None:
    documents = tuple(Document(f"d{n}", f"안내 {n}", (Section("", "글"),)) for n in range(300))
    asked = tuple(Query(f"q{n}", f"도서관 자료 {n}", "ko") for n in range(300))
    qrels = {f"q{n}": {f"d{n}": 1} for n in range(300)}
    many = Corpus("many", documents, asked, qrels)
    recipe = SearchRecipe(name="many")
    plan = make_plan(recipe, many, PromptOptions(calls=600, kinds=("keywords",)))
    ids = [{d.id for d in part} for part in (plan.first, plan.second)]
    assert not ids[0] & ids[1]
    people = next(v for v in plan.variants if v.name == "keywords/people's exemplars")
    shown = {f"d{query.split()[-1]}" for e in people.prompt.exemplars for query in e.queries}
    assert shown
    assert not shown & (ids[0] | ids[1])
    made = len(plan.variants) * len(plan.first) + 3 * len(plan.second)
    assert 0.8 * 600 < made <= 600
