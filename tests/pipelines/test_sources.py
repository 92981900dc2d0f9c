"""What recipes name, and what has become of it."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest

from malmoi.pipelines.sources import GLOSSES, changes, of_run, sources_of
from malmoi.recipe import MnemonicsRecipe, SearchRecipe
from malmoi.runs.run import Run
from tests.helpers.toy_run import finish_toy


def search(**sections: dict[str, Any]) -> SearchRecipe:
    return SearchRecipe.model_validate({"name": "toy", **sections})


def mnemonics(**sections: dict[str, Any]) -> MnemonicsRecipe:
    return MnemonicsRecipe.model_validate({"name": "toy", "job": "mnemonics", **sections})


def fill(folder: Path, *names: str) -> str:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")
    return str(folder)


READERS = {
    "beir": (
        ["corpus.jsonl", "queries.jsonl.gz", "qrels/test.tsv", "qrels/dev.tsv"],
        ["README.md", "qrels/old.txt", "corpus.csv", "notes.txt"],
    ),
    "text": (["a.txt", "b/c.md"], ["a.csv", ".git/a.txt"]),
    "hub": (["dataset_info.json", "data-00000-of-00001.arrow"], [".cache/a.arrow"]),
    "libreoffice-help": (
        ["libreoffice-help-ko_2_all.deb", "libreoffice-help-en-us_1_all.deb"],
        ["libreoffice-help-ko_1_all.deb", "libreoffice-help-de_1_all.deb"],
    ),
}


@pytest.mark.parametrize("reader", READERS)
def test_the_files_that_a_reader_reads(tmp_path: Path, reader: str) -> None:
    read, others = READERS[reader]
    path = fill(tmp_path / "data", *read, *others)
    source = sources_of(search(corpus={"reader": reader, "path": path}))["corpus.path"]
    assert set(source.files) == set(read)
    assert all(file.is_file() for file in source.files.values())


@pytest.mark.parametrize("reader", ["table", "squad"])
def test_one_file(tmp_path: Path, reader: str) -> None:
    path = Path(fill(tmp_path, "docs.json"), "docs.json")
    recipe = search(corpus={"reader": reader, "path": str(path)})
    assert sources_of(recipe)["corpus.path"].files == {"": path}
    path.unlink()
    assert sources_of(recipe)["corpus.path"].files == {}


def test_a_corpus_that_lacks_what_it_needs_isnt_there(tmp_path: Path) -> None:
    beir = fill(tmp_path / "beir", "queries.jsonl", "qrels/test.tsv")
    help_pages = fill(tmp_path / "help", "libreoffice-help-ko_2_all.deb")
    for reader, path in (("beir", beir), ("libreoffice-help", help_pages)):
        source = sources_of(search(corpus={"reader": reader, "path": path}))["corpus.path"]
        assert (source.path, source.files) == (path, {})


def test_what_a_recipe_leaves_empty_is_no_source() -> None:
    """But for the default teacher, whose weights come in a package: nothing is known of it."""
    for recipe in (search(), mnemonics()):
        assert [(s.key, s.files, s.revision) for s in sources_of(recipe).values()] == [
            ("teacher.model", {}, "")
        ]


def test_files_and_models_of_the_search_encoder(tmp_path: Path) -> None:
    prompts = fill(tmp_path / "prompts", "english.toml", "keywords.toml", "other.toml")
    model = fill(tmp_path / "model", "config.json", "1_Pooling/config.json", "README.md", ".git/a")
    weights = Path(fill(tmp_path, "teacher.gguf"), "teacher.gguf")
    pairs = Path(fill(tmp_path, "pairs.txt"), "pairs.txt")
    recipe = search(
        glossary={"exemplars": str(pairs)},
        queries={"prompts": prompts, "kinds": {"english": 1, "keywords": 0}},
        teacher={"preset": "", "kind": "embedded", "model": str(weights), "chat": True},
        encoder={"base": model},
        evaluation={"dense_model": model},
    )
    names = {key: set(source.files) for key, source in sources_of(recipe).items()}
    assert names == {
        "glossary.exemplars": {""},
        "queries.prompts": {"english.toml"},
        "teacher.model": {""},
        "encoder.base": {"config.json", "1_Pooling/config.json"},
        "evaluation.dense_model": {"config.json", "1_Pooling/config.json"},
    }
    (tmp_path / "prompts" / "english.toml").unlink()
    assert sources_of(recipe)["queries.prompts"].files == {}


def test_files_and_models_of_the_mnemonic_writer(tmp_path: Path) -> None:
    words = Path(fill(tmp_path, "words.txt"), "words.txt")
    prompts = fill(tmp_path / "prompts", "few-shot.toml", "exemplars.toml", "gloss.toml")
    packages = fill(
        tmp_path / "debs", "dict-gcide_1_all.deb", "dict-gcide_2_all.deb", "wordnet-base_1_all.deb"
    )
    model = fill(tmp_path / "model", "config.json")
    recipe = mnemonics(
        words={"path": str(words)},
        cards={"prompts": prompts, "learner": "ko"},
        lexicon={"packages": packages},
        teacher={"preset": "openai"},
        student={"base": model},
        judge={"models": [{"preset": "", "kind": "transformers", "model": model, "chat": True}]},
    )
    names = {key: set(source.files) for key, source in sources_of(recipe).items()}
    assert names == {
        "words.path": {""},
        "lexicon.packages": {"dict-gcide_2_all.deb", "wordnet-base_1_all.deb"},
        "cards.prompts": {"few-shot.toml", "exemplars.toml"},
        GLOSSES: {""},
        "student.base": {"config.json"},
        "judge.models.1": {"config.json"},
    }
    (tmp_path / "prompts" / "gloss.toml").unlink()
    assert GLOSSES not in sources_of(recipe), "the package's is asked with"


def test_a_model_of_the_hub_is_known_by_its_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    recipe = search(
        encoder={"base": "org/name"}, corpus={"reader": "hub", "path": "org/texts"},
        teacher={"preset": "gpt-oss-20b"},
    )  # fmt: skip
    assert {source.revision for source in sources_of(recipe).values()} == {""}
    for kind, name in (("models", "name"), ("datasets", "texts")):
        main = tmp_path / f"{kind}--org--{name}" / "refs" / "main"
        main.parent.mkdir(parents=True)
        main.write_text(f"{name}-commit\n", encoding="utf-8")
    found = {key: source.revision for key, source in sources_of(recipe).items()}
    assert found == {
        "corpus.path": "texts-commit", "encoder.base": "name-commit", "teacher.model": "",
    }  # fmt: skip


def test_what_has_become_of_a_runs_sources(tmp_path: Path) -> None:
    docs = Path(fill(tmp_path, "docs.csv"), "docs.csv")
    pairs = Path(fill(tmp_path, "pairs.txt"), "pairs.txt")
    recipe = search(
        corpus={"reader": "table", "path": str(docs)}, glossary={"exemplars": str(pairs)}
    )
    folder = tmp_path / "run"
    assert changes(folder, sources_of(recipe)) == [], "it isn't begun"
    with Run.open(folder, recipe) as run:
        sources = sources_of(recipe)
        corpus = run.stage("corpus", {}, sources=[sources["corpus.path"]])
        finish_toy(corpus)
        run.stage("glossary", {}, [corpus], [sources["glossary.exemplars"]])
    assert changes(folder, of_run(folder)) == []
    docs.write_text("other", encoding="utf-8")
    pairs.unlink()
    assert changes(folder, of_run(folder)) == [
        ["made anew", "corpus, glossary", f"{docs} changed"],
        [
            "gone",
            f"{pairs} (glossary.exemplars) is not there",
            "stops: glossary isn't finished and needs it",
        ],
    ]
    docs.unlink()
    ((_, what, follows), _) = changes(folder, of_run(folder))
    assert (what, follows) == (
        f"{docs} (corpus.path) is not there",
        "what is finished goes on without it",
    )


def test_a_recipe_that_cant_be_read_any_more_names_nothing(tmp_path: Path) -> None:
    (tmp_path / "recipe.json").write_text(json.dumps({"name": "x", "corpus": {"reader": "tape"}}))
    assert of_run(tmp_path) == {}
    assert of_run(tmp_path / "nowhere") == {}


def test_a_folder_that_doesnt_answer_isnt_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network's: `Path.is_file` raises what it knows nothing of."""
    docs = fill(tmp_path, "docs.csv") + "/docs.csv"
    monkeypatch.setattr(Path, "is_file", lambda self: open_stale(self))
    recipe = search(
        corpus={"reader": "table", "path": docs}, glossary={"exemplars": docs},
        queries={"prompts": str(tmp_path)}, encoder={"base": docs},
    )  # fmt: skip
    assert {source.files == {} for source in sources_of(recipe).values()} == {True}


def open_stale(path: Path) -> bool:
    raise OSError(errno.ESTALE, "Stale file handle", str(path))
