"""The public API: what `malmoi.__all__` names, and every example that docs and docstrings show."""

from __future__ import annotations

import doctest
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import malmoi
from malmoi.lexicon.lookup import Lexicon
from malmoi.models import dense, e5
from malmoi.recipe import TeacherSection
from malmoi.synonyms.sources.evidence import Sources
from malmoi.synonyms.verification import verify
from malmoi.teachers.presets import PRESETS, Preset
from tests.helpers.bad_server import Answer, BadServer, completion
from tests.helpers.small_corpus import (
    WORDS,
    articles,
    small_recipe,
    tiny_models,
    write_recipe,
    write_small_corpus,
)
from tests.helpers.toy_encoder import open_characters
from tests.helpers.toy_sources import Words, make_sources
from tests.test_house import HEAVY, ROOT

LIGHT = {"httpx", "lxml", "numpy", "pydantic", "rich", "tokenizers", "typer"}
"""Small libraries that `import malmoi` does without all the same."""

OF_LEXICON = {"Lexicon", "check_claims", "write_anki", "write_card"}
"""Names whose examples look words up, in dictionaries that a machine may lack."""


DICTIONARY = WORDS | {"문서": "document", "인쇄": "print"}
"""What the teacher of the examples knows."""


def answer(_: int, body: dict[str, Any]) -> Answer:
    asked = body["messages"][-1]["content"]
    return completion(DICTIONARY.get(asked, "모릅니다"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A folder to work in with the examples' files, small models in place of those in packages;
    gives the endpoint's address."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(Sources, "open", lambda *_: make_sources())
    monkeypatch.setattr(verify, "open_wordnet", lambda _: Words())
    rows = [
        {"id": name, "title": title, "text": f"{heading}\n{text}"}
        for name, title, heading, text, _ in articles()
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "docs.jsonl").write_text(lines, encoding="utf-8")
    write_small_corpus(tmp_path / "beir")
    recipe = small_recipe(
        tmp_path / "beir", encoder={"neural": False}, queries={"enabled": False, "train": False}
    )
    with BadServer(answer) as server:
        section = TeacherSection(preset="", kind="http", url=server.url, model="m", chat=True)
        monkeypatch.setitem(PRESETS, "gemma-3-270m", Preset(section, "a scripted one"))
        write_recipe(recipe, tmp_path / "my-recipe.toml")
        yield server.url


@pytest.fixture
def names(folder: str) -> Iterator[dict[str, Any]]:
    """What the docstrings' examples take as given."""
    corpus = malmoi.Corpus.load("docs.jsonl")
    with malmoi.open_teacher(url=folder, model="m") as teacher:
        yield {
            "malmoi": malmoi,
            "corpus": corpus,
            "teacher": teacher,
            "endpoint": folder,
        }


def glossary(names: dict[str, Any]) -> malmoi.Glossary:
    return malmoi.write_glossary(names["corpus"], names["teacher"], samples=2)


def encoder(names: dict[str, Any]) -> malmoi.Encoder:
    return malmoi.Encoder.fit(names["corpus"], config=malmoi.EncoderConfig(neural=False))


MADE_WHERE_NEEDED = {"glossary": glossary, "encoder": encoder}
"""What takes a second to make, for the examples that name it."""


def blocks_of(page: str) -> list[str]:
    """The Python blocks of a page, in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def run_blocks(blocks: list[str]) -> None:
    names: dict[str, Any] = {}
    for number, block in enumerate(blocks, 1):
        exec(compile(block, f"block {number}", "exec"), names)


STORY = blocks_of("docs/python.md")
OF_WORDS = [block for block in STORY if "Lexicon" in block]


@pytest.mark.slow
def test_the_story_runs(
    folder: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    base, _ = tiny_models(tmp_path / "models")
    from transformers import AutoModel, AutoTokenizer

    body = AutoModel.from_pretrained(base), AutoTokenizer.from_pretrained(base)
    monkeypatch.setattr(e5, "load", lambda: body)
    monkeypatch.setattr(dense, "open_encoder", open_characters)
    run_blocks([block for block in STORY if block not in OF_WORDS])
    told = capsys.readouterr().out
    assert "Corpus('docs', 30 documents) 김치 담그기" in told
    assert "휴대 전화 사진 옮기기" in told
    assert "행 row" in told
    assert "nowhere.jsonl is not there" in told


@pytest.mark.slow
def test_the_story_of_words_runs(
    folder: str, shared_lexicon: Lexicon, capsys: pytest.CaptureFixture[str]
) -> None:
    assert OF_WORDS
    run_blocks(OF_WORDS)
    assert "supported" in capsys.readouterr().out
    assert Path("cards.apkg").is_file()


def test_the_readme_runs(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = blocks_of("README.md")
    run_blocks([block])
    assert capsys.readouterr().out == "문서 인쇄\n"


def examples_of(name: str) -> list[doctest.DocTest]:
    """The examples of a public name: those of its docstring and of its methods'."""
    value = getattr(malmoi, name)
    parser = doctest.DocTestParser()
    texts = [inspect.getdoc(value) or ""]
    if inspect.isclass(value):
        texts += [
            inspect.getdoc(member) or ""
            for attribute, member in inspect.getmembers(value)
            if not attribute.startswith("_") and callable(member)
        ]
    # `globs` are filled in by the test.
    return [parser.get_doctest(text, {}, name, None, 0) for text in texts if ">>>" in text]


@pytest.mark.parametrize("name", malmoi.__all__)
def test_examples_run(name: str, names: dict[str, Any], request: pytest.FixtureRequest) -> None:
    examples = examples_of(name)
    assert examples, f"malmoi.{name} shows no example"
    if name in OF_LEXICON:
        names["lexicon"] = request.getfixturevalue("shared_lexicon")
    text = " ".join(example.source for test in examples for example in test.examples)
    for given, make in MADE_WHERE_NEEDED.items():
        if re.search(rf"\b{given}\b", text):
            names[given] = make(names)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    told: list[str] = []
    for example in examples:
        example.globs = dict(names)
        runner.run(example, out=told.append)
    assert not runner.failures, "".join(told)


def functions_of(name: str) -> dict[str, Any]:
    """The function that a public name is, or the methods of the class that take a value."""
    value = getattr(malmoi, name)
    if not inspect.isclass(value):
        return {name: value}
    methods = {
        f"{name}.{attribute}": getattr(value, attribute)
        for attribute in vars(value)
        if not attribute.startswith("_") and callable(getattr(value, attribute))
    }
    return {title: m for title, m in methods.items() if parameters_of(m)}


def parameters_of(function: Any) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]


@pytest.mark.parametrize("name", malmoi.__all__)
def test_docstrings_say_what_goes_in_and_comes_out(name: str) -> None:
    for title, function in functions_of(name).items():
        text = inspect.getdoc(function) or ""
        missing = [p for p in parameters_of(function) if f"{p}:" not in text]
        assert not missing, f"malmoi.{title} says nothing of {', '.join(missing)}"
        assert "Args:" in text
        if inspect.signature(function).return_annotation != "None":
            assert "Returns:" in text, f"malmoi.{title} doesn't say what it returns"


def test_every_name_is_there_and_typed() -> None:
    assert malmoi.__all__ == sorted(malmoi.__all__)
    assert set(malmoi.__all__) <= set(dir(malmoi))
    source = inspect.getsource(malmoi)
    for name in malmoi.__all__:
        assert getattr(malmoi, name).__doc__
        assert source.count(name) >= 3, f"{name} has no import for mypy and editors"
    with pytest.raises(AttributeError, match="has no attribute 'corpus'"):
        malmoi.corpus  # noqa: B018


def test_importing_malmoi_costs_nothing() -> None:
    code = "import sys, malmoi; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & (HEAVY | LIGHT) == set()
    code = (
        "import sys, time; t = time.process_time(); import malmoi; print(time.process_time() - t)"
    )
    seconds = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True).stdout)
        for _ in range(3)
    ]
    assert min(seconds) < 0.1
