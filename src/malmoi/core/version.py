"""The version that results and files name as the one that made them."""

from __future__ import annotations

from importlib import metadata


def installed_version() -> str:
    """The version of the installed package ("0.1.0"); "unknown" in a checkout never installed."""
    try:
        return metadata.version("malmoi")
    except metadata.PackageNotFoundError:
        return "unknown"
