from __future__ import annotations

import pytest

from malmoi.pipelines.doctor import installed as installing
from malmoi.pipelines.doctor.check import Check
from malmoi.pipelines.doctor.installed import by_extra, check_extras, extras_of
from malmoi.recipe import MnemonicsRecipe, SearchRecipe

REQUIREMENTS = [
    "httpx>=0.27",
    'torch==2.13.0; extra == "train"',
    'ray[data]<2.64,>=2.50; extra == "ray"',
    "opensearch-py>=3.2 ; extra == 'opensearch'",
    'malmoi[aws]; extra == "all"',
]
VERSIONS = {"httpx": "0.28.1", "torch": "2.13.0+cpu", "ray": "2.9.9"}


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing.metadata, "requires", lambda name: REQUIREMENTS)
    monkeypatch.setattr(installing, "_version", VERSIONS.get)


def by_name(checks: list[Check]) -> dict[str, Check]:
    return {check.name.partition(":")[0]: check for check in checks}


def test_requirements_are_sorted_by_extra() -> None:
    assert by_extra(REQUIREMENTS) == {
        "": [("httpx", "0.27")],
        "train": [("torch", "2.13.0")],
        "ray": [("ray", "2.50")],
        "opensearch": [("opensearch-py", "3.2")],
    }


def test_versions_lacks_and_remedies_are_said(packages: None) -> None:
    checks = by_name(check_extras())
    assert checks["malmoi"].ok
    assert checks["malmoi"].seen == "httpx 0.28.1"
    assert checks["malmoi[train]"].seen == "torch 2.13.0+cpu"
    # 2.9 is older than 2.50, though it reads as more.
    assert checks["malmoi[ray]"].seen == "ray 2.9.9, older than 2.50"
    lacking = checks["malmoi[opensearch]"]
    assert (lacking.ok, lacking.seen) == (False, "no opensearch-py")
    assert lacking.remedy == "pip install 'malmoi[opensearch]'"
    assert not lacking.stops


def test_what_a_recipe_uses_is_needed(packages: None) -> None:
    checks = by_name(check_extras(SearchRecipe(name="n")))
    assert checks["malmoi[train]"].needed
    assert not checks["malmoi[ray]"].needed


def test_a_source_tree_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> list[str]:
        raise installing.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(installing.metadata, "requires", missing)
    (check,) = check_extras()
    assert check.ok


@pytest.mark.parametrize(
    ("tables", "extras"),
    [
        ({}, {"train", "embedded"}),
        ({"synonyms": {"enabled": True}}, {"train", "embedded", "synonyms"}),
        ({"corpus": {"reader": "table", "path": "a.parquet"}}, {"train", "embedded", "data"}),
        ({"corpus": {"reader": "table", "path": "a.csv"}}, {"train", "embedded"}),
        ({"training": {"report_to": "wandb"}}, {"train", "embedded", "track"}),
        (
            {
                "teacher": {"preset": "openai"},
                "encoder": {"base": "b"},
                "evaluation": {"dense_model": "d"},
            },
            {"train"},
        ),
    ],
)
def test_extras_follow_from_the_recipe(tables: dict[str, object], extras: set[str]) -> None:
    recipe = SearchRecipe.model_validate({"name": "n", **tables})
    assert extras_of(recipe) == extras


def test_cards_need_the_lexicon() -> None:
    recipe = MnemonicsRecipe(job="mnemonics", name="n")
    assert extras_of(recipe) == {"train", "mnemonics", "embedded"}
