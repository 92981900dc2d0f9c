from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from malmoi.core.errors import RecipeError
from malmoi.recipe import (
    CorpusSection,
    MnemonicsRecipe,
    SearchRecipe,
    dump,
    load,
    load_dumped,
    with_todays_names,
)
from malmoi.recipe import reader as loader
from malmoi.recipe.section import inner_sections, old_name

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
        ("corpus.max_concurrency=3", r"no key 'max_concurrency'; \[teacher\] has one"),
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
    loader._override(values, *loader._parsed(f"a.b={value}"))
    inner = values["a"]
    assert isinstance(inner, dict)
    assert list(inner) == ["b"]
    try:
        assert inner["b"] == tomllib.loads(f"value = {value}")["value"] or inner["b"] == value
    except tomllib.TOMLDecodeError:
        assert inner["b"] == value


def test_a_value_of_two_lines_sets_one_key() -> None:
    values: dict[str, object] = {}
    loader._override(values, *loader._parsed("a=1\nseed=2"))
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


RENAMED = [
    ("search", "teacher", "concurrency", "max_concurrency"),
    ("search", "teacher", "retries", "max_retries"),
    ("search", "teacher.servers", "parallel", "max_concurrency"),
    ("search", "queries", "passages", "max_passages"),
    ("search", "queries", "shortest", "min_words"),
    ("search", "queries", "longest", "max_words"),
    ("search", "queries", "same_query_documents", "max_documents_per_query"),
    ("search", "queries", "yield_floor", "min_yield"),
    ("search", "queries", "yield_after", "min_yield_after"),
    ("search", "glossary", "documents", "min_documents"),
    ("search", "glossary", "compound_documents", "min_compound_documents"),
    ("search", "glossary", "most_terms", "max_terms"),
    ("search", "glossary", "share_floor", "min_share"),
    ("search", "encoder", "keep", "top_k"),
    ("search", "encoder", "most_windows", "max_windows"),
    ("search", "encoder", "written_weight", "doc2query_weight"),
    ("search", "training", "batch", "batch_size"),
    ("search", "training", "negatives", "num_negatives"),
    ("search", "training", "query_rate", "query_learning_rate"),
    ("search", "training", "head_rate", "head_learning_rate"),
    ("search", "training", "body_rate", "body_learning_rate"),
    ("search", "training", "warmup", "warmup_ratio"),
    ("search", "training", "contrastive", "contrastive_weight"),
    ("search", "training", "hide_own", "mask_own_query"),
    ("search", "training", "flops", "flops_weight"),
    ("search", "training", "flops_warmup", "flops_warmup_ratio"),
    ("search", "training", "query_flops", "query_flops_weight"),
    ("search", "training", "distillation", "distillation_weight"),
    ("search", "training", "idf_penalty", "idf_penalty_weight"),
    ("search", "evaluation", "bootstrap", "bootstrap_samples"),
    ("search", "evaluation", "level", "confidence_level"),
    ("search", "synonyms", "documents", "min_documents"),
    ("search", "synonyms", "most_terms", "max_terms"),
    ("search", "synonyms", "segments", "min_segments"),
    ("search", "synonyms", "aligned_share", "min_aligned_share"),
    ("search", "synonyms", "glossary_share", "min_glossary_share"),
    ("search", "synonyms", "loanword", "min_loanword_score"),
    ("mnemonics", "words", "level", "min_level"),
    ("mnemonics", "words", "rarest", "min_zipf"),
    ("mnemonics", "words", "commonest", "max_zipf"),
    ("mnemonics", "cards", "floor", "min_score"),
    ("mnemonics", "cards", "yield_floor", "min_yield"),
    ("mnemonics", "cards", "yield_after", "min_yield_after"),
    ("mnemonics", "student", "batch", "batch_size"),
    ("mnemonics", "student", "rate", "learning_rate"),
    ("mnemonics", "student", "rank", "lora_rank"),
    ("mnemonics", "student", "length", "max_length"),
    ("mnemonics", "student", "closed_share", "closed_book_share"),
    ("mnemonics", "student", "four_bit", "load_in_4bit"),
    ("mnemonics", "student", "grpo_group", "grpo_group_size"),
    ("mnemonics", "student", "grpo_rate", "grpo_learning_rate"),
    ("mnemonics", "evaluation", "bootstrap", "bootstrap_samples"),
    ("mnemonics", "evaluation", "level", "confidence_level"),
]


