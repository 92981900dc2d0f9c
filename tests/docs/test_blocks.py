"""Every command, recipe and block of Python that the README and the pages show."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from malmoi.cli import app
from malmoi.recipe import load
from tests.test_house import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS: Any = typer.main.get_command(app)


def blocks(page: Path, language: str) -> list[str]:
    """A page's blocks of code in a language, in order."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def command_lines(block: str) -> Iterator[list[str]]:
    """The words of each command; a line that ends with a backslash goes on in the next."""
    for line in block.replace("\\\n", " ").splitlines():
        for part in re.split(r"\s(?:&&|\|)\s", line):
            words = shlex.split(part, comments=True)
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                words = words[1:]
            if words:
                yield words


def problem_of(words: list[str]) -> str:
    """What is wrong with a command of ours: a name, an option or an argument that there is not."""
    if words[0] == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        wrong = [word for word in words[1:] if "=" not in word and word not in targets]
        return f"make has no {wrong[0]}" if wrong else ""
    if words[0] == "python" and len(words) > 1 and words[1].endswith(".py"):
        return "" if (ROOT / words[1]).is_file() else f"there is no {words[1]}"
    if Path(words[0]).name == "malmoi":
        return problem_of_command(COMMANDS, words[1:])
    return ""


def problem_of_command(command: Any, words: list[str]) -> str:
    inner = getattr(command, "commands", {})
    if inner and words and words[0] in inner:
        return problem_of_command(inner[words[0]], words[1:])
    if inner:
        return "" if words in ([], ["--help"], ["--version"]) else f"no command {words}"
    options = {name: each for each in command.params for name in each.opts if name.startswith("-")}
    options |= {n: p for p in command.params for n in p.secondary_opts}
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    given = 0
    while words:
        name, _, value = words[0].partition("=")
        words = words[1:]
        if not name.startswith("--"):
            given += 1
        elif name not in {*options, "--help"}:
            return f"{command.name} has no {name}"
        elif not value and not getattr(options.get(name), "is_flag", True):
            words = words[1:]
    most = sum(each.nargs if each.nargs > 0 else 1000 for each in arguments)
    least = sum(each.required for each in arguments)
    return "" if least <= given <= most else f"{command.name} takes no {given} arguments"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_are_what_malmoi_make_and_benchmarks_know(page: Path) -> None:
    found = [
        (words, problem)
        for block in blocks(page, "sh")
        for words in command_lines(block)
        if (problem := problem_of(words))
    ]
    assert found == []


def test_wrong_commands_are_found() -> None:
    wrong = """
        malmoi serch my-index x   # a comment
        malmoi search my-index
        malmoi run a b
        OPENSEARCH_URL=x malmoi run recipe.toml --dry-runs && make tests
        python benchmarks/none.py
    """
    problems = [problem_of(words) for words in command_lines(wrong)]
    assert problems == [
        "no command ['serch', 'my-index', 'x']",
        "search takes no 1 arguments",
        "run takes no 2 arguments",
        "run has no --dry-runs",
        "make has no tests",
        "there is no benchmarks/none.py",
    ]
    right = "malmoi run r.toml --set a.b=1 --dry-run\nmalmoi synonyms make x\nmake test PYTHON=x"
    assert [problem_of(words) for words in command_lines(right)] == ["", "", ""]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_python_is_python_and_recipes_are_recipes(page: Path, tmp_path: Path) -> None:
    for block in blocks(page, "python"):
        if "reference" not in page.parts:  # signatures
            ast.parse(block)
    for number, block in enumerate(blocks(page, "toml")):
        tables = tomllib.loads(block)
        if not tables.keys() & {"corpus", "teacher", "words", "student", "training", "encoder"}:
            continue
        recipe = tmp_path / f"{number}.toml"
        job = 'job = "mnemonics"\n' if tables.keys() & {"words", "student", "cards"} else ""
        job = "" if "job" in tables else job
        recipe.write_text(("" if "name" in tables else 'name = "x"\n') + job + block)
        load(recipe)
