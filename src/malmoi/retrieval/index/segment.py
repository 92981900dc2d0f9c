"""One immutable file of an index: postings, ids, titles and content digests of some documents.

The file has the layout of safetensors (a length, a JSON header, flat little-endian arrays;
https://github.com/huggingface/safetensors), so any reader of that format can look into it. Here it
is memory-mapped: opening costs a header, and searching touches the postings of the query's
dimensions alone.

Arrays, with n documents and p postings (non-zero weights):

    dimensions     int32 [d]      the dimensions that occur, ascending
    starts         int64 [d + 1]  postings of dimensions[i] are starts[i]:starts[i + 1]
    rows           int32 [p]      document rows, ascending within a dimension
    weights        float32 [p]
    keys, key_rows uint64, int32 [n]  `text_key` of each id, ascending, and its row
    digests        uint64 [n]     `text_key` of what was encoded
    ids, titles    uint8          UTF-8, cut by id_starts, title_starts int64 [n + 1]

and, where the index has vectors of passages (`passage_vectors`), with m passages of `width`:

    levels         int8 [m · width]
    scales         float32 [m]
    passage_starts int64 [n + 1]
    width          int64 [1]
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.core.errors import RunError
from malmoi.retrieval.index.passage_vectors import PassageVectors, joined

if TYPE_CHECKING:
    import scipy.sparse as sp

Array = np.ndarray[Any, Any]

_TYPES: dict[str, np.dtype[Any]] = {
    "I64": np.dtype("<i8"),
    "U64": np.dtype("<u8"),
    "I32": np.dtype("<i4"),
    "F32": np.dtype("<f4"),
    "U8": np.dtype("u1"),
    "I8": np.dtype("i1"),
}
_CHUNK = 1 << 22
"""Postings that a merge holds in memory at once."""


def text_key(text: str) -> int:
    """64 bits of BLAKE2b of `text`: the same on every machine and in every process."""
    data = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def text_keys(texts: Sequence[str]) -> Array:
    """`text_key` of each text, uint64 [n]."""
    return np.array([text_key(text) for text in texts], np.uint64)


def create_arrays(path: Path, shapes: dict[str, tuple[str, int]]) -> tuple[mmap.mmap, Any]:
    """Make a file of arrays (name → type and length) and map it for writing.

    The space is reserved first, so that a full disk is an OSError here and not a SIGBUS later.
    The caller fills the arrays, then calls `flush()` on the map.
    """
    # Widest items first: with the header padded to 8 bytes every array is aligned.
    names = sorted(shapes, key=lambda name: (-_TYPES[shapes[name][0]].itemsize, name))
    header: dict[str, Any] = {}
    end = 0
    for name in names:
        kind, length = shapes[name]
        start, end = end, end + _TYPES[kind].itemsize * length
        header[name] = {"dtype": kind, "shape": [length], "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb+") as file:
        size = 8 + len(text) + end
        os.posix_fallocate(file.fileno(), 0, size)
        file.write(len(text).to_bytes(8, "little") + text)
        file.flush()
        mapped = mmap.mmap(file.fileno(), size)
    return mapped, _views(mapped, header, 8 + len(text))


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


class Segment:
    """A segment opened for reading, with the rows that were deleted since it was written.

    Args:
        path: the segment's file.
        dead: int32 rows, ascending, that count as deleted.
    """

    def __init__(self, path: Path, dead: Array) -> None:
        arrays = open_arrays(path)
        self.path = path
        self.dead = dead
        self.dimensions = arrays["dimensions"]
        self.starts = arrays["starts"]
        self.rows = arrays["rows"]
        self.weights = arrays["weights"]
        self.digests = arrays["digests"]
        self.keys = arrays["keys"]
        self.key_rows = arrays["key_rows"]
        self.id_texts = (arrays["ids"], arrays["id_starts"])
        self.title_texts = (arrays["titles"], arrays["title_starts"])
        self.passages = _passages(arrays)

    def __len__(self) -> int:
        return len(self.digests)

    def id(self, row: int) -> str:
        """The document id of a row."""
        return _text(self.id_texts, row)

    def title(self, row: int) -> str:
        """The title of a row."""
        return _text(self.title_texts, row)

    def live_rows(self, ids: Sequence[str], keys: Array) -> list[int]:
        """Rows of those of `ids` that are here and not deleted; `keys` are their `text_key`s."""
        places = self.keys.searchsorted(keys)
        inside = np.flatnonzero(places < len(self.keys))
        found = []
        for number in inside[self.keys[places[inside]] == keys[inside]].tolist():
            place = int(places[number])
            # More than one row has this key only if 64 bits collide.
            while place < len(self.keys) and self.keys[place] == keys[number]:
                row = int(self.key_rows[place])
                if self.id(row) == ids[number] and not self.is_dead(row):
                    found.append(row)
                place += 1
        return found

    def rows_alive(self) -> Array:
        """Rows that are not deleted, ascending."""
        alive = np.ones(len(self), bool)
        alive[self.dead] = False
        return np.flatnonzero(alive)

    def is_dead(self, row: int) -> bool:
        """Whether a row was deleted."""
        place = _place(self.dead, row)
        return place < len(self.dead) and int(self.dead[place]) == row

    def postings(self, dimension: int) -> tuple[Array, Array]:
        """Rows (int32, ascending) and weights (float32) of one dimension; both may be empty."""
        place = _place(self.dimensions, dimension)
        if place == len(self.dimensions) or int(self.dimensions[place]) != dimension:
            return self.rows[:0], self.weights[:0]
        start, end = int(self.starts[place]), int(self.starts[place + 1])
        return self.rows[start:end], self.weights[start:end]

    def scores(self, lists: Sequence[tuple[Array, Array]], query: Sequence[float]) -> Array:
        """Dot product of a query with every document, float32 [n]; deleted documents get 0.

        `lists` are the postings of the query's dimensions, `query` its weights. They are added up
        in that order: the same bits however documents are spread over segments.
        """
        scores = np.zeros(len(self), np.float32)
        for (rows, weights), weight in zip(lists, query, strict=True):
            # A row stands once in a posting list: this is `scores[rows] += …`, five times faster.
            np.add.at(scores, rows, weights * np.float32(weight))
        scores[self.dead] = 0
        return scores


def weight_of(postings: tuple[Array, Array], row: int) -> float:
    """The weight of one document in a posting list (0 where it is not in it)."""
    rows, weights = postings
    place = _place(rows, row)
    return float(weights[place]) if place < len(rows) and int(rows[place]) == row else 0.0


def _place(values: Array, value: int) -> int:
    # A Python int would have NumPy copy the whole int32 array to int64 first.
    return int(values.searchsorted(np.int32(value)))


def _text(source: tuple[Array, Array], row: int) -> str:
    data, starts = source
    return bytes(data[int(starts[row]) : int(starts[row + 1])]).decode("utf-8", "surrogatepass")


def write_segment(
    path: Path,
    ids: Sequence[str],
    titles: Sequence[str],
    digests: Sequence[int],
    vectors: sp.csr_matrix,
    passages: PassageVectors | None = None,
) -> None:
    """Write documents as one segment.

    Args:
        path: the file to write.
        ids, titles, digests: of the documents, in the order of their rows.
        vectors: float32 [documents, dimensions].
        passages: of the documents, where they were embedded.
    """
    columns = vectors.tocsc()
    columns.sort_indices()
    columns.eliminate_zeros()
    counts = np.diff(columns.indptr)
    texts, starts = zip(*(_join(_encoded(part)) for part in (ids, titles)), strict=True)
    shapes = _shapes(len(ids), columns.nnz, int((counts > 0).sum()), *map(len, texts))
    mapped, arrays = create_arrays(path, shapes | _passage_shapes(passages))
    _fill_postings_table(arrays, counts)
    arrays["rows"][:] = columns.indices
    arrays["weights"][:] = columns.data
    arrays["digests"][:] = np.array(digests, np.uint64)
    _fill_documents(arrays, texts, starts, text_keys(ids))
    _fill_passages(arrays, passages)
    _sync(mapped, path)


def merge_segments(path: Path, segments: Sequence[Segment], dimensions: int) -> None:
    """Write the live documents of `segments`, in order, as one segment; postings are streamed."""
    rows = []  # per segment: old row → new row, −1 where deleted
    total = 0
    for segment in segments:
        alive = np.ones(len(segment), bool)
        alive[segment.dead] = False
        rows.append(np.where(alive, np.cumsum(alive) - 1 + total, -1).astype(np.int32))
        total += int(alive.sum())
    counts = np.zeros(dimensions, np.int64)
    for segment, new_rows in zip(segments, rows, strict=True):
        for start, of in _chunks(segment, dimensions):
            kept = new_rows[segment.rows[start : start + len(of)]] >= 0
            counts += np.bincount(of[kept], minlength=dimensions)

    live = [np.flatnonzero(new_rows >= 0) for new_rows in rows]
    parts = [
        [_take(s.id_texts, picked) for s, picked in zip(segments, live, strict=True)],
        [_take(s.title_texts, picked) for s, picked in zip(segments, live, strict=True)],
    ]
    texts = [np.concatenate([data for data, _ in part]) for part in parts]
    starts = [_starts(np.concatenate([lengths for _, lengths in part])) for part in parts]
    passages = _merged_passages(segments, live)
    shapes = _shapes(total, int(counts.sum()), int((counts > 0).sum()), *map(len, texts))
    mapped, arrays = create_arrays(path, shapes | _passage_shapes(passages))
    _fill_postings_table(arrays, counts)
    cursor = _starts(counts)[:-1]
    for segment, new_rows in zip(segments, rows, strict=True):
        for start, of in _chunks(segment, dimensions):
            moved = new_rows[segment.rows[start : start + len(of)]]
            kept = moved >= 0
            of = of[kept]
            here = np.bincount(of, minlength=dimensions)
            # A posting's place: where its dimension's list stands now, plus its rank in the chunk.
            places = (cursor - _starts(here)[:-1])[of] + np.arange(len(of))
            arrays["rows"][places] = moved[kept]
            arrays["weights"][places] = segment.weights[start : start + len(kept)][kept]
            cursor += here
    arrays["digests"][:] = np.concatenate(
        [s.digests[picked] for s, picked in zip(segments, live, strict=True)]
    )
    keys = np.empty(total, np.uint64)
    for segment, new_rows in zip(segments, rows, strict=True):
        moved = new_rows[segment.key_rows]
        keys[moved[moved >= 0]] = segment.keys[moved >= 0]
    _fill_documents(arrays, texts, starts, keys)
    _fill_passages(arrays, passages)
    _sync(mapped, path)


def _merged_passages(segments: Sequence[Segment], live: Sequence[Array]) -> PassageVectors | None:
    """The passages of the live documents; those of a segment without any were not embedded."""
    there = [s.passages for s in segments if s.passages is not None]
    if not there:
        return None
    width = there[0].levels.shape[1]
    return joined(
        [
            segment.passages.take(rows)
            if segment.passages is not None
            else PassageVectors.none(len(rows), width)
            for segment, rows in zip(segments, live, strict=True)
        ]
    )


def _passages(arrays: dict[str, Array]) -> PassageVectors | None:
    if "levels" not in arrays:
        return None
    levels = arrays["levels"].reshape(len(arrays["scales"]), int(arrays["width"][0]))
    return PassageVectors(levels, arrays["scales"], arrays["passage_starts"])


def _passage_shapes(passages: PassageVectors | None) -> dict[str, tuple[str, int]]:
    if passages is None:
        return {}
    return {
        "levels": ("I8", passages.levels.size),
        "scales": ("F32", len(passages.scales)),
        "passage_starts": ("I64", len(passages.starts)),
        "width": ("I64", 1),
    }


def _fill_passages(arrays: dict[str, Array], passages: PassageVectors | None) -> None:
    if passages is not None:
        arrays["levels"][:] = passages.levels.ravel()
        arrays["scales"][:] = passages.scales
        arrays["passage_starts"][:] = passages.starts
        arrays["width"][:] = passages.levels.shape[1]


def _shapes(
    documents: int, postings: int, dimensions: int, id_bytes: int, title_bytes: int
) -> dict[str, tuple[str, int]]:
    return {
        "dimensions": ("I32", dimensions),
        "starts": ("I64", dimensions + 1),
        "rows": ("I32", postings),
        "weights": ("F32", postings),
        "keys": ("U64", documents),
        "key_rows": ("I32", documents),
        "digests": ("U64", documents),
        "ids": ("U8", id_bytes),
        "id_starts": ("I64", documents + 1),
        "titles": ("U8", title_bytes),
        "title_starts": ("I64", documents + 1),
    }


def _fill_postings_table(arrays: dict[str, Array], counts: Array) -> None:
    present = np.flatnonzero(counts)
    arrays["dimensions"][:] = present
    arrays["starts"][:] = _starts(counts[present])


def _fill_documents(
    arrays: dict[str, Array], texts: Sequence[Array], starts: Sequence[Array], keys: Array
) -> None:
    arrays["ids"][:], arrays["titles"][:] = texts
    arrays["id_starts"][:], arrays["title_starts"][:] = starts
    order = np.argsort(keys, kind="stable")
    arrays["keys"][:] = keys[order]
    arrays["key_rows"][:] = order


def _chunks(segment: Segment, dimensions: int) -> Iterable[tuple[int, Array]]:
    """Start of each chunk of postings, and the dimension of every posting in it."""
    for start in range(0, len(segment.rows), _CHUNK):
        bounds = np.clip(segment.starts, start, min(start + _CHUNK, len(segment.rows)))
        yield start, np.repeat(segment.dimensions, np.diff(bounds))


def _encoded(texts: Sequence[str]) -> list[bytes]:
    return [text.encode("utf-8", "surrogatepass") for text in texts]


def _join(parts: Sequence[bytes]) -> tuple[Array, Array]:
    lengths = np.array([len(part) for part in parts], np.int64)
    return np.frombuffer(b"".join(parts), np.uint8), _starts(lengths)


def _take(source: tuple[Array, Array], rows: Array) -> tuple[Array, Array]:
    """The texts of some rows of one segment, joined, and their lengths in bytes."""
    data, starts = source
    lengths = np.diff(starts)
    kept = np.zeros(len(lengths), bool)
    kept[rows] = True
    return np.asarray(data)[np.repeat(kept, lengths)], lengths[rows]


def _starts(lengths: Array) -> Array:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])


def _sync(mapped: mmap.mmap, path: Path) -> None:
    mapped.flush()
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
