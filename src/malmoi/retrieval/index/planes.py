"""Integers of a few bits, packed so that NumPy reads them as they are.

They lie in planes, each a flat array: the upper 32 or 16 bits, the next 8, the lowest 4 (two in a
byte).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from malmoi.retrieval.index.arrays import Array

CHUNK = 64
"""Places that `Planes.chunks` reads together."""
_NIBBLES = np.uint16(0x0F0F)


def pack(values: Array, bits: int) -> list[Array]:
    """uint32 values below `2 ** bits` as planes, uint8 arrays, padded to groups of 4 bytes."""
    parts: list[Array] = []
    if bits % 8:
        nibbles = np.zeros(len(values) + len(values) % 2, np.uint8)
        nibbles[: len(values)] = values & np.uint32(15)
        parts.append(nibbles[::2] | nibbles[1::2] << 4)
        values = values >> np.uint32(4)
    if bits // 8 % 2:
        parts.append(values.astype(np.uint8))
        values = values >> np.uint32(8)
    if bits >= 16:
        parts.append(values.astype(f"<u{bits // 16 * 2}").view(np.uint8))
    parts.append(np.zeros(-sum(map(len, parts)) % 4, np.uint8))
    return [*parts[-2::-1], parts[-1]]


def planes_size(length: int, bits: int) -> int:
    """Bytes of so many packed integers."""
    return -(-(length * (bits // 8) + (bits // 4 % 2) * (-(-length // 2))) // 4) * 4


class Planes:
    """Integers that `pack` made into the bytes that `data` begins with.

    Args:
        data: uint8.
        length: how many were packed.
        bits: of each.
        kind: what they are read as.
    """

    def __init__(self, data: Array, length: int, bits: int, kind: type[np.integer[Any]]) -> None:
        self.kind = kind
        self.wide = self.bytes = self.nibbles = None
        self.lower_bits = bits % 16 if bits >= 16 else 0
        end = 0
        if wide := bits // 16 * 2:
            end = wide * length
            self.wide = data[:end].view(f"<u{wide}")
        if bits // 8 % 2:
            start, end = end, end + length
            self.bytes = data[start:end]
        if bits % 8:
            self.nibbles = data[end : end + (length + 1) // 2]

    def read(self, start: int, end: int, values: Array, pairs: Array, exact: bool = True) -> None:
        """Read those from an even place on.

        Args:
            start, end: their places.
            values: to read into, of this `kind`, [end − start].
            pairs: uint16, to compute in, as long as `values`.
            exact: no: take their `lower_bits` as 0, which takes half the time.
        """
        planes = [
            (bits, plane[start:end])
            for bits, plane in ((16, self.wide), (8, self.bytes))
            if plane is not None
        ]
        if self.lower_bits and not exact:
            np.copyto(values, planes[0][1])
            values <<= self.kind(self.lower_bits)
            return
        if self.nibbles is not None:
            source = self.nibbles[start // 2 : (end + 1) // 2]
            both, shifted = pairs[: len(source)], pairs[len(source) : 2 * len(source)]
            np.copyto(both, source)
            np.left_shift(both, np.uint16(4), out=shifted)
            both |= shifted
            both &= _NIBBLES
            planes.append((4, both.view(np.uint8)[: end - start]))
        values[:] = planes[0][1] if planes else 0
        for bits, lower in planes[1:]:
            values <<= self.kind(bits)
            values |= lower

    def at(self, places: Array) -> Array:
        """Those at some places."""
        planes = [plane[places] for plane in (self.wide, self.bytes) if plane is not None]
        if self.nibbles is not None:
            shifts = ((places & 1) << 2).astype(np.uint8)
            planes.append(self.nibbles[places >> 1] >> shifts & np.uint8(15))
        return self._joined(planes) if planes else np.zeros(len(places), self.kind)

    def chunks(self, chunks: Array) -> Array:
        """Those of some chunks, [chunks, CHUNK], where the last chunk is whole."""
        planes = [
            plane.reshape(-1, CHUNK)[chunks]
            for plane in (self.wide, self.bytes)
            if plane is not None
        ]
        if self.nibbles is not None:
            both = self.nibbles.reshape(-1, CHUNK // 2)[chunks].astype("<u2")
            both |= both << np.uint16(4)
            both &= _NIBBLES
            planes.append(both.view(np.uint8))
        return self._joined(planes)

    def _joined(self, planes: Sequence[Array]) -> Array:
        values = planes[0].astype(self.kind)
        for lower in planes[1:]:
            values <<= self.kind(4 if lower is planes[-1] and self.nibbles is not None else 8)
            values |= lower
        return values
