from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from malmoi.core.files import read_lines
from malmoi.mnemonics.judging.review import aggregate
from tests.helpers.toy_review import write_outputs

ASK = """
import sys
from pathlib import Path
from malmoi.cli.review import review
review(Path(sys.argv[1]), sys.argv[2])
"""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_outputs(tmp_path)


def ask(run: Path, reviewer: str, answers: str) -> subprocess.CompletedProcess[str]:
    """The review as a process of its own that reads its lines from a pipe."""
    return subprocess.run(
        [sys.executable, "-c", ASK, str(run), reviewer],
        input=answers, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def chosen(run: Path, reviewer: str) -> list[str]:
    return [line["choice"] for line in read_lines(run / "review" / "choices" / f"{reviewer}.jsonl")]


def test_choices_are_read_kept_and_gone_on_with(run: Path) -> None:
    first = ask(run, "mina", "1\n2\nwhat?\nt\nq\n")
    assert first.returncode == 0, first.stderr
    assert chosen(run, "mina") == ["1", "2", "tie"]
    assert "'what?' is none of 1, 2, t, s and q" in first.stderr
    assert "3 of 8 pairs done by mina" in first.stderr
    assert "1 of 8" in first.stdout
    second = ask(run, "mina", "s\nS\n 1 \ntie\nskip\n2\n1\n")
    assert "4 of 8" in second.stdout
    assert "3 of 8" not in second.stdout.replace("13 of 8", "")
    assert chosen(run, "mina") == ["1", "2", "tie", "skip", "skip", "1", "tie", "skip"]
    third = ask(run, "mina", "1\n")
    assert "nothing left to choose" in third.stderr
    assert len(chosen(run, "mina")) == 8


def test_the_end_of_the_input_ends_the_review(run: Path) -> None:
    done = ask(run, "mina", "1\n2")
    assert done.returncode == 0, done.stderr
    assert chosen(run, "mina") == ["1", "2"]


def test_what_is_shown_names_no_system(run: Path) -> None:
    shown = ask(run, "mina", "1\n" * 8)
    pairs = (run / "review" / "pairs.jsonl").read_text(encoding="utf-8")
    for text in (shown.stdout, shown.stderr, pairs):
        for name in ("student", "base", "lexicon"):
            assert name not in text
    assert "good" in shown.stdout


def test_every_reviewer_sees_the_same_pairs_in_the_same_order(run: Path) -> None:
    one, other = ask(run, "mina", "1\n" * 8), ask(run, "joon", "2\n" * 8)
    assert one.stdout == other.stdout
    assert chosen(run, "joon") == ["2"] * 8
    totals = aggregate(run, resamples=100)
    assert totals["pairs"] == 8
    assert set(totals["raters"]) == {"mina", "joon"}
    assert totals["agreement"]["alpha"] < 0


def test_a_choice_is_kept_when_the_process_is_killed(run: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", ASK, str(run), "mina"],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdin
    process.stdin.write("1\n")
    process.stdin.flush()
    until = time.monotonic() + 30
    while not chosen(run, "mina") and time.monotonic() < until:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdin.close()
    assert chosen(run, "mina") == ["1"]
    path = run / "review" / "choices" / "mina.jsonl"
    path.write_text(path.read_text() + '{"pair": "torn', encoding="utf-8")
    assert "2 of 8" in ask(run, "mina", "2\n").stdout
    assert chosen(run, "mina") == ["1", "2"]
