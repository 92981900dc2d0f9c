"""What was read out of a large file, kept so that the next process has it in a tenth of the time.

    phones = parsed("cmudict", [path], __file__, lambda: read(path))

Kept is what `read` gives, made of dict, list, tuple, set, str, bytes, numbers and None alone. It is
made anew where a source has another size or time of change, or the code that reads it is another.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from malmoi.core.files import cache_folder, stable_hash, write_atomically

T = TypeVar("T")

_DIGEST = 32
"""Bytes of the digest before the content: marshal must not see what was damaged."""


def parsed(name: str, sources: Sequence[Path], code: str, read: Callable[[], T]) -> T:
    """What `read` gives for these sources: kept from an earlier process, or read now and kept.

    Args:
        name: of the file in malmoi's cache.
        sources: the files that are read.
        code: the path of the module that reads them (`__file__`).
        read: reads them. Its value must not be changed: a later call may give the same object anew.

    Raises:
        OSError: a source is missing.
    """
    states = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in sources]
    reader = hashlib.sha256(Path(code).read_bytes()).hexdigest()
    key = stable_hash([states, reader, sys.version_info[:2], marshal.version])
    folder = cache_folder() / "parsed"
    path = folder / f"{name}-{key}"
    with suppress(OSError):
        content = path.read_bytes()
        if hashlib.sha256(content[_DIGEST:]).digest() == content[:_DIGEST]:
            kept: T = marshal.loads(content[_DIGEST:])
            return kept
    value = read()
    with suppress(OSError):  # a cache that can't be written costs time, and nothing else
        content = marshal.dumps(value)  # type: ignore[arg-type]
        write_atomically(path, hashlib.sha256(content).digest() + content)
        for other in folder.glob(f"{name}-*"):
            if other != path:
                other.unlink(missing_ok=True)
    return value
