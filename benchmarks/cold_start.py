"""How long `malmoi word` and `malmoi card` take from the shell, with an earlier build and now.

    git worktree add before 3ddabe0
    python benchmarks/cold_start.py --before before/src

A new process for each call; what the operating system and malmoi keep is warm, and so is Python's
compiled code: each command runs once before it is measured. Printed are the least seconds of five
calls, of the processor and of the clock; `python -c pass` is what no command can be faster than.
And of 60 words how many both builds print the same of, to the last byte: that is all of them where
nothing but speed lies between the two (1f3c251 is such a build).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from malmoi.cli import console

RUNS = 5
WORD = "docile"
WORDS = """
youngster disastrously unimproved approbation demagogue reexamine subsection audible drumstick
disjoint bullfrog atypical cognizant widen wacko roadway centerfold clothier brickwork biweekly
mercer steakhouse weighty maharajah stipend mansion demolish disloyal alter attitudinal cockerel
collarbone cupcake sleepwear benevolent prescribe cowbell patrician arithmetical chalkboard poise
methodology bonehead audiotape blinking accretion contemptuous unscientific bookend behaviorist
pendent stony diffident bloodshot motherhood bellicose decay obstinate candid tepid
""".split()
ALL = """
import sys
from malmoi.cli import app

for word in sys.argv[2:]:
    app([sys.argv[1], word], standalone_mode=False)
    print(end="\\0")
"""
"""Answers all words, each followed by a zero, in one process."""
NOW = Path(__file__).parents[1] / "src"


def environment(source: Path, compiled: Path) -> dict[str, str]:
    """The process's variables for a build whose compiled code goes to a folder of its own."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    folder = compiled / source.resolve().as_posix().strip("/").replace("/", "-")
    return {**kept, "PYTHONPATH": str(source.resolve()), "PYTHONPYCACHEPREFIX": str(folder)}


def seconds(command: list[str], variables: dict[str, str]) -> tuple[float, float]:
    """Seconds of the processor and of the clock that a command takes."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - started
    if status:
        sys.exit(f"{' '.join(command)} failed")
    return usage.ru_utime + usage.ru_stime, took


def least(command: list[str], variables: dict[str, str]) -> tuple[float, float]:
    """The least of `RUNS` calls, after one that isn't counted."""
    seconds(command, variables)
    measured = [seconds(command, variables) for _ in range(RUNS)]
    return min(cpu for cpu, _ in measured), min(clock for _, clock in measured)


def answers(command: str, variables: dict[str, str]) -> list[str]:
    """What a command prints of each word."""
    called = [sys.executable, "-c", ALL, command, *WORDS]
    ended = subprocess.run(called, env=variables, stdout=subprocess.PIPE, check=True)
    return ended.stdout.decode().split("\0")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--before", type=Path, required=True, help="src of the earlier build")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as compiled:
        builds = [environment(source, Path(compiled)) for source in (options.before, NOW)]
        for name in ("word", "card"):
            command = [sys.executable, "-m", "malmoi", name, WORD]
            before, now = (least(command, build) for build in builds)
            same = sum(map(str.__eq__, *(answers(name, build)[:-1] for build in builds)))
            rows += [
                (f"malmoi {name} {WORD}", kind, f"{b:.2f}", f"{n:.2f}", f"{n / b:.2f}",
                 f"{same} of {len(WORDS)}")
                for kind, b, n in zip(("processor", "clock"), before, now, strict=True)
            ]  # fmt: skip
        floor = least([sys.executable, "-c", "pass"], builds[1])
        rows += [("python -c pass", "processor", "", f"{floor[0]:.2f}", "", "")]
    console.table(("command", "seconds", "before", "now", "ratio", "same words"), rows)


if __name__ == "__main__":
    main()
