"""What a run left in its folder, to be compared with what another left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

COMPARED = {".jsonl", ".npz", ".npy", ".safetensors", ".json", ".tsv", ".md", ".py"}
NOT_COMPARED = ("embeddings/",)
"""Caches of what can be computed again: how they grew depends on where a run was stopped."""


def without_seconds(value: Any) -> Any:
    """JSON values without what depends on the clock and on the machine."""
    if isinstance(value, dict):
        return {k: without_seconds(v) for k, v in value.items() if k not in {"seconds", "memory"}}
    return [without_seconds(v) for v in value] if isinstance(value, list) else value


def outcome(folder: Path) -> dict[str, Any]:
    """What a run gave, by file: bytes, and JSON without its seconds."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.suffix not in COMPARED or name.startswith(NOT_COMPARED):
            continue
        found[name] = content(path)
    return found


def content(path: Path) -> Any:
    """A file's bytes, or its JSON without seconds."""
    if path.name in {"stage.json", "results.json"}:
        return without_seconds(json.loads(path.read_text(encoding="utf-8")))
    if path.parts[-2:] == ("proof", "records.jsonl"):  # a hybrid search's price is measured
        lines = path.read_text(encoding="utf-8").splitlines()
        return [without_seconds(json.loads(line)) for line in lines]
    return path.read_bytes()


def differences(got: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    names = sorted(got.keys() | expected.keys())
    return [name for name in names if got.get(name) != expected.get(name)]


def everything(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Inode, time and size of every file: a file that was written anew has others."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {
        str(path.relative_to(folder)): (found.st_ino, found.st_mtime_ns, found.st_size)
        for path in files
        for found in [path.stat()]
    }
