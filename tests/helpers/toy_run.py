"""Toy stages for tests, and a run of three of them: `toy_run.py FOLDER [KILLS SEED]`."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from malmoi.core.files import Record, make_folder_atomically, write_atomically
from malmoi.core.ledger import Outcome, Reject
from malmoi.recipe import SearchRecipe
from malmoi.runs.run import Run, Stage

RECIPE = SearchRecipe(name="toy")


def outcomes(items: Iterable[int]) -> Iterator[Outcome]:
    """Zero, one or two records an item, now and then a reject."""
    for item in items:
        yield Outcome(
            records=[{"item": item, "copy": copy, "text": "말" * item} for copy in range(item % 3)],
            rejects=[Reject({"item": item}, "third", raw=f"원문 {item}")] if item % 3 == 0 else [],
            tokens_in=item,
            tokens_out=2 * item,
            cost=0.1 * item,
        )


def finish_toy(stage: Stage, items: int = 7) -> None:
    if not stage.done:
        stage.work(range(items), str, outcomes)
        stage.finish()


def tree(folder: Path) -> dict[str, Any]:
    """Every file of a run with its content, without seconds, memory and the lock."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.name == "stage.json":
            state = json.loads(path.read_text())
            assert state.pop("seconds") >= 0
            state.pop("memory", None)
            found[name] = state
        elif path.is_file() and path.name != ".lock":
            found[name] = path.read_bytes()
    return found


def write(items: Iterable[int]) -> Iterator[Outcome]:
    for item in items:
        time.sleep(0.002)
        records = [{"n": item, "text": f"낱말 {item} " * 200, "copy": i} for i in range(item % 3)]
        rejects = [Reject({"n": item}, "fifth", "raw\n" * 9)] if item % 5 == 0 else []
        yield Outcome(records, rejects, tokens_in=item, tokens_out=1, cost=item / 7)


def check(items: Iterable[Record]) -> Iterator[Outcome]:
    for item in items:
        time.sleep(0.001)
        even = item["n"] % 2 == 0
        yield Outcome([item], []) if even else Outcome([], [Reject(item, "odd", item["text"])])


def main(folder: Path) -> None:
    recipe = SearchRecipe(name="toy")
    with Run.open(folder, recipe) as run:
        written = run.stage("write", {"corpus": recipe.corpus})
        if not written.done:
            written.work(range(200), str, write)
            written.finish()
        checked = run.stage("check", {}, after=[written])
        if not checked.done:
            checked.work(written.records(), lambda r: f"{r['n']}-{r['copy']}", check)
            checked.note(mean=1.5)
            checked.finish(kept=len(checked.records()))
        trained = run.stage("train", {}, after=[checked])
        if not trained.done:
            trained.fill([], metrics=({"step": step} for step in range(30)))
            time.sleep(0.06)  # as long as a training: some kills are to hit it

            def fill(model: Path) -> None:
                for part in range(10):
                    write_atomically(model / f"part-{part}", str(part) * 1000)
                    time.sleep(0.002)

            make_folder_atomically(trained.folder / "model", fill)
            trained.finish()


def main_with_kills(folder: Path, kills: int, seed: int) -> int:
    """Kill the run with SIGKILL at random moments, start it again until it is done.

    Each start is a forked process: what is killed is real, and no start costs an interpreter.
    Returns the number of times it was killed before it was done.
    """
    moments = random.Random(seed)
    killed = 0
    while True:
        child = os.fork()
        if child == 0:
            try:
                main(folder)
                os._exit(0)
            finally:
                os._exit(1)
        if killed < kills:
            time.sleep(moments.uniform(0.005, 0.08))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0, "the toy run failed"
            return killed
        killed += 1


if __name__ == "__main__":
    if len(sys.argv) > 2:
        print(main_with_kills(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
    else:
        main(Path(sys.argv[1]))
