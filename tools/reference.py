"""Writes docs/reference/: the commands' own help, the docstrings of `malmoi`, a recipe's keys.

    python tools/reference.py

`make docs` runs it; a test says where what is kept is no longer what it would write.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer
from pydantic import BaseModel
from typer.testing import CliRunner

import malmoi
from malmoi.cli import app
from malmoi.recipe import MnemonicsRecipe, SearchRecipe

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
WIDTH = 96
HEADINGS = ("Attributes", "Args", "Returns", "Raises", "Example")
"""The parts of a docstring, as they stand in it."""


def commands() -> str:
    """The page of all commands: what `--help` prints for each."""
    parts = [
        "# Commands",
        "What `--help` prints. Every command ends with status 0, or with 1 and a message that says "
        "what was seen and what to do; 130 after Ctrl-C.",
    ]
    for words in _command_names(typer.main.get_command(app)):
        called = CliRunner().invoke(
            app, [*words, "--help"], prog_name="malmoi", env={"COLUMNS": "80"}
        )
        parts += [f"## {' '.join(('malmoi', *words))}", _fenced(called.output.rstrip(), "text")]
    return _page(parts)


def _command_names(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield words
    for name, inner in getattr(command, "commands", {}).items():
        yield from _command_names(inner, (*words, name))


def python() -> str:
    """The page of the public API: signature and docstring of each name and its methods."""
    parts = [
        "# Python",
        "Everything that `malmoi.__all__` names, out of its docstrings; a test runs the examples. "
        "[The same as a story](../python.md).",
    ]
    for name in malmoi.__all__:
        value = getattr(malmoi, name)
        parts.append(f"## malmoi.{name}")
        if inspect.isclass(value):
            parts += _described(value)
            if issubclass(value, BaseModel):
                parts.append(_keys(value))
            for attribute, method in _methods(value):
                parts += [f"### {name}.{attribute}", _signature(f"{name}.{attribute}", method)]
                parts += _described(method)
        else:
            parts += [_signature(name, value), *_described(value)]
    return _page(parts)


def _methods(value: type) -> list[tuple[str, Callable[..., Any]]]:
    if issubclass(value, BaseModel | Exception):
        return []
    return [
        (name, getattr(value, name))
        for name in vars(value)
        if not name.startswith("_") and callable(getattr(value, name))
    ]


class _Plain(str):
    """What a signature shows as it is, without quotes."""

    __repr__ = str.__str__


def _signature(name: str, function: Callable[..., Any]) -> str:
    signature = inspect.signature(function)
    parameters = [
        parameter.replace(annotation=_Plain(parameter.annotation), default=_default(parameter))
        for parameter in signature.parameters.values()
        if parameter.name != "self"
    ]
    result = _Plain(signature.return_annotation)
    line = str(signature.replace(parameters=parameters, return_annotation=result))
    if len(f"malmoi.{name}{line}") > WIDTH:
        inner = [str(parameter) for parameter in parameters]
        kinds = [parameter.kind for parameter in parameters]
        if inspect.Parameter.KEYWORD_ONLY in kinds:
            inner.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
        line = "(\n" + "".join(f"    {each},\n" for each in inner) + f") -> {result}"
    return _fenced(f"malmoi.{name}{line}", "python")


def _default(parameter: inspect.Parameter) -> Any:
    """The parameter's default; of an object without a form of its own, what makes one like it."""
    default = parameter.default
    return _Plain(f"{type(default).__name__}()") if " object at 0x" in repr(default) else default


def _described(value: Any) -> list[str]:
    """The paragraphs of a docstring, its parts as lists and blocks of code."""
    text = inspect.getdoc(value) or ""
    pieces = re.split(rf"^({'|'.join(HEADINGS)}):\n", text, flags=re.MULTILINE)
    parts = [pieces[0].strip()]
    for heading, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        inner = textwrap.dedent(piece).strip()
        parts.append(f"**{heading}**")
        if heading == "Example":
            parts.append(_fenced(inner, "pycon"))
        elif heading == "Returns":
            parts.append(" ".join(inner.split()))
        else:
            items = re.split(r"\n(?=\S)", inner)
            parts.append("\n".join(_item(item) for item in items))
    return parts


def _item(text: str) -> str:
    names, _, what = " ".join(text.split()).partition(": ")
    return f"- `{names}`: {what}"


def recipes() -> str:
    """The page of a recipe's keys, with their defaults."""
    parts = [
        "# Recipes",
        "Every key of a recipe with its default. An unknown key is an error that names the nearest "
        "valid one; `--set table.key=value` overrides one for a run. `malmoi new` writes a recipe "
        "with what a corpus needs.",
    ]
    for recipe, what in ((SearchRecipe, "search"), (MnemonicsRecipe, "mnemonics")):
        parts += [f"## job = {what!r}".replace("'", '"'), (inspect.getdoc(recipe) or "").strip()]
        parts.append(_keys(recipe))
        for name, field in recipe.model_fields.items():
            if isinstance(field.default, BaseModel):
                parts += _table(f"{what}: [{name}]", type(field.default), name)
    return _page(parts)


def _table(title: str, model: type[BaseModel], name: str) -> list[str]:
    about = (inspect.getdoc(model) or "").partition("\n\n")[0]
    parts = [f"### {title}", " ".join(about.split()), _keys(model)]
    for key, field in model.model_fields.items():
        if isinstance(field.default, BaseModel):
            parts += _table(title.replace(name, f"{name}.{key}"), type(field.default), key)
    return parts


def _keys(model: type[BaseModel]) -> str:
    rows = ["| key | default | |", "|---|---|---|"]
    for name, field in model.model_fields.items():
        if isinstance(field.default, BaseModel):
            continue
        default = "required" if field.is_required() else f"`{_toml(field.get_default())}`"
        choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
        what = " ".join((field.description or ", ".join(map(_toml, choices))).split())
        what = what.replace("|", "\\|")
        rows.append(f"| `{name}` | {default} | {what} |")
    return "\n".join(rows)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return str(value)


def _fenced(text: str, language: str) -> str:
    return f"```{language}\n{text}\n```"


def _page(parts: list[str]) -> str:
    head = "<!-- Written by tools/reference.py; `make docs` writes it again. -->"
    return "\n\n".join([head, *parts]) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "python.md": python,
    "recipes.md": recipes,
}
"""File → what writes it."""


def main() -> None:
    """Write each page whose text is another one now."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, write in PAGES.items():
        path, text = FOLDER / name, write()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print("written:", path.relative_to(FOLDER.parents[1]))


if __name__ == "__main__":
    main()
