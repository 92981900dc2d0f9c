from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from malmoi.core.errors import RecipeError, SourceError
from malmoi.corpora import readers
from malmoi.corpora.corpus import Corpus, Document, Query, Section
from malmoi.corpora.readers.beir import write_beir
from malmoi.corpora.survey import survey
from malmoi.pipelines.search.new_recipe import name_of, recipe_text, subject_of, write_recipe
from malmoi.recipe import SearchRecipe, load

ROWS = "id,제목,본문\n1,여권 안내,여권을 발급합니다.\n2,여권 재발급,여권을 다시 발급합니다.\n"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "docs.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_the_recipe_is_read_back_and_reads_the_corpus(docs: Path, tmp_path: Path) -> None:
    made = write_recipe(docs, tmp_path / "docs.toml")
    recipe = load(made.path)
    assert isinstance(recipe, SearchRecipe)
    assert recipe == made.recipe
    assert not made.replaced
    assert made.recipe.name == "docs"
    named = write_recipe(docs, tmp_path / "My recipe.toml").recipe
    assert (named.name, named.glossary) == ("my-recipe", recipe.glossary)
    assert recipe.corpus.title_field == "제목"
    assert len(readers.read(recipe.corpus).documents) == 2
    assert {part.name for part in made.parts} >= {"reading", "students"}


def test_a_beir_folder_s_recipe_reads_its_queries(tmp_path: Path) -> None:
    documents = tuple(
        Document(str(n), "", (Section("", f"여권을 {n}번 발급합니다."),)) for n in range(3)
    )
    folder = tmp_path / "set"
    write_beir(Corpus("c", documents, (Query("q", "여권", "ko"),), {"q": {"1": 1}}), folder)
    made = write_recipe(folder, tmp_path / "set.toml")
    assert made.recipe.corpus.reader == "beir"
    assert len(readers.read(made.recipe.corpus).queries) == 1
    text = made.path.read_text(encoding="utf-8")
    assert "# Note: no document has a title." in text
    assert "Nothing is evaluated" not in text


def test_every_key_has_a_comment(docs: Path, tmp_path: Path) -> None:
    text = write_recipe(docs, tmp_path / "docs.toml").path.read_text(encoding="utf-8")
    lines = text.splitlines()
    keys = [n for n, line in enumerate(lines) if re.match(r"[a-z_]+ = ", line)]
    assert len(keys) >= 12
    bare = [lines[n] for n in keys if " # " not in lines[n] and not lines[n - 1].startswith("#")]
    assert bare == []


def test_a_recipe_that_is_there_is_left_unless_said(docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "docs.toml"
    out.write_text("mine")
    with pytest.raises(RecipeError, match="there already, and was left as it is"):
        write_recipe(docs, out)
    assert out.read_text() == "mine"
    assert write_recipe(docs, out, overwrite=True).replaced
    assert load(out)


def test_what_can_t_be_read_leaves_no_recipe(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        write_recipe(tmp_path / "none.csv", tmp_path / "none.toml")
    assert not list(tmp_path.iterdir())


def test_names_of_any_kind_are_written_so_that_they_are_read_back(tmp_path: Path) -> None:
    names = 'i"d', "제\\목", "te#xt"
    path = tmp_path / "it's [odd].tsv"
    path.write_text(
        "\t".join(["id", *names[1:]]) + "\n1\t안내\t여권을 발급합니다.\n", encoding="utf-8"
    )
    seen = survey(path)
    section = seen.section.model_copy(update={"title_field": 'a"\\\x7f\t#b', "id_field": names[0]})
    object.__setattr__(seen, "section", section)
    object.__setattr__(seen, "licence", "CC\nname = 'x'\x1b[31m")
    values = tomllib.loads(recipe_text("n", seen, 'a "b" \\', ["여권\n[x]"]))
    assert values["corpus"]["title_field"] == section.title_field
    assert values["corpus"]["id_field"] == names[0]
    assert values["corpus"]["path"] == str(path)
    assert values["glossary"]["subject"] == 'a "b" \\'
    assert values["name"] == "n"


def test_a_subject_is_only_what_the_name_says(docs: Path, tmp_path: Path) -> None:
    pytest.importorskip("wordfreq")
    assert subject_of("support-tickets") == "support tickets"
    assert subject_of("products_2024") == "products"
    for silent in ("docs", "corpus_ko", "tldr_ko", "belebele", "공지", "x1"):
        assert subject_of(silent) == ""
    text = write_recipe(docs, tmp_path / "docs.toml").path.read_text(encoding="utf-8")
    assert "# subject = " in text
    assert "\nsubject = " not in text
    assert "# Often here: " in text
    (tmp_path / "products.csv").write_text(ROWS, encoding="utf-8")
    made = write_recipe(tmp_path / "products.csv", tmp_path / "products.toml")
    assert made.recipe.glossary.subject == "products"


def test_no_glossary_is_asked_for_where_no_term_can_be(tmp_path: Path) -> None:
    path = tmp_path / "docs.csv"
    path.write_text("id,text\n1,빨간 셔츠\n2,가죽 구두\n", encoding="utf-8")
    assert not write_recipe(path, tmp_path / "a.toml").recipe.glossary.enabled
    path.write_text("id,text\n1,A red shirt of cotton.\n2,Black leather shoes.\n")
    made = write_recipe(path, tmp_path / "b.toml").recipe
    assert (made.corpus.language, made.glossary.enabled) == ("en", False)


def test_names_are_those_of_folders() -> None:
    assert name_of(Path("a/My docs (2).csv.gz")) == "my-docs-2"
    assert name_of(Path("공지.jsonl")) == "공지"
    assert name_of(Path("v1.2")) == "v1-2"
    assert name_of(Path("???.csv")) == "corpus"
