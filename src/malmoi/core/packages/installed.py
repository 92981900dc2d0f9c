"""Data files of installed packages, found without importing the package.

Some packages that ship good data drag in trouble when imported (a download, a missing dependency),
so their files are read directly.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from pathlib import Path

from malmoi.core.errors import SourceError


def data_file(module: str, distribution: str, *parts: str) -> Path:
    """The file `parts` of the package that is imported as `module`.

    Raises:
        SourceError: the package isn't installed, or has no such file (another version).
    """
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise SourceError(f"{distribution} is not installed: pip install {distribution}")
    path = Path(spec.origin).parent.joinpath(*parts)
    if not path.is_file():
        raise SourceError(
            f"{distribution} {version(distribution)} has no file {'/'.join(parts)}: another "
            f"version? pip install --upgrade {distribution}"
        )
    return path


def version(distribution: str) -> str:
    """The installed version, "?" where it can't be told."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "?"
