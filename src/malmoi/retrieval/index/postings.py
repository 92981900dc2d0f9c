"""Posting lists: which documents have a dimension, and with what weight.

A segment of many documents holds them packed, in 3 to 5 bytes a posting instead of 8, without
losing a bit:

    exceptions  int32 [e] places, int32 [e] gaps: those that `gap_bits` can't hold
    chunks      int32: every 64th row
    codes       `code_bits` (0 to 32, a multiple of 4) a posting: a weight is the float whose bits
                are `base + (code << shift)`; weights of few significant bits have short codes
    gaps        `gap_bits` (4, 8, 12 or 16) a posting: how far its row is from the one before

Codes and gaps lie in `planes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass

import numpy as np

from malmoi.retrieval.index.arrays import Array
from malmoi.retrieval.index.planes import CHUNK, Planes, pack, planes_size

_GAP_BITS = np.array([4, 8, 12, 16])
_NORMAL, _NEGATIVE = 1 << 23, 1 << 31
"""Bits of the smallest float of full precision, and of the negative zero."""
_BLOCK = 1 << 17
"""Postings that are unpacked at a time: they stay in the processor's cache."""


class PostingList:
    """Rows and weights of one dimension; both may be empty.

    Args:
        rows: int32, ascending.
        weights: float32.
    """

    error = 0.0
    """How far below its weight, relative, `add_to` may take a posting where it needn't be exact."""

    def __init__(self, rows: Array, weights: Array) -> None:
        self.rows, self.weights = rows, weights

    def __len__(self) -> int:
        return len(self.rows)

    def add_to(self, sums: Array, weight: float, exact: bool = True) -> None:
        """Add `weight` times the list's weights to the sums of its rows."""
        # A row stands once in a posting list: this is `sums[rows] += …`, five times faster.
        rows = self.rows.astype(np.int64)  # which `at` would do for its own, and slower
        np.add.at(sums, rows, self.weights * np.float32(weight))

    def weights_of(self, rows: Array) -> Array:
        """The weight of each of some rows (int32, ascending); 0 for one that is not in the list."""
        places, there = _places(self.rows, rows)
        return _spread(self.weights[places], there)


