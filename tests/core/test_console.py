from __future__ import annotations

import os
import pty
import subprocess
import sys
import time

import pytest

from malmoi.core import console
from malmoi.core.console import Progress, duration, progress_line, table, track


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"), (7620, "2 h 07 min")],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_line_of_progress_counts_only_this_session() -> None:
    assert progress_line("queries", 50, 100, 25, 10.0) == "queries: 50/100, 2.5/s, 20 s left"
    assert progress_line("steps", 2, 4, 2, 10.0) == "steps: 2/4, 5.0 s each, 10 s left"
    assert progress_line("read", 7, None, 7, 7.0) == "read: 7, 1.0/s"
    assert progress_line("read", 5, 9, 0, 3.0) == "read: 5/9, 0.0/s, time left unknown"


def test_short_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(track([1, 2], "short")) == [1, 2]
    assert capsys.readouterr() == ("", "")


def test_without_a_terminal_there_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    with Progress("work", total=30, done=10) as progress:
        for _ in range(20):
            now[0] += 1.5
            progress.advance()
    assert capsys.readouterr().err.splitlines() == [
        "work: 17/30, 1.5 s each, 20 s left",
        "work: 24/30, 1.5 s each, 9 s left",
        "work: 30 in 30 s",
    ]


def test_on_a_terminal_there_is_a_bar_and_messages_go_above_it() -> None:
    code = (
        "import time; from malmoi.core import console; console.QUIET_SECONDS = 0\n"
        "with console.Progress('outer', 4) as outer:\n"
        "    outer.advance()\n"
        "    with console.Progress('inner', 2) as inner:\n"
        "        inner.advance(); console.say('[not markup]'); time.sleep(0.4)\n"
        "    outer.advance()\n"
        "assert console._bars is None\n"
    )
    master, slave = pty.openpty()
    child = subprocess.Popen([sys.executable, "-c", code], stderr=slave, stdout=slave)
    os.close(slave)
    seen = b""
    while True:
        try:
            chunk = os.read(master, 4096)
        except OSError:
            break
        if not chunk:
            break
        seen += chunk
    os.close(master)
    assert child.wait() == 0
    assert b"outer: 1/4" in seen
    assert b"inner: 1/2" in seen
    assert b"[not markup]" in seen


def test_results_and_messages_go_to_different_places(capsys: pytest.CaptureFixture[str]) -> None:
    table(["model", "nDCG@10"], [["v1", 0.5], ["당뇨병 [x]", 12.25], ["none", None]], title="T")
    console.say("message")
    out, err = capsys.readouterr()
    assert err == "message\n"
    lines = [line.rstrip() for line in out.splitlines() if line.strip()]
    assert lines[0] == "T"
    v1, ko, none = lines[-3:]
    assert v1.endswith("  0.5")
    assert ko.split() == ["당뇨병", "[x]", "12.25"]
    assert none.split() == ["none"]


def test_hushed_transformers_shows_no_bar_and_no_deprecation_of_its_own() -> None:
    code = (
        "import warnings; from malmoi.core import console; console.hush_transformers()\n"
        "from transformers.utils import logging\n"
        "warnings.warn_explicit('its own', FutureWarning, 'x.py', 1, module='transformers.x')\n"
        "warnings.warn_explicit('ours', FutureWarning, 'x.py', 2, module='malmoi.text.morphemes')\n"
        "print(logging.is_progress_bar_enabled())"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "False"
    assert "ours" in result.stderr
    assert "its own" not in result.stderr
