"""`benchmarks/same_run.py` finds what differs, and nothing where only clock and folder do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "same_run.py"


def write_run(folder: Path, *, score: float = 0.5, text: str = "표", weight: float = 1.0) -> Path:
    """A run of two stages, finished at a time of its own."""
    for number, name in enumerate(("corpus", "student"), 1):
        (folder / name).mkdir(parents=True)
        state = {"name": name, "number": number, "seconds": len(str(folder)), "figures": {}}
        write(folder / name / "stage.json", state)
    (folder / "corpus" / "records.jsonl").write_text(
        json.dumps({"text": text, "path": str(folder / "corpus")}) + "\n", encoding="utf-8"
    )
    np.save(folder / "student" / "weights.npy", np.array([1.0, weight], np.float32))
    write(folder / "recipe.json", {"name": "toy"})
    write(folder / "results.json", {"scores": {"v2": score}, "recipe": {"path": str(folder)}})
    return folder


def write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")


def compare(first: Path, second: Path) -> tuple[int, str]:
    command = [sys.executable, str(SCRIPT), str(first), str(second)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_same_run_in_another_folder(tmp_path: Path) -> None:
    runs = write_run(tmp_path / "first"), write_run(tmp_path / "later" / "second")
    assert compare(*runs) == (
        0,
        "corpus: the same\nstudent: the same\nresults.json: the same\n"
        "3 parts compared, no difference\n",
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"text": "행"}, 'corpus: corpus/records.jsonl: [0].text: "표" and "행"'),
        ({"weight": 1.5}, "student: student/weights.npy: : values differ by up to 0.5"),
        ({"score": 0.6}, "results.json: results.json: .scores.v2: 0.5 and 0.6"),
        # The first stage in the order of the work is the one that is told.
        ({"text": "행", "score": 0.6}, 'corpus: corpus/records.jsonl: [0].text: "표" and "행"'),
    ],
)
def test_the_first_difference_is_told(
    tmp_path: Path, change: dict[str, Any], expected: str
) -> None:
    first, second = write_run(tmp_path / "first"), write_run(tmp_path / "second", **change)
    status, told = compare(first, second)
    assert status == 1
    assert told.splitlines()[-1] == expected


def test_a_stage_that_one_run_lacks(tmp_path: Path) -> None:
    first, second = write_run(tmp_path / "first"), write_run(tmp_path / "second")
    for path in (second / "student").iterdir():
        path.unlink()
    status, told = compare(first, second)
    assert (status, "stage.json is not in" in told) == (1, True)


def test_no_run_is_no_run(tmp_path: Path) -> None:
    status, told = compare(tmp_path, tmp_path)
    assert status == 1
    assert "recipe.json is missing" in told
