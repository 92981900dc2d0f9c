"""Makes small Debian packages, byte by byte, so that the reader is not tested against itself."""

import io
import tarfile
from pathlib import Path


def write_deb(path: Path, files: dict[str, bytes], compression: str = "xz") -> Path:
    """A .deb with `files` in its data.tar."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=f"w:{compression}") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    ending = f".{compression}" if compression else ""
    path.write_bytes(
        b"!<arch>\n"
        + _member("debian-binary", b"2.0\n")
        + _member("control.tar.xz", b"odd")
        + _member(f"data.tar{ending}", data.getvalue())
    )
    return path


def _member(name: str, content: bytes) -> bytes:
    header = f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n"
    return header.encode("ascii") + content + b"\n" * (len(content) % 2)


def help_page(body: str, title: str = "") -> bytes:
    """A page as LibreOffice's help has them: boilerplate all around the DisplayArea."""
    return f"""<!DOCTYPE html><html><head><base href="../"><title>{title}</title>
<script>var 숨은 = "script";</script></head><body>
<header><p dir="auto">LibreOffice 7.4 Help</p></header>
<aside class="leftside"><div id="Index">Index</div></aside>
<div id="DisplayArea" itemprop="softwareHelp">{body}</div>
<footer><h3 class="bug">Help content debug info:</h3></footer></body></html>""".encode()
