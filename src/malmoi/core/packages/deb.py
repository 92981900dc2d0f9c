"""Reads a Debian package without dpkg: an ar archive that holds a compressed tar of the files.

Formats: deb(5) and ar(5). Members of a .deb stand one after the other, each behind a header of 60
bytes (name 16, time 12, owner 6, group 6, mode 8, size 10, end 2) and padded to an even length.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

from malmoi.core.errors import SourceError

_MAGIC = b"!<arch>\n"
_HEADER = 60


def members(path: Path) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the ar members of `path` ("debian-binary", "data.tar.xz", …).

    Raises:
        SourceError: the file is no ar archive, or is cut off.
    """
    data = path.read_bytes()
    if not data.startswith(_MAGIC):
        raise SourceError(
            f"{path} is not a Debian package: it begins with {data[:8]!r}, a package begins with "
            f"{_MAGIC!r}. Delete it and fetch it again."
        )
    position = len(_MAGIC)
    while position + _HEADER <= len(data):
        header = data[position : position + _HEADER]
        size_field = header[48:58].strip()
        if header[58:] != b"`\n" or not size_field.isdigit():
            raise SourceError(
                f"{path} is damaged at byte {position}. Delete it and fetch it again."
            )
        size = int(size_field)
        start = position + _HEADER
        if start + size > len(data):
            raise SourceError(
                f"{path} is cut off: {len(data)} bytes are there, {start + size} were expected. "
                "Delete it and fetch it again."
            )
        yield header[:16].decode("ascii", "replace").strip().rstrip("/"), data[start : start + size]
        position = start + size + size % 2


def files(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Names (without a leading "./") and contents of the regular files that `wanted` says yes to.

    Raises:
        SourceError: no Debian package, a damaged one, or one compressed with zstd where there is
            neither dpkg nor the `zstandard` package to read it.
    """
    name, data = next((m for m in members(path) if m[0].startswith("data.tar")), ("", b""))
    if not name:
        raise SourceError(
            f"{path} holds no data.tar: it is no complete Debian package. Fetch it again."
        )
    if name.endswith(".zst"):
        data = _unzstd(path, data)
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as archive:
            for member in archive:
                inside = member.name.removeprefix("./")
                if member.isfile() and wanted(inside):
                    content = archive.extractfile(member)
                    if content is not None:
                        yield inside, content.read()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise SourceError(f"{path} is damaged ({error}). Delete it and fetch it again.") from error


def _unzstd(path: Path, data: bytes) -> bytes:
    """Decompress `data`, as Ubuntu packs its packages: dpkg can, and is wherever apt is."""
    if shutil.which("dpkg-deb"):
        done = subprocess.run(
            ["dpkg-deb", "--fsys-tarfile", str(path)], capture_output=True, check=False
        )
        if done.returncode == 0:
            return done.stdout
    try:
        import zstandard  # type: ignore[import-not-found, unused-ignore]
    except ImportError as error:
        raise SourceError(
            f"{path} is compressed with zstd, which this Python can't read. Run `pip install "
            "zstandard`, or use Debian's package (compressed with xz)."
        ) from error
    with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)) as stream:
        return bytes(stream.read())
