"""A run is a folder: the resolved recipe, and one folder a stage (see `malmoi.runs.stage`).

    runs/korean-search/
      recipe.json             what was asked for, every default written out
      .lock                   held by the process that writes here
      corpus/  queries/  …    the stages, each with its fingerprint in `stage.json`
      queries~3f2a…/          a stage whose recipe has changed since: moved aside, never deleted
      sources.json            digests of the files that the recipe names (`malmoi.runs.sources`)

    with Run.open(Path("runs/korean-search"), recipe) as run:
        corpus = run.stage("corpus", recipe.corpus)
        …
        queries = run.stage("queries", {"section": recipe.queries}, after=[corpus])

A stage's fingerprint is a hash of its name, of what it depends on, of the fingerprints of the
stages it comes after and of what the files that it reads hold. Operational fields of a recipe (time
limits, numbers of connections) are no part of it. A stage that was made under another recipe, or
from files that have changed since, is moved aside and begun again; it is taken back when recipe and
files are what they were.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from pydantic import BaseModel

from malmoi.core.errors import RunError
from malmoi.core.files import (
    Record,
    make_folder_atomically,
    read_lines,
    stable_hash,
    write_atomically,
)
from malmoi.recipe import Recipe, dump, fingerprint_part, with_todays_names
from malmoi.runs import states
from malmoi.runs.sources import FILE, Digests, Source
from malmoi.runs.stage import JOURNAL, STATE, Stage, Totals, remove_leftovers, write_state

logger = logging.getLogger(__name__)

__all__ = ["Run", "Stage", "StageSummary", "lock_holder", "status"]

RECIPE = "recipe.json"
LOCK = ".lock"
LOCK_PATIENCE = 1.0
"""Seconds to wait for the lock: `malmoi status` takes it for an instant to see who holds it."""


class Run:
    """A run's folder, locked for this process. Made by `Run.open`, used as a context manager."""

    def __init__(self, folder: Path, lock: int) -> None:
        self.folder = folder
        self.digests = Digests(folder / FILE)
        self._lock = lock
        self._opened: list[str] = []
        self._begun: list[tuple[Stage, list[str]]] = []
        self._said_gone: set[str] = set()

    @classmethod
    def open(cls, folder: Path, recipe: Recipe) -> Run:
        """Begin a run in `folder`, or resume the one that is there.

        Raises:
            RunError: another process is writing there, the folder holds a run of another name, or
                it holds something that is no run.
        """
        if folder.exists() and not (folder / RECIPE).exists():
            strangers = [path.name for path in folder.iterdir() if not path.name.startswith(".")]
            if strangers:
                raise RunError(
                    f"{folder} holds no run ({RECIPE} is missing) but {sorted(strangers)[0]!r}; "
                    "name an empty or new folder"
                )
        folder.mkdir(parents=True, exist_ok=True)
        lock = _take_lock(folder)
        try:
            remove_leftovers(folder)
            _write_recipe(folder, recipe)
        except BaseException:
            os.close(lock)
            raise
        return cls(folder, lock)

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the lock go. Stages that are not finished are resumed by the next `open`."""
        if self._lock >= 0:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = -1

    def stage(
        self,
        name: str,
        depends: object,
        after: Sequence[Stage] = (),
        sources: Sequence[Source] = (),
    ) -> Stage:
        """Open a stage: finished, half done, or new.

        Args:
            name: of its folder.
            depends: all that its output depends on besides the stages in `after` and `sources`:
                recipe sections, a teacher's identity, a number that is raised when the code's
                output changes. It is made of JSON values, paths and pydantic models.
            after: the stages whose records it reads.
            sources: the files and models that it reads.

        Raises:
            RunError: a stage of `after` is not finished, the stage was opened before in this run,
                its folder was not made by `stage`, or it isn't finished and a source that it was
                begun with is gone.
        """
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
            raise RunError(f"{name!r} can't name a stage: use a-z, 0-9 and hyphens")
        if name in self._opened:
            raise RunError(f"stage {name} was opened before in this run")
        for other in after:
            if not other.done:
                raise RunError(f"stage {name} needs {other.name}, which is not finished")
        state = {
            "name": name,
            "depends": _plain(depends, name),
            "after": {other.name: other.fingerprint for other in after},
        }
        self._opened.append(name)
        folder = self.folder / name
        versions = states.versions(folder)
        kept = self._made_alike(versions, stable_hash(state), sources)
        self._refuse_gone(name, versions, kept, sources)
        if kept != folder:
            self._make_room(folder, state, sources)
        if kept is None:
            self._begin(folder, state, sources)
        elif kept != folder:
            kept.replace(folder)
            logger.info(f"{name}: taken back from {kept.name}")
        stage = Stage(folder)
        if kept is None:
            self._begun.append((stage, [source.key for source in sources]))
        known = {source.key: self.digests.record(source) for source in sources}
        stage.made_from({key: record for key, record in known.items() if record["digest"]})
        self.digests.save()
        return stage

    def confirm(self, stage: Stage, sources: Sequence[Source]) -> None:
        """Say where a source has changed while `stage` read it; the next run reads it again."""
        self.digests.look_again()
        for source in sources:
            recorded = stage.sources.get(source.key, {})
            if self.digests.changes(recorded, source):
                logger.warning(
                    f"{source.path} changed while it was read: the next run reads it again"
                )
                mixed = recorded | {"digest": f"{recorded['digest']}, changed while it was read"}
                stage.made_from({source.key: mixed}, again=True)

    def say_changes(self, sources: Mapping[str, Source]) -> None:
        """Say what has changed since this run read it.

        A model of the hub that was fetched meanwhile is what this run's stages were made with.
        """
        self.digests.look_again()
        for stage, keys in self._begun:
            fetched = [sources[key] for key in keys if key in sources and sources[key].revision]
            stage.made_from({s.key: self.digests.record(s) for s in fetched}, again=True)
        self.digests.save(self._opened)
        stale = states.stale(self.folder, sources, self.digests)
        for why in dict.fromkeys(stale.values()):
            logger.warning(
                f"{why} while this run was at work: what is reported is of what was there before. "
                "Run it again."
            )

    def _made_alike(
        self, versions: Mapping[Path, Record], fingerprint: str, sources: Sequence[Source]
    ) -> Path | None:
        """The version of a stage that was made under this fingerprint, from what is there now."""
        for folder, state in versions.items():
            recorded = state.get("sources", {})
            if state.get("recipe", state["fingerprint"]) == fingerprint and not any(
                self.digests.changes(recorded.get(source.key, {}), source) for source in sources
            ):
                return folder
        return None

    def _refuse_gone(
        self,
        name: str,
        versions: Mapping[Path, Record],
        kept: Path | None,
        sources: Sequence[Source],
    ) -> None:
        """Stop where a source is gone that a stage still has to read; else say it, once."""
        for source in sources:
            recorded = [v.get("sources", {}).get(source.key, {}) for v in versions.values()]
            if not any(self.digests.is_gone(each, source) for each in recorded):
                continue
            if kept is not None and versions[kept]["done"]:
                if source.key not in self._said_gone:
                    logger.warning(
                        f"{source.absence}: the run goes on with what it has of it ({name})"
                    )
                self._said_gone.add(source.key)
            elif any(recorded):
                raise RunError(
                    f"{source.absence}, and stage {name} has yet to read it: put it back, or name "
                    "another in the recipe"
                )

    def _begin(self, folder: Path, state: Record, sources: Sequence[Source]) -> None:
        """Make a stage's folder, with nothing done."""
        records = {source.key: self.digests.record(source) for source in sources}
        records = {key: record for key, record in records.items() if record["digest"]}
        known = {key: record["digest"] for key, record in records.items()}
        recipe = stable_hash(state)
        new = {
            **state,
            **Totals().figures(),
            "fingerprint": stable_hash({**state, "sources": known}) if known else recipe,
            **({"recipe": recipe, "sources": records} if known else {}),
            "number": len(self._opened),
            "done": False,
            "items": 0,
            "figures": {},
        }
        make_folder_atomically(folder, lambda made: write_state(made, new))

    def _make_room(self, folder: Path, state: Record, sources: Sequence[Source]) -> None:
        """Move a folder aside that was made under another fingerprint, or from other sources."""
        if not folder.exists():
            return
        old = states.state_of(folder)
        if old is None:
            raise RunError(f"{folder} is no stage of a run ({STATE} is missing); move it away")
        if not old["done"] and [path.name for path in folder.iterdir()] == [STATE]:
            shutil.rmtree(folder)  # nothing was made: a source that couldn't be read, perhaps
            return
        aside = folder.with_name(f"{folder.name}~{old['fingerprint']}")
        if aside.exists():
            raise RunError(f"{folder} must be moved aside, but {aside.name} exists; move it away")
        folder.replace(aside)
        names = ", ".join(sorted(_changes({k: old.get(k) for k in state}, state)))
        changed = [f"{names} changed"] if names else []
        recorded = old.get("sources", {})
        for source in sources:
            changed += self.digests.changes(recorded.get(source.key, {}), source)
        logger.info(
            f"{folder.name}: made anew, because {', '.join(changed)}; "
            f"what was there is kept in {aside.name}"
        )


