"""A file of named arrays with the layout of safetensors, memory-mapped for reading.

A length, a JSON header, flat little-endian arrays (https://github.com/huggingface/safetensors), so
any reader of that format can look into it. Opening costs a header.
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from malmoi.core.errors import RunError

Array = np.ndarray[Any, Any]

_TYPES: dict[str, np.dtype[Any]] = {
    "I64": np.dtype("<i8"),
    "U64": np.dtype("<u8"),
    "I32": np.dtype("<i4"),
    "U32": np.dtype("<u4"),
    "F32": np.dtype("<f4"),
    "U8": np.dtype("u1"),
    "I8": np.dtype("i1"),
}
_NAMES = {kind: name for name, kind in _TYPES.items()}
_HEADER = 4096
"""Bytes kept for the header where it is written last."""


def write_arrays(
    path: Path,
    arrays: Mapping[str, Array] | Callable[[], Mapping[str, Array]],
    streamed: Iterable[Array] = (),
    name: str = "",
) -> None:
    """Write a file of arrays and sync it.

    Args:
        path: the file.
        arrays: flat arrays; a function that gives them is called after `streamed` has ended.
        streamed: pieces of one more uint8 array, which need not fit into memory.
        name: that array's; it is padded to whole groups of 8 bytes.
    """
    end = 0
    with path.open("wb") as file:
        if name:
            file.write(bytes(_HEADER))
            for piece in streamed:
                end += file.write(piece.data)
            end += file.write(bytes(-end % 8))
        header = {name: _entry(_TYPES["U8"], end, 0)} if name else {}
        known = [
            (key, np.ascontiguousarray(array, array.dtype.newbyteorder("<")))
            for key, array in (arrays() if callable(arrays) else arrays).items()
        ]
        # Widest items first: with the header padded to 8 bytes every array is aligned.
        known.sort(key=lambda item: (-item[1].itemsize, item[0]))
        for key, array in known:
            header[key] = _entry(array.dtype, len(array), end)
            end += array.nbytes
        text = json.dumps(header, separators=(",", ":")).encode()
        text = text.ljust(_HEADER - 8 if name else len(text) + -len(text) % 8)
        if not name:
            file.write(len(text).to_bytes(8, "little") + text)
        for _, array in known:
            file.write(array.view(np.uint8).data)
        if name:
            file.seek(0)
            file.write(len(text).to_bytes(8, "little") + text)
        file.flush()
        os.fsync(file.fileno())


def _entry(kind: np.dtype[Any], length: int, start: int) -> dict[str, Any]:
    end = start + kind.itemsize * length
    return {"dtype": _NAMES[kind], "shape": [length], "data_offsets": [start, end]}


def open_arrays(path: Path) -> dict[str, Array]:
    """Map a file of arrays for reading.

    Raises:
        RunError: the file is cut off or not of this layout.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        try:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(length))
            end = max(entry["data_offsets"][1] for entry in header.values())
        except (ValueError, KeyError, TypeError, OverflowError, MemoryError) as error:
            raise RunError(
                f"{path} is no index segment. Delete the index and build it anew."
            ) from error
        if size != 8 + length + end:
            raise RunError(
                f"{path} has {size} bytes where its header asks for {8 + length + end}. "
                "The file was cut off; delete the index and build it anew."
            )
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return _views(mapped, header, 8 + length)


def _views(mapped: mmap.mmap, header: dict[str, Any], offset: int) -> dict[str, Array]:
    return {
        name: np.frombuffer(
            mapped, _TYPES[entry["dtype"]], entry["shape"][0], offset + entry["data_offsets"][0]
        )
        for name, entry in header.items()
    }