@dataclass(frozen=True, slots=True)
class Packing:
    """How one list is packed."""

    length: int
    exceptions: int
    gap_bits: int
    code_bits: int
    shift: int
    base: int

    def parts(self) -> Iterator[int]:
        """Where each part of its bytes ends: exceptions, chunks, codes."""
        yield (end := 8 * self.exceptions)
        yield (end := end + 4 * -(-self.length // CHUNK))
        yield end + planes_size(self.length, self.code_bits)


class _Buffers:
    """Room to unpack postings in: to get new memory each time costs more than the work."""

    def __init__(self, length: int) -> None:
        self.rows = np.empty(length, np.int64)
        self.codes = np.empty(length, np.uint32)
        self.pairs = np.empty(length + 1, "<u2")


_SPARE: list[_Buffers] = []
"""As many as there were searches at the same time."""


class PackedList(PostingList):
    """A list that is unpacked where it is read.

    Args:
        data: uint8, from the list's first byte on.
        packing: how it is packed.
    """

    def __init__(self, data: Array, packing: Packing) -> None:
        self.packing = packing
        exceptions, chunks, codes = packing.parts()
        self.exceptions = data[:exceptions].view("<i4").reshape(2, packing.exceptions)
        self.firsts = data[exceptions:chunks].view("<i4")
        self.codes = Planes(data[chunks:codes], packing.length, packing.code_bits, np.uint32)
        # NumPy indexes by int64: rows of another type would be converted for each use.
        self.gaps = Planes(data[codes:], len(self.firsts) * CHUNK, packing.gap_bits, np.int64)
        if self.codes.lower_bits:
            self.error = 2.0 ** (self.codes.lower_bits + packing.shift - 23)
            beyond = packing.base + (1 << packing.code_bits + packing.shift)
            if packing.base < _NORMAL or beyond > _NEGATIVE:
                self.error = np.inf

    def __len__(self) -> int:
        return self.packing.length

    @property
    def rows(self) -> Array:  # type: ignore[override]
        """Ascending."""
        return self._rows(0, len(self), _Buffers(len(self)))

    @property
    def weights(self) -> Array:  # type: ignore[override]
        """float32."""
        return self._weights(0, len(self), _Buffers(len(self)))

    def add_to(self, sums: Array, weight: float, exact: bool = True) -> None:
        """Add `weight` times the list's weights to the sums of its rows."""
        buffers = _SPARE.pop() if _SPARE else _Buffers(_BLOCK)
        for start in range(0, len(self), _BLOCK):
            end = min(start + _BLOCK, len(self))
            weights = self._weights(start, end, buffers, exact)
            weights *= np.float32(weight)
            np.add.at(sums, self._rows(start, end, buffers), weights)
        _SPARE.append(buffers)

    def _rows(self, start: int, end: int, buffers: _Buffers) -> Array:
        """Those of the places `start`, the first of a chunk, to `end` − 1."""
        gaps = buffers.rows[: end - start]
        self.gaps.read(start, end, gaps, buffers.pairs)
        places, values = self.exceptions
        if len(places):
            first, last = places.searchsorted(np.array([start, end], np.int32))
            gaps[places[first:last] - start] = values[first:last]
        gaps[0] = self.firsts[start // CHUNK]
        return np.add.accumulate(gaps, out=gaps)

    def _weights(self, start: int, end: int, buffers: _Buffers, exact: bool = True) -> Array:
        codes = buffers.codes[: end - start]
        self.codes.read(start, end, codes, buffers.pairs, exact)
        return self._floats(codes)

    def weights_of(self, rows: Array) -> Array:
        """The weight of each of some rows (int32, ascending); 0 for one that is not in the list."""
        if len(rows) * CHUNK * 2 > len(self):
            found, there = _places(self.rows, rows)
            return _spread(self._floats(self.codes.at(found)), there)
        chunks = np.maximum(self.firsts.searchsorted(rows, "right") - 1, 0)
        there, offsets = (self._rows_of(chunks) == rows[:, None]).nonzero()
        places = chunks[there] * CHUNK + offsets
        inside = places < len(self)
        weights = np.zeros(len(rows), np.float32)
        weights[there[inside]] = self._floats(self.codes.at(places[inside]))
        return weights

    def _rows_of(self, chunks: Array) -> Array:
        """The rows of some chunks, [chunks, CHUNK]; beyond the list's end whatever."""
        gaps = self.gaps.chunks(chunks)
        exceptions, values = self.exceptions
        if len(exceptions):
            starts = chunks * CHUNK
            first = exceptions.searchsorted(starts.astype(np.int32))
            counts = exceptions.searchsorted((starts + CHUNK).astype(np.int32)) - first
            if counts.any():
                of = np.repeat(np.arange(len(chunks)), counts)
                there = np.arange(len(of)) + (first - np.cumsum(counts) + counts)[of]
                gaps[of, exceptions[there] - starts[of]] = values[there]
        gaps[:, 0] = self.firsts[chunks]
        return np.add.accumulate(gaps, axis=1, out=gaps)

    def _floats(self, codes: Array) -> Array:
        if self.packing.shift:
            codes <<= np.uint32(self.packing.shift)
        codes += np.uint32(self.packing.base)
        return codes.view(np.float32)


def _places(rows: Array, wanted: Array) -> tuple[Array, Array]:
    """Where those of `wanted` that are among `rows` stand there, and which they are (bool)."""
    places = rows.searchsorted(wanted)
    there = places < len(rows)
    there[there] = rows[places[there]] == wanted[there]
    return places[there], there


def _spread(values: Array, there: Array) -> Array:
    spread = np.zeros(len(there), np.float32)
    spread[there] = values
    return spread


NOTHING = PostingList(np.zeros(0, np.int32), np.zeros(0, np.float32))


def rounded(weights: Array, bits: int) -> Array:
    """Weights, float32, to so many significant bits of 24: packed ones take fewer bytes then."""
    dropped = np.uint32(24 - bits)
    if not dropped:
        return weights
    codes = weights.view(np.uint32)
    # Halfway it goes to the even one.
    codes = codes + ((np.uint32(1) << dropped - 1) - 1 + (codes >> dropped & 1))
    return (codes >> dropped << dropped).view(np.float32)


def pack_list(rows: Array, weights: Array) -> tuple[list[Array], Packing]:
    """A list of one or more postings as the bytes that hold it (uint8 arrays), and how.

    Args:
        rows: int32, ascending.
        weights: float32, none of them 0.
    """
    gaps = np.diff(rows, prepend=np.int32(0))
    sizes = [int((gaps >> bits).astype(bool).sum()) for bits in _GAP_BITS]
    gap_bits = int(_GAP_BITS[np.argmin(len(rows) * _GAP_BITS // 8 + 8 * np.array(sizes))])
    exceptions = np.flatnonzero(gaps >> gap_bits).astype("<i4")
    beyond = gaps[exceptions].astype("<i4")
    gaps[exceptions] = 0

    bits = weights.view(np.uint32)
    base = int(bits.min())
    codes = bits - np.uint32(base)
    used = int(np.bitwise_or.reduce(codes))
    shift = (used & -used).bit_length() - 1 if used else 0
    code_bits = -(-(used >> shift).bit_length() // 4) * 4
    packing = Packing(len(rows), len(exceptions), gap_bits, code_bits, shift, base)
    firsts = rows[::CHUNK].astype("<i4")
    parts = [part.view(np.uint8) for part in (exceptions, beyond, firsts)]
    parts += pack(codes >> np.uint32(shift), code_bits)
    parts += pack(np.pad(gaps, (0, -len(gaps) % CHUNK)).astype(np.uint32), gap_bits)
    return parts, packing


class PlainPostings:
    """All lists of a segment of few documents, as they are.

    Arrays, with p postings:

        dimensions  int32 [d]      that occur, ascending
        starts      int64 [d + 1]  postings of dimensions[i] are starts[i]:starts[i + 1]
        rows        int32 [p]
        weights     float32 [p]
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.dimensions, self.starts = arrays["dimensions"], arrays["starts"]
        self.rows, self.weights = arrays["rows"], arrays["weights"]

    @property
    def lengths(self) -> Array:
        """Postings of each dimension."""
        return np.diff(self.starts)

    def of(self, dimension: int) -> PostingList:
        """The list of one dimension."""
        place = _place(self.dimensions, dimension)
        if place is None:
            return NOTHING
        part = slice(int(self.starts[place]), int(self.starts[place + 1]))
        return PostingList(self.rows[part], self.weights[part])

    def between(self, first: int, last: int) -> tuple[Array, Array, Array]:
        """Dimension, row and weight of the postings of the dimensions `first` to `last` − 1."""
        start, end = self.dimensions.searchsorted(np.array([first, last], np.int32))
        part = slice(int(self.starts[start]), int(self.starts[end]))
        of = np.repeat(self.dimensions[start:end], np.diff(self.starts[start : end + 1]))
        return of, self.rows[part], self.weights[part]


class PackedPostings:
    """All lists of a segment, packed.

    Arrays, with d dimensions:

        dimensions  int32 [d]   that occur, ascending
        postings    uint8       packed lists
        starts      int64 [d]   where each begins
        lengths, exceptions int32, gap_bits, code_bits, shifts uint8, bases uint32:
                    the fields of its `Packing`, [d]
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.dimensions, self.starts = arrays["dimensions"], arrays["starts"]
        self.postings, self.lengths = arrays["postings"], arrays["lengths"]
        self.fields = [arrays[name] for name in _FIELDS]

    def of(self, dimension: int) -> PostingList:
        """The list of one dimension."""
        place = _place(self.dimensions, dimension)
        return NOTHING if place is None else self._at(place)

    def between(self, first: int, last: int) -> tuple[Array, Array, Array]:
        """Dimension, row and weight of the postings of the dimensions `first` to `last` − 1."""
        start, end = self.dimensions.searchsorted(np.array([first, last], np.int32)).tolist()
        lists = [NOTHING, *(self._at(place) for place in range(start, end))]
        of = np.repeat(self.dimensions[start:end], self.lengths[start:end])
        rows, weights = [each.rows for each in lists], [each.weights for each in lists]
        return of, np.concatenate(rows), np.concatenate(weights)

    def _at(self, place: int) -> PackedList:
        packing = Packing(*(field[place].item() for field in self.fields))
        return PackedList(self.postings[int(self.starts[place]) :], packing)


_FIELDS = {
    "lengths": np.int32,
    "exceptions": np.int32,
    "gap_bits": np.uint8,
    "code_bits": np.uint8,
    "shifts": np.uint8,
    "bases": np.uint32,
}
"""Arrays of the fields of `Packing`, in their order."""


def packing_arrays(packings: Sequence[Packing]) -> dict[str, Array]:
    """The fields of packed lists as arrays, for `PackedPostings`."""
    columns = zip(*map(astuple, packings), strict=True) if packings else [()] * len(_FIELDS)
    return {
        name: np.array(column, kind)
        for (name, kind), column in zip(_FIELDS.items(), columns, strict=True)
    }


def _place(dimensions: Array, dimension: int) -> int | None:
    # A Python int would have NumPy copy the whole int32 array to int64 first.
    place = int(dimensions.searchsorted(np.int32(dimension)))
    return place if place < len(dimensions) and dimensions[place] == dimension else None
