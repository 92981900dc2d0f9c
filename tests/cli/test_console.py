from __future__ import annotations

import logging
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from malmoi.cli import console
from malmoi.core import processes
from malmoi.core.progress import Progress, track


def test_short_work_says_nothing(shown: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(track([1, 2], "short")) == [1, 2]
    assert capsys.readouterr() == ("", "")


def test_without_a_terminal_there_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    with console.shown(), Progress("work", total=30, done=10) as progress:
        for _ in range(20):
            now[0] += 1.5
            progress.advance()
    assert capsys.readouterr().err.splitlines() == [
        "work: 17/30, 1.5 s each, 20 s left",
        "work: 24/30, 1.5 s each, 9 s left",
        "work: 30 in 30 s",
    ]


def test_work_that_failed_has_no_last_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def fails() -> None:
        with Progress("work"):
            now[0] = 5.0
            raise KeyError

    with console.shown(), pytest.raises(KeyError):
        fails()
    assert capsys.readouterr().err == ""


def test_on_a_terminal_there_is_a_bar_and_messages_go_above_it() -> None:
    code = (
        "import time, logging; from malmoi.cli import console; console.screen.quiet = 0\n"
        "from malmoi.core.progress import Progress\n"
        "with console.shown(), Progress('outer', 4) as outer:\n"
        "    outer.advance()\n"
        "    with Progress('inner', 2) as inner:\n"
        "        inner.advance()\n"
        "        logging.getLogger('malmoi.x').info('[not markup]'); time.sleep(0.4)\n"
        "    outer.advance()\n"
        "assert console.screen._bars is None\n"
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


def test_what_the_library_logs_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("malmoi.some.module")
    before = logging.getLogger("malmoi").handlers[:]
    with console.shown():
        logger.info("100 % [done]")
        logger.warning("that is odd")
        logger.debug("a detail")
    logger.warning("afterwards")
    assert capsys.readouterr() == ("", "100 % [done]\nwarning: that is odd\n")
    assert logging.getLogger("malmoi").handlers == before


def test_a_root_logger_of_someone_else_s_says_nothing_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    root, other = logging.getLogger(), logging.StreamHandler()
    root.addHandler(other)
    try:
        with console.shown():
            logging.getLogger("malmoi.x").warning("once")
    finally:
        root.removeHandler(other)
    assert capsys.readouterr().err == "warning: once\n"


def talk(label: str) -> str:
    """What a training process does: it logs."""
    logging.getLogger("malmoi.encoder").info(label)
    return label


@pytest.mark.parametrize("shown", [True, False])
def test_the_first_training_process_shows_what_this_one_does(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], shown: bool
) -> None:
    if shown:
        with console.shown():
            processes.launch(talk, ("v1: half way",), tmp_path / "p", 2)
    else:
        processes.launch(talk, ("v1: half way",), tmp_path / "p", 2)
    assert capfd.readouterr().err.count("v1: half way") == shown


def test_a_table_is_a_result(capsys: pytest.CaptureFixture[str]) -> None:
    console.table(
        ["model", "nDCG@10"], [["v1", 0.5], ["당뇨병 [x]", 12.25], ["none", None]], title="T"
    )
    out, err = capsys.readouterr()
    assert err == ""
    lines = [line.rstrip() for line in out.splitlines() if line.strip()]
    assert lines[0] == "T"
    v1, ko, none = lines[-3:]
    assert v1.endswith("  0.5")
    assert ko.split() == ["당뇨병", "[x]", "12.25"]
    assert none.split() == ["none"]
