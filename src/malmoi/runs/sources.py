"""The files, folders and models that a recipe names: what they hold, and whether that has changed.

    sources.json    of each file its size, times and SHA-256; of each folder the files it held;
                    the stages of the last run that came to its end

    digests = Digests(folder / "sources.json")
    source = Source("corpus.path", "docs.csv", {"": Path("docs.csv")})
    digests.record(source)                     # {"path": "docs.csv", "digest": "sha256:3f2a…"}
    digests.changes(recorded, source)          # ["docs.csv changed"]

A stage keeps such records of what it was made from (`stage.json`). What nothing is known of (a
stage of an older version, a file that is gone, a model of the hub that was never fetched) counts as
unchanged. sources.json only saves hashing: a file is hashed where its size or times have changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from malmoi.core.files import Record, stable_hash, write_atomically

FILE = "sources.json"
SHOWN = 3
"""Files of a folder that a message names."""

_TICK = 0.02
"""Seconds in which a file may be written twice and have the same times."""
_CONTENT = "sha256:"
_REVISION = "revision:"


@dataclass(frozen=True)
class Source:
    """What a key of a recipe names.

    Attributes:
        key: of the recipe ("corpus.path").
        path: as the recipe has it.
        files: what is read of it, by name in its folder ("" for a file); {} where it isn't there.
        model: `path` may also name a package, or a model or data set of the hub.
        revision: of the hub's, as it was fetched last ("" for none).
    """

    key: str
    path: str
    files: Mapping[str, Path] = field(default_factory=dict)
    model: bool = False
    revision: str = ""

    @property
    def absence(self) -> str:
        """What is said of one that isn't there."""
        seen_from = (
            "" if Path(self.path).expanduser().is_absolute() else f" (seen from {Path.cwd()})"
        )
        return f"{self.path} ({self.key}) is not there{seen_from}"


class Digests:
    """Digests of sources, each looked at once until `look_again`; `save` keeps what was hashed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._run = os.path.realpath(path.parent)
        known = _known(path)
        self.stages: list[str] = known.get("stages", [])
        self._files: dict[str, list[int | str]] = known.get("files", {})
        self._folders: dict[str, dict[str, str]] = known.get("folders", {})
        self._is_saved = True
        self._seen: dict[tuple[str, str], str] = {}

    def look_again(self) -> None:
        """Forget what was seen: files may have changed since."""
        self._seen.clear()

    def digest(self, source: Source) -> str:
        """Of its content, or the hub's revision; "" where nothing is known."""
        name = (source.key, source.path)
        if name not in self._seen:
            self._seen[name] = self._digest(source)
        return self._seen[name]

    def record(self, source: Source) -> Record:
        """What a stage keeps of a source."""
        return {"path": source.path, "digest": self.digest(source)}

    def changes(self, recorded: Mapping[str, str], source: Source) -> list[str]:
        """What differs from a record, in words; [] where nothing is known to."""
        before, now = recorded.get("digest", ""), self.digest(source)
        if not before or not now or before == now:
            return []
        if recorded.get("path") != source.path:
            return [f"{source.key} is {source.path} now, which holds something else"]
        names = self._changed_files(before, now) if now.startswith(_CONTENT) else []
        more = [f"{len(names) - SHOWN} more"] if len(names) > SHOWN else []
        return [f"{source.path} changed" + _bracketed([*names[:SHOWN], *more])]

    def is_gone(self, recorded: Mapping[str, str], source: Source) -> bool:
        """Whether files that a stage was made from aren't there any more."""
        if source.files or source.revision:
            return False
        return not source.model or recorded.get("digest", "").startswith(_CONTENT)

    def save(self, stages: Sequence[str] = ()) -> None:
        """Write what was hashed, where anything was, and the `stages` of a run that is finished."""
        if stages and self._files and list(stages) != self.stages:
            self.stages, self._is_saved = list(stages), False
        if not self._is_saved:
            kept = {"stages": self.stages, "files": self._files, "folders": self._folders}
            write_atomically(self._path, json.dumps(kept, indent=1) + "\n")
            self._is_saved = True

    def _digest(self, source: Source) -> str:
        try:
            real = {name: os.path.realpath(path) for name, path in sorted(source.files.items())}
            files = {
                name: self._sha256(path)
                for name, path in real.items()
                if not path.startswith(self._run + os.sep)  # what the run itself has written
            }
        except OSError:  # deleted just now, or not to be read: who needs it says so
            return ""
        if not files:
            return f"{_REVISION}{source.revision}" if source.revision else ""
        if "" in files:
            return _CONTENT + files[""]
        digest = _CONTENT + stable_hash(files, 64)
        if digest not in self._folders:
            self._folders[digest] = {name: sha[:16] for name, sha in files.items()}
            self._is_saved = False
        return digest

    def _sha256(self, path: str) -> str:
        """Of a file's content: remembered where size and times are what they were."""
        found = Path(path).stat()
        if 0 <= time.time() - found.st_mtime < _TICK:
            time.sleep(_TICK)
            found = Path(path).stat()
        stamp = [found.st_size, found.st_mtime_ns, found.st_ctime_ns]
        known = self._files.get(path)
        if known and known[:3] == stamp:
            return str(known[3])
        with Path(path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self._files[path] = [*stamp, digest]
        self._is_saved = False
        return digest

    def _changed_files(self, before: str, now: str) -> list[str]:
        """The files in which two contents of a folder differ; [] where that isn't known."""
        old, new = self._folders.get(before), self._folders.get(now)
        if old is None or new is None:
            return []
        found = []
        for name in sorted(old.keys() | new.keys()):
            shown = name.encode("utf-8", "backslashreplace").decode(
                "utf-8"
            )  # CP949 in a file system
            if name not in new:
                found.append(f"{shown} is gone")
            elif name not in old:
                found.append(f"{shown} is new")
            elif old[name] != new[name]:
                found.append(shown)
        return found


def _known(path: Path) -> dict[str, Any]:
    """What was saved; nothing where that is damaged, since it only saves hashing."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _bracketed(names: list[str]) -> str:
    return f" ({', '.join(names)})" if names else ""
