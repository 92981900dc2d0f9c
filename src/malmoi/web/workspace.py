"""What a server shows: the runs of one folder, and the indexes that were named.

Names out of an address are only looked up among what is there, so that no address leads out of the
folder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Any

from malmoi.core.errors import MalmoiError, RunError, SourceError
from malmoi.pipelines.search.systems.collection import Collection, open_index, open_run
from malmoi.runs.states import is_done


@dataclass(frozen=True)
class Settings:
    """What `malmoi serve` was told.

    Attributes:
        runs: the folder of runs.
        indexes: folders of indexes.
        judgements: where judging sessions are kept.
        hosts: names that a browser may call this server by; empty: any.
        cluster: search the indexes of runs in the cluster at OPENSEARCH_URL, too.
    """

    runs: Path = Path("runs")
    indexes: tuple[Path, ...] = ()
    judgements: Path = Path("judgements")
    hosts: frozenset[str] = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver"})
    cluster: bool = False


@dataclass(frozen=True)
class RunFolder:
    """A run as a list shows it; `job` is "search" or "mnemonics"."""

    name: str
    folder: Path
    job: str


TRUSTED = 0.2
"""Seconds for which an open collection isn't asked whether its files have changed: that takes
longer than a search, and searches come by the hundred."""


class NoCollection(SourceError):
    """There is none of this name."""


@dataclass
class _Open:
    stamp: object
    collection: Collection
    checked: float = 0.0


@dataclass
class Workspace:
    """The runs, and the collections that are open."""

    settings: Settings
    _opened: dict[str, _Open] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def runs(self) -> list[RunFolder]:
        """The runs that are there now, by name."""
        names = (recipe.parent.name for recipe in sorted(self.settings.runs.glob("*/recipe.json")))
        return [run for name in names if (run := self.run(name))]

    def run(self, name: str) -> RunFolder | None:
        """The run of this name; None for what is no folder right in the folder of runs."""
        if not name or name in {".", ".."} or set(name) & {"/", "\\", "\0"}:
            return None
        folder = self.settings.runs / name
        inside = folder.resolve().parent == self.settings.runs.resolve()
        job = _job(folder / "recipe.json") if inside else ""
        return RunFolder(name, folder, job) if job else None

    def collections(self) -> dict[str, Path]:
        """Name → folder of what can be searched: runs that have read their corpus, and indexes."""
        found = {run.name: run.folder for run in self.runs() if _is_searchable(run)}
        for folder in self.settings.indexes:
            name = folder.resolve().name or "index"
            while name in found:
                name += "-index"
            found[name] = folder
        return found

    def folder(self, name: str) -> Path | None:
        """The folder of a collection; None where there is none of this name."""
        run = self.run(name)
        return run.folder if run and _is_searchable(run) else self.collections().get(name)

    def collection(self, name: str) -> Collection:
        """A collection, opened now if it wasn't, or if what it is made of has changed since.

        Raises:
            NoCollection: there is none of this name.
            MalmoiError: it can't be opened.
        """
        known = self._opened.get(name)
        if known is not None and monotonic() < known.checked + TRUSTED:
            return known.collection
        folder = self.folder(name)
        if folder is None:
            raise NoCollection(f"there is no collection {name[:60]!r} here")
        stamp = _stamp(folder)
        with self._lock:
            known = self._opened.get(name)
            if known is None or known.stamp != stamp:
                opened = self._open(folder)
                known = self._opened[name] = _Open(stamp, opened)
                Thread(target=_warm, args=(opened,), daemon=True).start()
            known.checked = monotonic()
        return known.collection

    def _open(self, folder: Path) -> Collection:
        try:
            is_index = folder in self.settings.indexes
            return open_index(folder) if is_index else open_run(folder, self.settings.cluster)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(
                f"{folder} can't be opened, for it holds something else than expected ({error!r}). "
                "Run the recipe again, or move the folder away."
            ) from error


def default_pair(systems: Sequence[str]) -> tuple[str, str]:
    """The two systems that a page compares unless told otherwise."""
    first = next((name for name in ("v2", "tokens") if name in systems), systems[0])
    rest = [name for name in systems if name != first]
    wanted = ("v1", "tokens + dense", "BM25F")
    return first, next((name for name in wanted if name in rest), rest[0] if rest else first)


def _warm(collection: Collection) -> None:
    """Open the systems that a first search is likely to ask; what fails says so there."""
    for name in dict.fromkeys([*default_pair(collection.systems), *collection.systems[:2]]):
        try:
            collection.system(name).prepare()
        except (MalmoiError, OSError):  # a run may be made anew while it is opened
            continue


def _is_searchable(run: RunFolder) -> bool:
    try:
        return run.job == "search" and is_done(run.folder, "corpus")
    except (OSError, ValueError, KeyError, TypeError):  # what is there is damaged
        return False


def _job(recipe: Path) -> str:
    """A run's job; "" where its recipe can't be read."""
    try:
        values: Any = json.loads(recipe.read_text(encoding="utf-8"))
        job = values.get("job", "search")
    except (OSError, ValueError, AttributeError):
        return ""
    return job if job in {"search", "mnemonics"} else ""


def _stamp(folder: Path) -> object:
    """What changes when a collection's files do."""
    files = [folder / "manifest.json", folder / "corpus" / "stage.json"]
    files += sorted(folder.glob("student-*/stage.json"))
    return tuple((str(file), file.stat().st_mtime_ns) for file in files if file.is_file())
