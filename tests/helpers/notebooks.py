"""Notebooks: their cells as a script has them and as Jupyter keeps them, and a run as a script."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

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


def kept_cells(name: str) -> list[dict[str, Any]]:
    """The cells of NAME.ipynb."""
    kept = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))
    return list(kept["cells"])


def kept_sources(name: str) -> list[Cell]:
    """Kind and source of those."""
    return [(cell["cell_type"], "".join(cell["source"]).strip()) for cell in kept_cells(name)]


def problems(cells: list[dict[str, Any]]) -> list[str]:
    """What is wrong with what Jupyter kept: code that never ran, or ended with an error."""
    found = []
    for number, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            kinds = {output["output_type"] for output in cell["outputs"]}
            found += [f"cell {number}: not run"] * (cell["execution_count"] is None)
            found += [f"cell {number}: an error"] * ("error" in kinds)
    return found


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