@pytest.mark.parametrize(("job", "table", "old", "new"), RENAMED)
def test_an_old_key_is_refused_with_its_new_name(
    tmp_path: Path, job: str, table: str, old: str, new: str
) -> None:
    file = tmp_path / "mine.toml"
    head = f"[[{table}]]" if table == "teacher.servers" else f"[{table}]"
    file.write_text(f'job = "{job}"\nname = "mine"\n{head}\n{old} = 1\n')
    message = rf"mine\.toml: {table}\.{old} is now {table}\.{new}$"
    with pytest.raises(RecipeError, match=message):
        load(file)
    file.write_text(f'job = "{job}"\nname = "mine"\n')
    if table != "teacher.servers":
        with pytest.raises(RecipeError, match=message):
            load(file, [f"{table}.{old}=1"])


def test_an_old_table_is_refused_with_its_new_name(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('job = "mnemonics"\nname = "mine"\n[proof]\nwords = 5\n')
    with pytest.raises(RecipeError, match=r"mine\.toml: proof is now evaluation$"):
        load(file)
    file.write_text('job = "mnemonics"\nname = "mine"\n[[judge.models]]\nretries = 2\n')
    with pytest.raises(RecipeError, match=r"judge\.models\.retries is now judge\.models\.max_ret"):
        load(file)


def test_no_old_name_is_a_key_of_today() -> None:
    """Else a recipe with the old key would be read as another."""

    def check(model: type[BaseModel]) -> None:
        old = {old_name(field) for field in model.model_fields.values()} - {""}
        assert not old & set(model.model_fields), model
        for _, inner in inner_sections(model):
            check(inner)

    check(SearchRecipe)
    check(MnemonicsRecipe)


SERVER = {"url": "http://x/v1", "parallel": 3}


def test_a_recipe_that_an_earlier_version_wrote_is_read(tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    old: dict[str, object] = {
        "job": "mnemonics",
        "name": "mine",
        "words": {"level": "C1", "rarest": 1.5},
        "teacher": {"concurrency": 2, "servers": [SERVER]},
        "judge": {"models": [{"preset": "gpt-oss-20b", "retries": 1}], "pairs": 7},
        "proof": {"words": 5, "level": 0.9, "bootstrap": 500},
    }
    path.write_text(json.dumps(old), encoding="utf-8")
    recipe = load_dumped(path, MnemonicsRecipe)
    assert (recipe.words.min_level, recipe.words.min_zipf) == ("C1", 1.5)
    assert (recipe.evaluation.words, recipe.evaluation.confidence_level) == (5, 0.9)
    assert [s.max_concurrency for s in (recipe.teacher, *recipe.teacher.servers)] == [2, 3]
    assert [judge.max_retries for judge in recipe.judge.models] == [1]
    path.write_text(json.dumps(dump(recipe)), encoding="utf-8")
    assert load_dumped(path, MnemonicsRecipe) == recipe
    assert with_todays_names(dump(recipe)) == dump(recipe)
    with pytest.raises(RecipeError, match="a run of the job 'mnemonics', expected 'search'"):
        load_dumped(path, SearchRecipe)
    path.write_text('{"name": "mine", "encoder": {"keep": 3}}', encoding="utf-8")
    assert load_dumped(path, SearchRecipe).encoder.top_k == 3


def test_a_table_from_python_values() -> None:
    assert loader.read_section(CorpusSection, {"path": Path("a/b")}, "corpus").path == "a/b"
    with pytest.raises(
        RecipeError, match=r"table \[corpus\] has no key 'pth'; did you mean 'path'"
    ):
        loader.read_section(CorpusSection, {"pth": "a"}, "corpus")
    with pytest.raises(
        RecipeError, match=r"\[corpus\] limit: saw '3' \(str\), expected a valid int"
    ):
        loader.read_section(CorpusSection, {"limit": "3"}, "corpus")
