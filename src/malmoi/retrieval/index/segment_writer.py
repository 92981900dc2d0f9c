"""Writing segments: the documents of a batch, or those of several segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from malmoi.retrieval.index.arrays import Array, write_arrays
from malmoi.retrieval.index.passage_vectors import PassageVectors, joined
from malmoi.retrieval.index.postings import Packing, pack_list, packing_arrays
from malmoi.retrieval.index.segment import Segment, text_keys

if TYPE_CHECKING:
    import scipy.sparse as sp

_CHUNK = 1 << 22
"""Postings that a merge holds in memory at once, about."""


class _Lists(NamedTuple):
    """Posting lists of some dimensions, one after the other."""

    dimensions: Array
    lengths: Array
    rows: Array
    weights: Array


def write_segment(
    path: Path,
    ids: Sequence[str],
    titles: Sequence[str],
    digests: Sequence[int],
    vectors: sp.csr_matrix,
    passages: PassageVectors | None = None,
    packed: bool = False,
) -> None:
    """Write documents as one segment.

    Args:
        path: the file to write.
        ids, titles, digests: of the documents, in the order of their rows.
        vectors: float32 [documents, dimensions].
        passages: of the documents, where they were embedded.
        packed: pack the posting lists: half the bytes, but slower to write.
    """
    columns = vectors.tocsc()
    columns.sort_indices()
    columns.eliminate_zeros()
    counts = np.diff(columns.indptr)
    present = np.flatnonzero(counts).astype(np.int32)
    lists = _Lists(present, counts[present], columns.indices.astype(np.int32), columns.data)
    parts = [_lengths_and_bytes(texts) for texts in (ids, titles)]
    documents = _document_arrays(text_keys(ids), np.array(digests, np.uint64), parts, packed)
    _write(path, [lists], documents | _passage_arrays(passages), packed)


def merge_segments(
    path: Path, segments: Sequence[Segment], dimensions: int, packed: bool = False
) -> None:
    """Write the live documents of `segments`, in order, as one segment; postings are streamed.

    Args:
        path: the file to write.
        segments: whose documents.
        dimensions: of the index.
        packed: as for `write_segment`.
    """
    live = [segment.rows_alive() for segment in segments]
    new_rows = []  # per segment: old row → new row, −1 where deleted
    total = 0
    for segment, rows in zip(segments, live, strict=True):
        new = np.full(len(segment), -1, np.int32)
        new[rows] = np.arange(total, total + len(rows))
        new_rows.append(new)
        total += len(rows)
    keys = np.empty(total, np.uint64)
    for segment, new in zip(segments, new_rows, strict=True):
        moved = new[segment.key_rows]
        keys[moved[moved >= 0]] = segment.keys[moved >= 0]
    digests = [s.digests[rows] for s, rows in zip(segments, live, strict=True)]
    parts = [
        _joined([_taken(s.id_texts, rows) for s, rows in zip(segments, live, strict=True)]),
        _joined([_taken(s.title_texts, rows) for s, rows in zip(segments, live, strict=True)]),
    ]
    documents = _document_arrays(keys, np.concatenate(digests), parts, packed)
    passages = _passage_arrays(_merged_passages(segments, live))
    _write(path, _merged_lists(segments, new_rows, dimensions), documents | passages, packed)


def _write(path: Path, chunks: Iterable[_Lists], documents: dict[str, Array], packed: bool) -> None:
    if packed:
        _write_packed(path, chunks, documents)
        return
    nothing = np.zeros(0, np.int32)
    known = [_Lists(nothing, nothing, nothing, np.zeros(0, np.float32)), *chunks]
    dimensions, lengths, rows, weights = map(np.concatenate, zip(*known, strict=True))
    lists = {"dimensions": dimensions, "starts": _starts(lengths), "rows": rows}
    write_arrays(path, {**documents, **lists, "weights": weights})


def _write_packed(path: Path, chunks: Iterable[_Lists], documents: dict[str, Array]) -> None:
    dimensions: list[int] = []
    packings: list[Packing] = []
    starts = [0]

    def packed() -> Iterator[Array]:
        for chunk in chunks:
            dimensions.extend(chunk.dimensions.tolist())
            bounds = _starts(chunk.lengths).tolist()
            for start, end in pairwise(bounds):
                parts, packing = pack_list(chunk.rows[start:end], chunk.weights[start:end])
                packings.append(packing)
                starts.append(starts[-1] + sum(map(len, parts)))
                yield from parts

    def table() -> dict[str, Array]:
        where: Array = np.array(starts[:-1], np.int64)
        lists = {"dimensions": np.array(dimensions, np.int32), "starts": where}
        return {**documents, **lists, **packing_arrays(packings)}

    write_arrays(path, table, packed(), "postings")


def _merged_lists(
    segments: Sequence[Segment], new_rows: Sequence[Array], dimensions: int
) -> Iterator[_Lists]:
    sizes = np.zeros(dimensions, np.int64)
    for segment in segments:
        sizes[segment.lists.dimensions] += segment.lists.lengths
    ends = np.cumsum(sizes)
    first = 0
    while first < dimensions:
        done = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(ends.searchsorted(done + _CHUNK, "right")))
        if ends[last - 1] > done:
            yield _merged_range(segments, new_rows, first, last)
        first = last


def _merged_range(
    segments: Sequence[Segment], new_rows: Sequence[Array], first: int, last: int
) -> _Lists:
    """The lists of the dimensions `first` to `last` − 1 of all segments, of live rows alone."""
    parts = []
    for segment, new in zip(segments, new_rows, strict=True):
        of, rows, weights = segment.lists.between(first, last)
        moved = new[rows]
        kept = moved >= 0
        parts.append((of[kept] - first, moved[kept], weights[kept]))
    counts = [np.bincount(of, minlength=last - first) for of, _, _ in parts]
    lengths = np.sum(counts, axis=0)
    rows, weights = np.empty(lengths.sum(), np.int32), np.empty(lengths.sum(), np.float32)
    cursor = _starts(lengths)[:-1]
    for (of, moved, values), here in zip(parts, counts, strict=True):
        # A posting's place: where its dimension's list stands now, plus its rank in this segment.
        places = (cursor - _starts(here)[:-1])[of] + np.arange(len(of))
        rows[places], weights[places] = moved, values
        cursor += here
    present = np.flatnonzero(lengths)
    return _Lists((present + first).astype(np.int32), lengths[present], rows, weights)


def _document_arrays(
    keys: Array, digests: Array, parts: Sequence[tuple[Array, Array]], packed: bool
) -> dict[str, Array]:
    """Arrays of ids, titles (each: lengths, bytes) and digests."""
    order = np.argsort(keys, kind="stable")
    arrays = {"keys": keys[order], "key_rows": order.astype(np.int32), "digests": digests}
    for name, (lengths, data) in zip(("id", "title"), parts, strict=True):
        short = packed and len(data) < 1 << 32
        arrays[f"{name}s"] = data
        arrays[f"{name}_starts"] = _starts(lengths).astype(np.uint32 if short else np.int64)
    return arrays


def _passage_arrays(passages: PassageVectors | None) -> dict[str, Array]:
    if passages is None:
        return {}
    return {
        "levels": passages.levels.ravel(),
        "scales": passages.scales,
        "passage_starts": passages.starts,
        "width": np.array([passages.levels.shape[1]], np.int64),
    }


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


def _lengths_and_bytes(texts: Sequence[str]) -> tuple[Array, Array]:
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    lengths = np.array([len(part) for part in encoded], np.int64)
    return lengths, np.frombuffer(b"".join(encoded), np.uint8)


def _taken(source: tuple[Array, Array], rows: Array) -> tuple[Array, Array]:
    """Lengths in bytes of the texts of some rows of one segment, and the texts, joined."""
    data, starts = source
    lengths: Array = np.diff(starts.astype(np.int64))
    kept = np.zeros(len(lengths), bool)
    kept[rows] = True
    return lengths[rows], np.asarray(data)[np.repeat(kept, lengths)]


def _joined(parts: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
    return np.concatenate([lengths for lengths, _ in parts]), np.concatenate([t for _, t in parts])


def _starts(lengths: Array) -> Array:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
