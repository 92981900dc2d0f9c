from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import RecipeError
from malmoi.recipe import SearchRecipe, dump, load
from malmoi.recipe import reader as loader

TEXT = """
name = "mine"
[corpus]
reader = "beir"
path = "data/beir"
test_share = 0.5
[teacher]
timeout = 5
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_recipe_is_read_with_its_defaults(file: Path) -> None:
    recipe = load(file)
    assert (recipe.name, recipe.corpus.reader, recipe.corpus.test_share) == ("mine", "beir", 0.5)
    assert recipe.teacher.timeout == 5.0, "a whole number is a number"
    assert recipe.seed == SearchRecipe(name="x").seed
    assert load(str(file)) == recipe


def test_overrides_win_over_the_file(file: Path) -> None:
    recipe = load(
        file,
        [
            "corpus.limit=100",
            'corpus.path="a b"',
            "teacher.model=Qwen/Qwen3-14B-AWQ",
            "teacher.chat=true",
            "name = other ",
            "corpus.limit=200",
            "corpus.title_field=",
        ],
    )
    assert recipe.corpus.limit == 200
    assert recipe.corpus.path == "a b"
    assert recipe.teacher.model == "Qwen/Qwen3-14B-AWQ"
    assert recipe.teacher.chat is True
    assert recipe.name.strip() == "other"
    assert recipe.corpus.title_field == ""
    assert recipe.corpus.reader == "beir", "the rest of the table stays"


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("corpus.limits=3", r"table \[corpus\] has no key 'limits'; did you mean 'limit'\?"),
        ("corpsu.limit=3", r"top of the recipe has no key 'corpsu'; did you mean 'corpus'\?"),
        ("corpus.concurrency=3", r"no key 'concurrency'; \[teacher\] has one"),
        ("corpus.zzz=3", r"no key 'zzz'; it has: reader, path"),
        ("corpus.limit=ten", r"corpus.limit: saw 'ten' \(str\), expected a valid integer"),
        ('corpus.limit="10"', r"saw '10' \(str\), expected a valid integer"),
        ("corpus.limit=1.0", r"saw 1.0 \(float\), expected a valid integer"),
        ("corpus.limit=-1", r"saw -1 \(int\), expected greater than or equal to 0"),
        ("corpus.test_share=1", r"test_share: saw 1 \(int\), expected less than 1"),
        ("corpus.reader=bier", r"reader: saw 'bier' .* did you mean 'beir'\?"),
        (
            "teacher.model=4",
            r"saw 4 \(int\), expected a valid string; .*'teacher.model=\"4\"'",
        ),
        ("corpus=3", r"corpus: saw 3 \(int\)"),
        ("name.first=3", r"'name' is a value, not a table"),
        ("corpus.limit", r"expected table.key=value"),
        (".limit=3", r"expected table.key=value"),
        ("=3", r"expected table.key=value"),
    ],
)
def test_a_wrong_override_says_what_is_right(file: Path, override: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        load(file, [override])


def test_unknown_keys_of_a_file_are_named_with_the_file(file: Path) -> None:
    file.write_text(TEXT + 'modle = "x"\n', encoding="utf-8")
    with pytest.raises(
        RecipeError, match=r"mine.toml: table \[teacher\] .*'modle'.*did you mean 'model'"
    ):
        load(file)


def test_a_missing_name_and_broken_toml(file: Path) -> None:
    file.write_text("seed = 1\n")
    with pytest.raises(RecipeError, match="name is missing"):
        load(file)
    file.write_text("seed = \n")
    with pytest.raises(RecipeError, match=r"is not TOML: .*line 1"):
        load(file)
    file.write_bytes(b'name = "\xff"\n')
    with pytest.raises(RecipeError, match="is not TOML"):
        load(file)


@given(st.text())
def test_any_value_of_an_override_is_taken_whole(value: str) -> None:
    """A value is TOML or the text itself: it can't set another key."""
    values: dict[str, object] = {}
    loader._override(values, f"a.b={value}")
    inner = values["a"]
    assert isinstance(inner, dict)
    assert list(inner) == ["b"]
    try:
        assert inner["b"] == tomllib.loads(f"value = {value}")["value"] or inner["b"] == value
    except tomllib.TOMLDecodeError:
        assert inner["b"] == value


def test_a_value_of_two_lines_sets_one_key() -> None:
    values: dict[str, object] = {}
    loader._override(values, "a=1\nseed=2")
    assert values == {"a": "1\nseed=2"}


def test_built_in_recipes_are_found_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "korean-search.toml").write_text('name = "korean-search"')
    monkeypatch.setattr(loader, "_recipe_folders", lambda: [tmp_path])
    assert load("korean-search").name == "korean-search"
    with pytest.raises(RecipeError, match=r"did you mean 'korean-search'\?; give .*korean-search"):
        load("korean-serach")


def test_every_recipe_of_the_repository_loads() -> None:
    for file in Path(__file__).parents[2].glob("recipes/*.toml"):
        recipe = load(file)
        assert load(file.stem) == recipe
        assert recipe.name == file.stem


def test_dump_is_json_and_loads_again(file: Path) -> None:
    recipe = load(file)
    dumped = json.loads(json.dumps(dump(recipe)))
    assert SearchRecipe.model_validate(dumped) == recipe
    assert dumped["corpus"]["passage_words"] == recipe.corpus.passage_words
