"""Finds Debian packages in a folder, or fetches them with apt into malmoi's cache (no root)."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from malmoi.core.errors import SourceError
from malmoi.core.files import cache_folder

logger = logging.getLogger(__name__)

_SECONDS = 300


def find(names: tuple[str, ...], folder: Path | None, cache_name: str) -> dict[str, Path]:
    """The .deb of each package in `names`: in `folder`, or in the cache after fetching it there.

    Any version will do; of several the last by name is taken.

    Raises:
        SourceError: a package isn't in `folder`, or isn't in the cache and can't be fetched.
    """
    place = folder if folder is not None else cache_folder() / cache_name
    found = present(names, place)
    missing = [name for name in names if name not in found]
    if missing and folder is None:
        _fetch(missing, place)
        found = present(names, place)
        missing = [name for name in names if name not in found]
    if missing:
        raise SourceError(_by_hand(missing, place, "they are not there"))
    return found


def present(names: tuple[str, ...], folder: Path) -> dict[str, Path]:
    """The packages of `names` that are in `folder`; of several versions the last by name."""
    found = {name: sorted(folder.glob(f"{name}_*.deb")) for name in names}
    return {name: paths[-1] for name, paths in found.items() if paths}


def _fetch(names: list[str], folder: Path) -> None:
    """Fetch packages with apt; with package lists of our own where the system has none."""
    if not shutil.which("apt-get"):
        raise SourceError(_by_hand(names, folder, "there is no apt-get here to fetch them with"))
    logger.info(f"fetching {', '.join(names)} with apt-get into {folder}")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".apt-", dir=folder) as temporary:
        place = Path(temporary)
        # apt drops to the user _apt, who may not enter a home folder
        common = ["-q", "-o", "APT::Sandbox::User=root"]
        problem = _apt([*common, "download", *names], place)
        if problem:
            logger.info("the system's package lists are old or empty: fetching lists of our own")
            (place / "lists/partial").mkdir(parents=True)
            (place / "cache/archives/partial").mkdir(parents=True)
            own = [*common, "-o", f"Dir::State::lists={place}/lists"]
            own += ["-o", f"Dir::Cache={place}/cache"]
            problem = _apt([*own, "update"], place) or _apt([*own, "download", *names], place)
        if problem:
            reason = f"apt-get could not fetch them ({problem}); `sudo apt-get update` may help"
            raise SourceError(_by_hand(names, folder, reason))
        for path in place.glob("*.deb"):
            path.replace(folder / path.name)


def _apt(arguments: list[str], folder: Path) -> str:
    """Run apt-get in `folder`; what went wrong in one line, or "" where nothing did."""
    try:
        done = subprocess.run(
            ["apt-get", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        return f"no end after {_SECONDS} s"
    if done.returncode == 0:
        return ""
    lines = [line for line in done.stderr.splitlines() if line.startswith("E:")]
    return lines[0] if lines else f"exit status {done.returncode}"


def _by_hand(names: list[str], folder: Path, reason: str) -> str:
    """What to fetch, from where, and where to put it."""
    files = " and ".join(f"{name}_<version>_all.deb" for name in names)
    return (
        f"{len(names)} Debian package(s) missing in {folder}: {', '.join(names)}; {reason}. "
        f"Fetch {files} (any version) from the package pages of Debian, each named like its "
        f"package, put the files into {folder}, and run the command again. On Debian or Ubuntu "
        f"`apt-get download {' '.join(names)}` in that folder does it (after `apt-get update`)."
    )
