"""The public API: what `malmoi.__all__` names, and every example that its docstrings show."""

from __future__ import annotations

import doctest
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import malmoi
from malmoi.synonyms.sources.evidence import Sources
from malmoi.synonyms.verification import verify
from tests.helpers.small_corpus import articles, teacher_server, write_small_corpus
from tests.helpers.toy_sources import Words, make_sources
from tests.test_house import HEAVY

LIGHT = {"httpx", "lxml", "numpy", "pydantic", "rich", "tokenizers", "typer"}
"""Small libraries that `import malmoi` does without all the same."""

OF_LEXICON = {"Lexicon", "check_claims", "write_anki", "write_card"}
"""Names whose examples look words up, in dictionaries that a machine may lack."""


def write_docs(path: Path) -> None:
    """The small corpus as the table that the examples read."""
    rows = [
        {"id": name, "title": title, "text": f"{heading}\n{text}"}
        for name, title, heading, text, _ in articles()
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What the examples take as given, and a folder of their own to work in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(Sources, "open", lambda *_: make_sources())
    monkeypatch.setattr(verify, "open_wordnet", lambda _: Words())
    write_docs(tmp_path / "docs.jsonl")
    write_small_corpus(tmp_path / "beir")
    with teacher_server() as server, malmoi.open_teacher(url=server.url, model="m") as teacher:
        corpus = malmoi.Corpus.load("docs.jsonl")
        yield {
            "malmoi": malmoi,
            "corpus": corpus,
            "teacher": teacher,
            "endpoint": server.url,
            "glossary": malmoi.write_glossary(corpus, teacher, samples=2),
            "encoder": malmoi.Encoder.fit(corpus, config=malmoi.EncoderConfig(neural=False)),
        }


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
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    told: list[str] = []
    for example in examples:
        example.globs = dict(names)
        runner.run(example, out=told.append)
    assert not runner.failures, "".join(told)


def functions_of(name: str) -> dict[str, Any]:
    """The function that a public name is, or the methods of the class that take several values."""
    value = getattr(malmoi, name)
    if not inspect.isclass(value):
        return {name: value}
    methods = {
        f"{name}.{attribute}": getattr(value, attribute)
        for attribute in vars(value)
        if not attribute.startswith("_") and callable(getattr(value, attribute))
    }
    return {title: m for title, m in methods.items() if len(parameters_of(m)) > 1}


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
        "import sys, time; t = time.perf_counter(); import malmoi; print(time.perf_counter() - t)"
    )
    seconds = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True).stdout)
        for _ in range(3)
    ]
    assert min(seconds) < 0.1
