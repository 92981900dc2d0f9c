"""A .deb is read without dpkg, and a damaged one says so."""

import shutil
import subprocess
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.core.packages.deb import files, members
from tests.helpers.toy_packages import write_deb

FILES = {"usr/share/a.html": "가".encode(), "usr/share/b.txt": b"b" * 1001}


@pytest.mark.parametrize("compression", ["xz", "gz", "bz2", ""])
def test_wanted_files_come_out_whole(tmp_path: Path, compression: str) -> None:
    path = write_deb(tmp_path / "p.deb", FILES, compression)
    assert dict(files(path, lambda name: True)) == FILES
    assert [name for name, _ in files(path, lambda n: n.endswith(".txt"))] == ["usr/share/b.txt"]


def test_members_of_odd_length_are_padded(tmp_path: Path) -> None:
    found = dict(members(write_deb(tmp_path / "p.deb", FILES)))
    assert list(found) == ["debian-binary", "control.tar.xz", "data.tar.xz"]
    assert found["control.tar.xz"] == b"odd"


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="needs dpkg-deb to build a package")
@pytest.mark.parametrize("compression", ["xz", "gzip", "zstd"])
def test_a_package_that_dpkg_built(tmp_path: Path, compression: str) -> None:
    tree = tmp_path / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(
        "Package: toy\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b.c>\nDescription: toy\n"
    )
    (tree / "DEBIAN").chmod(0o755)
    (tree / "usr").mkdir()
    (tree / "usr/한글.txt").write_text("내용", encoding="utf-8")
    subprocess.run(
        ["dpkg-deb", f"-Z{compression}", "--build", tree, tmp_path / "toy.deb"],
        check=True,
        capture_output=True,
    )
    assert dict(files(tmp_path / "toy.deb", lambda n: True)) == {"usr/한글.txt": "내용".encode()}


def test_damage_is_told_apart(tmp_path: Path) -> None:
    path = write_deb(tmp_path / "p.deb", FILES)
    whole = path.read_bytes()
    cases = {
        "not a Debian package": b"<html>404 Not Found</html>",
        "cut off": whole[:-40],
        "damaged at byte 8": whole[:8] + b"x" * 60 + whole[68:],
        "holds no data.tar": whole[: 8 + 60 + 4],
        r"damaged \(": whole[:-60] + b"\0" * 60,
    }
    for message, content in cases.items():
        path.write_bytes(content)
        with pytest.raises(SourceError, match=message):
            list(files(path, lambda name: True))


def test_zstd_needs_a_library_and_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no dpkg
    path = write_deb(tmp_path / "p.deb", {})
    path.write_bytes(path.read_bytes().replace(b"data.tar.xz ", b"data.tar.zst"))
    try:
        import zstandard  # noqa: F401
    except ImportError:
        with pytest.raises(SourceError, match="pip install zstandard"):
            list(files(path, lambda name: True))
