"""Notebooks: the cells of their scripts, and a run as a script."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks"

Cell = tuple[str, str]
"""Its kind ("code" or "markdown") and its source."""


def script_cells(name: str) -> list[Cell]:
    """The cells of NAME.py in jupytext's percent format."""
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    parts = re.split(r"^# %%( \[markdown\])?\n", text, flags=re.MULTILINE)[1:]
    cells = []
    for markdown, source in zip(parts[::2], parts[1::2], strict=True):
        if markdown:
            lines = [line.removeprefix("#").removeprefix(" ") for line in source.splitlines()]
            source = "\n".join(lines)
        cells.append(("markdown" if markdown else "code", source.strip()))
    return cells


def run_script(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run NAME.py in a folder; what it shows is in its `stdout`."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONIOENCODING": "utf-8",
        "TOKENIZERS_PARALLELISM": "false",
    }
    return subprocess.run(
        [sys.executable, str(FOLDER / f"{name}.py")],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
