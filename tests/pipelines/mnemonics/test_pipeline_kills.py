"""Runs that are killed in the midst of their stages end with the records of one that never was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from malmoi.reports.page import recipe_text
from tests.helpers.run_outcome import differences, outcome
from tests.helpers.small_run import need_dictionaries, small_recipe, tiny_base, write_list

STAGES = "words candidates-lexicon cards splits dataset student outputs proof handover".split()


def start(recipe: Path, runs: Path, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "malmoi", "run", str(recipe), "--runs", str(runs)],
            stdout=out,
            stderr=out,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1"},
        )


def killed_in(run: subprocess.Popen[bytes], stage: Path, seconds: float) -> bool:
    """Kill a run once `stage` is begun and has been at work for some time; False if it ended."""
    begun = 0.0
    while run.poll() is None:
        if not begun and (stage / "stage.json").exists():
            begun = time.monotonic()
        if begun and time.monotonic() - begun >= seconds:
            run.send_signal(signal.SIGKILL)
            break
        time.sleep(0.001)
    return run.wait() == -signal.SIGKILL


def is_done(stage: Path) -> bool:
    done: bool = json.loads((stage / "stage.json").read_text(encoding="utf-8"))["done"]
    return done


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_killed_in_every_stage(tmp_path: Path) -> None:
    need_dictionaries()
    pytest.importorskip("trl", reason="pip install 'malmoi[train]'")
    recipe = small_recipe(
        write_list(tmp_path / "words.txt"),
        tiny_base(tmp_path / "tiny"),
        student={"epochs": 6, "batch_size": 2, "save_every": 4, "grpo_steps": 3},
    )
    file = tmp_path / "small.toml"
    file.write_text(recipe_text(recipe.model_dump(mode="json", exclude_unset=True)), "utf-8")
    log = tmp_path / "log.txt"
    assert start(file, tmp_path / "whole", log).wait() == 0, log.read_text(encoding="utf-8")
    expected = outcome(tmp_path / "whole" / "small")
    assert len(expected) > 20

    folder = tmp_path / "killed" / "small"
    amid = []
    for name in STAGES:
        seconds = json.loads(
            (tmp_path / "whole" / "small" / name / "stage.json").read_text(encoding="utf-8")
        )["seconds"]
        for share in (0.3, 0.7) if seconds > 1 else (0.3,):
            if (folder / name).exists() and is_done(folder / name):
                continue
            if killed_in(start(file, folder.parent, log), folder / name, share * seconds):
                amid += [name] * (not is_done(folder / name))
    assert start(file, folder.parent, log).wait() == 0, log.read_text(encoding="utf-8")[-3000:]
    print("killed amid", amid)
    assert len(set(amid)) >= 3, amid
    assert differences(outcome(folder), expected) == []
