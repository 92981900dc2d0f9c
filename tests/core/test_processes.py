"""Processes that are real: each is started, and some die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from malmoi.core import processes
from malmoi.core.errors import RecipeError, StudentError
from malmoi.recipe import load

LAUNCHED = """
import sys, time
from pathlib import Path
from malmoi.core import processes
processes.launch(time.sleep, (600,), Path(sys.argv[1]), 2)
"""


def test_the_first_process_s_result_and_nothing_is_left(tmp_path: Path) -> None:
    assert processes.world_size() == 1
    assert processes.is_first()
    folder = tmp_path / "processes"
    assert processes.launch(processes.world_size, (), folder, 2) == 2
    assert processes.launch(processes.is_first, (), folder, 3) is True
    assert not folder.exists()


def test_an_error_for_the_user_stays_one(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="no recipe at nowhere"):
        processes.launch(load, ("nowhere",), tmp_path / "p", 2)


def test_any_other_error_says_where(tmp_path: Path) -> None:
    with pytest.raises(StudentError, match=r"process \d of 2 failed(.|\n)*invalid literal"):
        processes.launch(int, ("x",), tmp_path / "p", 2)
    assert not (tmp_path / "p").exists()


def test_one_that_dies_takes_the_others_with_it(tmp_path: Path) -> None:
    with pytest.raises(StudentError, match=r"one of 2 training processes died.*last checkpoint"):
        processes.launch(os._exit, (9,), tmp_path / "p", 2)


def alive(folder: Path) -> list[str]:
    found = subprocess.run(["pgrep", "-f", str(folder)], capture_output=True, text=True)
    return found.stdout.split()


def test_a_launcher_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    launcher = subprocess.Popen([sys.executable, "-c", LAUNCHED, str(folder)])
    try:
        deadline = time.monotonic() + 120
        while len(alive(folder)) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        time.sleep(1)
    finally:
        launcher.send_signal(signal.SIGKILL)
        launcher.wait()
    while alive(folder):
        assert time.monotonic() < deadline + 60
        time.sleep(0.1)


def test_cores_are_those_that_this_process_may_use() -> None:
    assert 1 <= processes.cores() <= (os.cpu_count() or 1)
