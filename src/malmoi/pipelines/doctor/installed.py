"""Malmoi's extras: which of their packages are there, and what can't be done without them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import metadata

from malmoi.pipelines.doctor.check import Check
from malmoi.pipelines.doctor.teachers import teachers_of
from malmoi.recipe import MnemonicsRecipe, Recipe, SearchRecipe
from malmoi.teachers.presets import PRESETS

PURPOSES = {
    "": "everything",
    "embedded": "the embedded teacher and base model (run)",
    "train": "training, and search with a trained model (run, index, evaluate)",
    "mnemonics": "words and cards (word, claims, card, run mnemonics)",
    "data": "Parquet and the Hugging Face hub (new, corpus, run)",
    "synonyms": "verifying synonyms (synonyms, run with [synonyms])",
    "krdict": "the Korean Basic Dictionary as evidence (synonyms)",
    "gepa": "another optimiser (prompts --optimiser gepa)",
    "judge": "BLEU, ROUGE-L and chrF of what a teacher writes (run)",
    "opensearch": "a cluster (opensearch)",
    "aws": "a cluster on AWS, signed (opensearch)",
    "ray": "many machines (run --on ray)",
    "track": "metrics elsewhere ([training] report_to)",
}
"""Extra → what it is for, and the commands that need it ("" is malmoi itself)."""

_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*([^;]*)(?:;(.*))?")
_EXTRA = re.compile(r"""extra\s*==\s*["']([\w-]+)["']""")
_AT_LEAST = re.compile(r"(?:>=|==)\s*([\d.]+)")


def check_extras(recipe: Recipe | None = None) -> list[Check]:
    """A check for malmoi itself and each extra; those that the recipe uses are needed."""
    try:
        requirements = metadata.requires("malmoi") or []
    except metadata.PackageNotFoundError:
        return [
            Check("malmoi", True, "not installed as a package (run from its source): not looked at")
        ]
    wanted = extras_of(recipe) if recipe is not None else set()
    return [
        _check(extra, packages, extra in {"", *wanted})
        for extra, packages in by_extra(requirements).items()
        if extra in PURPOSES
    ]


def by_extra(requirements: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Extra ("" for malmoi itself) → its packages, each with the least version ("" for any)."""
    found: dict[str, list[tuple[str, str]]] = {"": []}
    for requirement in requirements:
        match = _REQUIREMENT.match(requirement)
        if not match or match[1] == "malmoi":
            continue
        extra = _EXTRA.search(match[3] or "")
        least = _AT_LEAST.search(match[2])
        entry = match[1], least[1] if least else ""
        found.setdefault(extra[1] if extra else "", []).append(entry)
    return found


def extras_of(recipe: Recipe) -> set[str]:
    """The extras that a run of a recipe imports."""
    extras = {"train"}
    teacher = recipe.teacher
    preset = PRESETS.get(teacher.preset)
    kind = teacher.kind or (preset.fills.kind if preset else "")
    if isinstance(recipe, MnemonicsRecipe):
        extras.add("mnemonics")
        teaches = "teacher" in recipe.cards.writers or not recipe.student.base
    else:
        teaches = bool(teachers_of(recipe))
        extras |= _of_search(recipe)
    # A preset's weights come in a package; transformers alone takes any folder.
    if teaches and (kind == "embedded" or (preset and kind == "transformers")):
        extras.add("embedded")
    return extras


def _of_search(recipe: SearchRecipe) -> set[str]:
    extras = set()
    if not recipe.encoder.base or not recipe.evaluation.dense_model:
        extras.add("embedded")
    if recipe.synonyms.enabled:
        extras.add("synonyms")
    if recipe.corpus.reader == "hub" or recipe.corpus.path.endswith((".parquet", ".parquet.gz")):
        extras.add("data")
    if recipe.training.report_to != "none":
        extras.add("track")
    return extras


def _check(extra: str, packages: Iterable[tuple[str, str]], needed: bool) -> Check:
    versions, wrong = [], []
    for name, least in packages:
        version = _version(name)
        if version is None:
            wrong.append(f"no {name}")
        elif least and _numbers(version) < _numbers(least):
            wrong.append(f"{name} {version}, older than {least}")
        else:
            versions.append(f"{name} {version}")
    purpose = PURPOSES[extra]
    what = f"malmoi[{extra}]" if extra else "malmoi"
    return Check(
        f"{what}: {purpose}",
        not wrong,
        "; ".join(wrong) if wrong else ", ".join(versions),
        f"pip install '{what}'",
        needed,
    )


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version: (2, 13, 0) of "2.13.0+cpu"."""
    match = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(part) for part in match[0].split(".")] if match else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