@dataclass(frozen=True, slots=True)
class StageSummary:
    """What `malmoi status` says of a stage; `items` of `total` are finished.

    `memory` is what the process that finished it held at most, in bytes (0: not known).
    """

    name: str
    done: bool
    items: int
    total: int
    counts: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0
    seconds: float = 0.0
    memory: int = 0
    figures: Record = field(default_factory=dict)


def status(folder: Path) -> list[StageSummary]:
    """The stages of a run in their order; works while another process writes there.

    Raises:
        RunError: `folder` holds no run.
    """
    if not (folder / RECIPE).exists():
        raise RunError(f"{folder} holds no run ({RECIPE} is missing)")
    found = [_summary(each) for each in states.stage_folders(folder)]
    return [summary for _, summary in sorted(found, key=lambda pair: (pair[0], pair[1].name))]


def _summary(folder: Path) -> tuple[int, StageSummary]:
    def read_state() -> Record:
        state: Record = json.loads((folder / STATE).read_text(encoding="utf-8"))
        return state

    state = read_state()
    if not state["done"]:
        try:
            totals = Totals.of(read_lines(folder / JOURNAL))
        except FileNotFoundError:  # finished between our two looks
            state = read_state()
        else:
            state.update(totals.figures())
    items = state["items"] if state["done"] else totals.items
    names = StageSummary.__dataclass_fields__.keys() - {"items", "total"}
    known = {name: state[name] for name in names if name in state}
    return state["number"], StageSummary(items=items, total=state["items"], **known)


