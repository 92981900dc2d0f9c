"""A run of three stages that takes about a second, for tests that kill it: `toy_run.py FOLDER`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from malmoi.files import Record, make_folder_atomically, write_atomically
from malmoi.recipe import Recipe
from malmoi.run import Outcome, Reject, Run


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
    recipe = Recipe(name="toy")
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
            for step in range(len(trained.records("metrics")), 30):
                time.sleep(0.002)
                trained.append({"step": step}, "metrics")

            def fill(model: Path) -> None:
                for part in range(10):
                    write_atomically(model / f"part-{part}", str(part) * 1000)
                    time.sleep(0.002)

            make_folder_atomically(trained.folder / "model", fill)
            trained.finish()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
