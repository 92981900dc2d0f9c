"""The files, folders and models that a recipe names, as `malmoi.runs.sources` looks at them.

| key of a recipe | stages that read it |
|---|---|
| corpus.path | corpus |
| glossary.exemplars | glossary |
| queries.prompts | candidates, prompts-tried, prompts |
| teacher.model | those in which the teacher writes |
| encoder.base | the students |
| evaluation.dense_model | queries, paraphrased, quality, pairs, the students, proof, prompts … |
| words.path | words |
| words.anki | words |
| lexicon.packages | all of the mnemonic writer up to the proof |
| cards.prompts | candidates-teacher, glosses (`gloss.toml`) |
| student.base | student, outputs |
| judge.models.1 … | judged-1 … |
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from malmoi.core.errors import MalmoiError, TeacherError
from malmoi.core.packages import apt
from malmoi.corpora import readers
from malmoi.models.weights import hub_revision, model_files
from malmoi.recipe import (
    CorpusSection,
    MnemonicsRecipe,
    Recipe,
    SearchRecipe,
    TeacherSection,
    load_dumped,
)
from malmoi.runs.run import RECIPE
from malmoi.runs.sources import Source
from malmoi.runs.states import gone, stale
from malmoi.teachers.presets import resolve

GLOSSES = "cards.prompts/gloss.toml"
"""The key of the prompt for Korean glosses, which stands beside those for cards."""
LEXICON = ("dict-gcide", "wordnet-base", "dict-freedict-lat-eng")


def sources_of(recipe: Recipe) -> dict[str, Source]:
    """What a recipe names, by key, as it is there now; what is named nowhere is left out."""
    found = _of_search(recipe) if isinstance(recipe, SearchRecipe) else _of_mnemonics(recipe)
    return {source.key: source for source in found if source.path}


def named(sources: Mapping[str, Source], *keys: str) -> list[Source]:
    """The sources of these keys that the recipe names."""
    return [sources[key] for key in keys if key in sources]


def changes(folder: Path, sources: Mapping[str, Source]) -> list[Sequence[object]]:
    """What has become of the sources of the run in `folder`: rows of a plan, perhaps none.

    Args:
        folder: of a run, perhaps not begun.
        sources: what its recipe names, by key.

    Returns:
        ("made anew", stages, which file changed) and ("gone", what is not there, what follows).
    """
    because: dict[str, list[str]] = {}
    for stage, why in stale(folder, sources).items():
        because.setdefault(why, []).append(stage)
    rows: list[Sequence[object]] = [
        ["made anew", ", ".join(stages), why] for why, stages in because.items()
    ]
    for key, unfinished in gone(folder, sources).items():
        follows = "what is finished goes on without it"
        if unfinished:
            follows = f"stops: {', '.join(unfinished)} isn't finished and needs it"
        rows.append(["gone", sources[key].absence, follows])
    return rows


def of_run(folder: Path) -> dict[str, Source]:
    """What the recipe of the run in `folder` names; {} where that recipe can't be read any more."""
    try:
        values = json.loads((folder / RECIPE).read_text(encoding="utf-8"))
        if values.get("job", "search") == "search":
            return sources_of(load_dumped(folder / RECIPE, SearchRecipe))
        return sources_of(load_dumped(folder / RECIPE, MnemonicsRecipe))
    except (MalmoiError, OSError, ValueError):
        return {}


def _of_search(recipe: SearchRecipe) -> Iterator[Source]:
    yield _corpus(recipe.corpus)
    yield _file("glossary.exemplars", recipe.glossary.exemplars)
    kinds = [f"{kind}.toml" for kind, samples in recipe.queries.kinds.items() if samples]
    yield _folder("queries.prompts", recipe.queries.prompts, kinds)
    yield _teacher("teacher.model", recipe.teacher)
    yield _model("encoder.base", recipe.encoder.base)
    yield _model("evaluation.dense_model", recipe.evaluation.dense_model)


def _of_mnemonics(recipe: MnemonicsRecipe) -> Iterator[Source]:
    yield _file("words.path", recipe.words.path)
    yield _file("words.anki", recipe.words.anki if recipe.words.when == "lapse" else "")
    yield _packages(recipe.lexicon.packages)
    cards = recipe.cards
    yield _folder("cards.prompts", cards.prompts, [f"{cards.prompt}.toml"], ["exemplars.toml"])
    if cards.learner == "ko":
        yield _glosses(cards.prompts)
    yield _teacher("teacher.model", recipe.teacher)
    yield _model("student.base", recipe.student.base)
    for number, judge in enumerate(recipe.judge.models, 1):
        yield _teacher(f"judge.models.{number}", judge)


def _there(files: Callable[[], dict[str, Path]]) -> dict[str, Path]:
    """What can be seen: a network's folder that doesn't answer isn't there."""
    try:
        return files()
    except OSError:
        return {}


def _packages(folder: str) -> Source:
    def debs() -> dict[str, Path]:
        found = apt.present(LEXICON, Path(folder).expanduser()) if folder else {}
        return {path.name: path for path in found.values()}

    return Source("lexicon.packages", folder, _there(debs))


def _corpus(section: CorpusSection) -> Source:
    files, on_hub = _there(lambda: readers.source_files(section)), section.reader == "hub"
    revision = hub_revision(section.path, "datasets") if on_hub and not files else ""
    return Source("corpus.path", section.path, files, on_hub, revision)


def _file(key: str, path: str) -> Source:
    file = Path(path).expanduser()
    return Source(key, path, _there(lambda: {"": file} if path and file.is_file() else {}))


def _folder(key: str, path: str, needed: list[str], used: list[str] | None = None) -> Source:
    """The files of a folder; without those that are `needed` it isn't there."""
    if not path:
        return Source(key, "")
    files = {name: Path(path) / name for name in [*needed, *(used or [])]}
    there = _there(lambda: {name: file for name, file in files.items() if file.is_file()})
    return Source(key, path, there if set(needed) <= set(there) else {})


def _glosses(folder: str) -> Source:
    """The prompt for glosses; a folder without one leaves it to the package's."""
    path = Path(folder)
    prompt = _file(GLOSSES, str(path / "gloss.toml"))
    there = _there(lambda: {"": path} if path.is_dir() else {})
    return prompt if folder and (prompt.files or not there) else Source(GLOSSES, "")


def _teacher(key: str, section: TeacherSection) -> Source:
    try:
        resolved = resolve(section)
    except TeacherError:  # who opens it says why
        return Source(key, "")
    return _model(key, "" if resolved.kind == "http" else resolved.model)


def _model(key: str, model: str) -> Source:
    files = _there(lambda: model_files(model) if model else {})
    return Source(key, model, files, True, "" if files else hub_revision(model))