def lock_holder(folder: Path) -> str:
    """Who is writing in a run's folder ("process 4711 on host: malmoi run …"); "" if nobody is."""
    try:
        lock = os.open(folder / LOCK, os.O_RDONLY)
    except FileNotFoundError:
        return ""
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return (folder / LOCK).read_text(encoding="utf-8").strip() or "another process"
    else:
        return ""
    finally:
        os.close(lock)


def _take_lock(folder: Path) -> int:
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    patience = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() < patience:
                time.sleep(0.02)
                continue
            os.close(lock)
            holder = (folder / LOCK).read_text(encoding="utf-8").strip() or "another process"
            raise RunError(
                f"{folder} is being written by {holder}; wait for it, or stop it first"
            ) from None
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200]
    os.ftruncate(lock, 0)
    os.write(lock, f"process {os.getpid()} on {os.uname().nodename}: {command}\n".encode())
    return lock


def _write_recipe(folder: Path, recipe: Recipe) -> None:
    path, new = folder / RECIPE, dump(recipe)
    if path.exists():
        old = with_todays_names(json.loads(path.read_text(encoding="utf-8")))
        if old.get("name") != new["name"]:
            raise RunError(
                f"{folder} holds a run of the recipe {old.get('name')!r}, not of {new['name']!r}; "
                "name another folder"
            )
        if changed := sorted(_changes(old, new)):
            logger.info(f"The recipe has changed since this run began: {', '.join(changed)}")
    write_atomically(path, json.dumps(new, ensure_ascii=False, indent=2) + "\n")


def _changes(old: Any, new: Any, path: str = "") -> list[str]:
    """Dotted names of the values in which two JSON values differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        names = old.keys() | new.keys()
        return [
            change
            for name in names
            for change in _changes(
                old.get(name), new.get(name), f"{path}.{name}" if path else str(name)
            )
        ]
    return [] if old == new else [path]


def _plain(value: object, stage: str) -> Any:
    """`value` as JSON values, recipe sections without their operational fields."""
    if isinstance(value, BaseModel):
        return fingerprint_part(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner, stage) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, stage) for inner in value]
    if isinstance(value, Path):
        return str(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(
        f"stage {stage} depends on a {type(value).__name__}, which has no fingerprint; "
        "pass JSON values, paths or recipe sections"
    )
