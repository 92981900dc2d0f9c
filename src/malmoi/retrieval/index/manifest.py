"""The state of an index as its manifest.json says it: segments, and what made them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from malmoi.core.errors import RunError
from malmoi.core.files import write_atomically

FORMAT = 1
DENSE_FORMAT = 2
"""Of an index with vectors of passages, which earlier versions would lose."""
PACKED_FORMAT = 3
"""Of an index with packed segments or rounded weights, with or without vectors; earlier versions
can't read the one and would forget the other."""
WEIGHT_BITS = 24
"""Significant bits of a weight: all of float32's."""
PACKED = ".packed"
"""What the file of a packed segment ends in."""


@dataclass(frozen=True, slots=True)
class Part:
    """A segment as the manifest names it: its file, rows, and the file of its deleted rows."""

    file: str
    documents: int
    dead_file: str = ""
    dead: int = 0


@dataclass(frozen=True, slots=True)
class DenseModel:
    """What embedded the passages of an index; vectors of two models never mix.

    Attributes:
        name: as `malmoi.models.dense.query_encoder` takes it.
        weights: names the weights, wherever they lie and in whatever precision they are computed.
        width: dimensions of a vector.
        words: of a passage, about.
    """

    name: str
    weights: str
    width: int
    words: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The state of an index. `model` names what encoded the documents; vectors never mix.

    `weight_bits` is how many significant bits of each weight are kept.
    """

    dimensions: int
    model: str
    generation: int = 0
    parts: tuple[Part, ...] = ()
    dense: DenseModel | None = None
    weight_bits: int = WEIGHT_BITS


def read_manifest(folder: Path) -> Manifest:
    """The state of the index in a folder.

    Raises:
        RunError: there is none, or it is damaged or of another format.
    """
    path = folder / "manifest.json"
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        seen = data.pop("format")
        if seen not in (FORMAT, DENSE_FORMAT, PACKED_FORMAT):
            raise RunError(
                f"{path} has format {seen}, this version reads {FORMAT} to {PACKED_FORMAT}. "
                "Build the index anew."
            )
        parts = tuple(Part(**part) for part in data.pop("parts"))
        has_dense = seen == DENSE_FORMAT or "dense" in data
        dense = DenseModel(**data.pop("dense")) if has_dense else None
        return Manifest(**data, parts=parts, dense=dense)
    except FileNotFoundError:
        raise RunError(
            f"{folder} holds no index (no manifest.json). "
            "Make one with `malmoi index MODEL CORPUS`."
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path} is damaged ({error}). Build the index anew.") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Make this the state, once all that it names is on the disk."""
    _sync_folder(folder)  # the new files must be on the disk before the state that names them
    kind = DENSE_FORMAT if manifest.dense else FORMAT
    rounded = manifest.weight_bits != WEIGHT_BITS
    if rounded or any(part.file.endswith(PACKED) for part in manifest.parts):
        kind = PACKED_FORMAT
    state = {"format": kind, **asdict(manifest)}
    if not rounded:
        del state["weight_bits"]
    if manifest.dense is None:
        del state["dense"]
    text = json.dumps(state, indent=1)
    write_atomically(folder / "manifest.json", text + "\n")
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def writers_lock(folder: Path) -> Iterator[None]:
    """Wait for the writers' lock. The system frees it when its holder ends, however it ends."""
    import fcntl

    if not folder.is_dir():
        raise RunError(f"{folder} is no folder. Make an index with `malmoi index MODEL CORPUS`.")
    with (folder / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
