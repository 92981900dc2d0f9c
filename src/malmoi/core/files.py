"""Files that survive a kill: atomic replacement, append-only JSON Lines, stable hashes."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

Record = dict[str, Any]


def cache_folder() -> Path:
    """Where what can be fetched or made again is kept: $XDG_CACHE_HOME/malmoi, ~/.cache/malmoi."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "malmoi"


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write `content` to a temporary name beside `path`, sync it, and move it into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files for their owner alone; a report is to be read by others too.
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def to_line(record: Mapping[str, Any]) -> str:
    """One record as one JSON line with its newline; lone surrogates are escaped, not fatal."""
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return line.encode("utf-8", "backslashreplace").decode("utf-8") + "\n"


def write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON Lines atomically."""
    write_atomically(path, "".join(map(to_line, records)))


def append_line(path: Path, record: Mapping[str, Any], sync: bool = False) -> None:
    """Append one record in a single write, so that a kill leaves at most one torn last line.

    With `sync` it is on the disk when this returns, and outlives a loss of power.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    data = to_line(record).encode("utf-8")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        if sync:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_lines(path: Path) -> Iterator[Record]:
    """Read JSON Lines; a torn last line (a kill in mid-write) is left out, any other is an error.

    Raises:
        ValueError: a line before the last is not JSON.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                return
            try:
                yield json.loads(line)
            except ValueError as error:
                raise ValueError(f"{path}:{number} is not JSON: {line[:80]!r}") from error


def drop_torn_line(path: Path) -> None:
    """Cut an unfinished last line off, so that the next append starts on a line of its own."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        data = file.read()
        if data and not data.endswith(b"\n"):
            file.truncate(data.rfind(b"\n") + 1)


def stable_hash(value: object, length: int = 16) -> str:
    """Hex SHA-256 of `value` as canonical JSON: the same on every machine and in every process."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:length]


def stable_share(key: str, salt: str = "") -> float:
    """A number in [0, 1) that depends on `key` and `salt` alone; what splits are made of."""
    return int(hashlib.sha256(f"{salt}\0{key}".encode()).hexdigest()[:13], 16) / 16**13


def make_folder_atomically(folder: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write into a temporary folder beside `folder`, then move it into place."""
    import shutil

    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        fill(temporary)
        temporary.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        Path(temporary).replace(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
