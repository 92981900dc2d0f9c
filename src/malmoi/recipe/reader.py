"""Reads a recipe: TOML to a typed model, with errors that name what was meant."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from malmoi.core.errors import RecipeError
from malmoi.recipe.mnemonics import MnemonicsRecipe
from malmoi.recipe.search import SearchRecipe
from malmoi.recipe.section import inner_sections, old_name, with_new_names
from malmoi.recipe.toml_file import read_toml, refuse_escapes

Recipe = SearchRecipe | MnemonicsRecipe
R = TypeVar("R", SearchRecipe, MnemonicsRecipe)
S = TypeVar("S", bound=BaseModel)

JOBS: dict[str, type[SearchRecipe] | type[MnemonicsRecipe]] = {
    "search": SearchRecipe,
    "mnemonics": MnemonicsRecipe,
}


def load(path: str | Path, overrides: Sequence[str] | Mapping[str, Any] = ()) -> Recipe:
    """Read a recipe by path, or by the name of a built-in one ("korean-search").

    `overrides` win over the file: {"table.key": value}, or `table.key=value` texts, whose value is
    read as TOML and, where it is none, as a plain string.

    Raises:
        RecipeError: no such file, not TOML, an unknown key, or a value of the wrong type or range.
    """
    file = find(path)
    values = read_toml(file)
    pairs = overrides.items() if isinstance(overrides, Mapping) else map(_parsed, overrides)
    for key, value in pairs:
        _override(values, key, value)
    refuse_escapes(values, str(file))
    job = values.get("job", "search")
    if job not in JOBS:
        raise RecipeError(f"{file}: job: saw {job!r}, expected one of {', '.join(JOBS)}")
    model = JOBS[job]
    _refuse_unknown(values, model, str(file))
    try:
        # Strict, so that "8" is no number; through JSON, so that TOML's arrays may be tuples.
        return model.model_validate_json(json.dumps(values, default=str), strict=True)
    except ValidationError as error:
        problems = (_explain(problem) for problem in error.errors(include_url=False))
        raise RecipeError(f"{file}: " + "; ".join(problems)) from None


def read_section(model: type[S], values: Mapping[str, Any], name: str) -> S:
    """One table of a recipe from Python values, with the errors that a file would give.

    Raises:
        RecipeError: an unknown key, or a value of the wrong type or range.
    """
    _refuse_unknown(values, model, "settings", name)
    try:
        return model.model_validate_json(json.dumps(values, default=str), strict=True)
    except ValidationError as error:
        problems = (_explain(problem) for problem in error.errors(include_url=False))
        raise RecipeError(f"[{name}] " + "; ".join(problems)) from None


def find(path: str | Path) -> Path:
    """The file of a recipe that is named by path or, if built in, by name.

    Raises:
        RecipeError: there is none; the message lists the built-in ones.
    """
    given = Path(path)
    if given.is_file():
        return given
    built_in = {file.stem: file for folder in _recipe_folders() for file in folder.glob("*.toml")}
    if str(path) in built_in:
        return built_in[str(path)]
    names = ", ".join(sorted(built_in)) or "none"
    hint = _nearest(given.stem, built_in)
    raise RecipeError(f"no recipe at {path}{hint}; give a TOML file or one of: {names}")


def dump(recipe: Recipe) -> dict[str, Any]:
    """The resolved recipe as JSON values, every default written out."""
    return recipe.model_dump(mode="json")


def load_dumped(path: Path, job: type[R]) -> R:
    """The recipe of a run: `recipe.json`, as `dump` gives it or as an earlier version wrote it.

    Raises:
        RecipeError: the run is of another job.
    """
    values = json.loads(path.read_text(encoding="utf-8"))
    seen = values.get("job", "search")
    if JOBS.get(seen) is not job:
        (expected,) = (name for name, model in JOBS.items() if model is job)
        raise RecipeError(f"{path.parent} holds a run of the job {seen!r}, expected {expected!r}")
    return job.model_validate(with_new_names(values, job))


def with_todays_names(values: dict[str, Any]) -> dict[str, Any]:
    """A dumped recipe, perhaps of an earlier version, with the names that `dump` gives today."""
    named: dict[str, Any] = with_new_names(values, JOBS.get(values.get("job", ""), SearchRecipe))
    return named


def _recipe_folders() -> list[Path]:
    """Where built-in recipes are: in the repository, and in an installed package."""
    here = Path(__file__).resolve().parents[1]
    return [folder for folder in (here / "recipes", here.parents[1] / "recipes") if folder.is_dir()]


def _parsed(override: str) -> tuple[str, Any]:
    """Key and value of "table.key=value"."""
    dotted, equals, text = override.partition("=")
    if not equals:
        raise RecipeError(f"--set {override!r}: expected table.key=value, as in corpus.limit=100")
    try:
        parsed = tomllib.loads(f"value = {text}")
        return dotted, parsed["value"] if len(parsed) == 1 else text
    except tomllib.TOMLDecodeError:
        return dotted, text


def _override(values: dict[str, Any], dotted: str, value: Any) -> None:
    """Set a value of a recipe by its table and key."""
    keys = [key.strip() for key in dotted.split(".")]
    if not all(keys):
        raise RecipeError(
            f"--set {dotted!r}={value!r}: expected table.key=value, as in corpus.limit=100"
        )
    table = values
    for key in keys[:-1]:
        table = table.setdefault(key, {})
        if not isinstance(table, dict):
            raise RecipeError(f"--set {dotted!r}={value!r}: {key!r} is a value, not a table")
    table[keys[-1]] = value


def _refuse_unknown(
    values: Mapping[str, Any],
    model: type[BaseModel],
    source: str,
    path: str = "",
    root: type[BaseModel] | None = None,
) -> None:
    """Name the first key that the model has not, with its new name or the nearest that it has."""
    inner = dict(inner_sections(model))
    for key, value in values.items():
        if key not in model.model_fields:
            where = f"table [{path}]" if path else "the top of the recipe"
            raise RecipeError(
                _renamed(key, model, source, path)
                or f"{source}: {where} has no key {key!r}{_hint(key, model, root or model)}"
            )
        below = f"{path}.{key}" if path else key
        for table in value if isinstance(value, list) else [value]:
            if key in inner and isinstance(table, Mapping):
                _refuse_unknown(table, inner[key], source, below, root or model)


def _renamed(key: str, model: type[BaseModel], source: str, path: str) -> str:
    """An error that names the new key in place of one of an earlier version."""
    for name, field in model.model_fields.items():
        if old_name(field) == key:
            before, after = (f"{path}.{each}" if path else each for each in (key, name))
            return f"{source}: {before} is now {after}"
    return ""


def _hint(key: str, model: type[BaseModel], root: type[BaseModel]) -> str:
    """The nearest key of a table, or the table that has this key, or all keys that there are."""
    if nearest := _nearest(key, model.model_fields):
        return nearest
    for name, table in inner_sections(root):
        if key in table.model_fields:
            return f"; [{name}] has one"
    return f"; it has: {', '.join(model.model_fields)}"


def _nearest(word: str, names: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(names), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


def _explain(problem: Any) -> str:
    """One pydantic error as "corpus.limit: saw 'ten' (str), expected a valid integer"."""
    place = ".".join(map(str, problem["loc"])) or "the recipe"
    if problem["type"] == "missing":
        return f"{place} is missing"
    seen = problem["input"]
    expected = problem["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    hint = ""
    if problem["type"] == "literal_error" and isinstance(seen, str):
        hint = _nearest(seen, problem["ctx"]["expected"].replace("'", "").split(", "))
    elif problem["type"] == "string_type":
        hint = f"; to mean the text, quote it twice: --set '{place}=\"{seen}\"'"
    return f"{place}: saw {seen!r} ({type(seen).__name__}), expected {expected}{hint}"
