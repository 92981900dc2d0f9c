"""A stage of a run: a folder whose records survive a kill.

While a stage is at work its folder holds two files:

    stage.json     name, fingerprint, what it depends on, figures, time, memory; replaced atomically
    journal.jsonl  one line for each finished item: its key, its records and rejects, what it cost

A line is written whole, in one call. A kill can tear only the last one; it is cut off when the
stage is opened again, and its item is done again. So an item is in the journal with everything it
gave, or not at all, and a run that was killed has the same journal as one that never was.

`finish` unfolds the journal into the files that people and later stages read (`records.jsonl`,
`rejects.jsonl`, the ledger, and any other name that was filled), then marks the stage as done
in `stage.json`, then removes the journal. Each step is atomic and the order is what makes a kill
between two of them harmless: until `done` is written the journal is the truth, after it the files.

    stage = run.stage("queries", {"section": recipe.queries}, after=[corpus])
    if not stage.done:
        stage.work(documents, lambda document: document.id, write_queries)
        stage.finish()
    queries = stage.records()

What is kept survives the death of the process, not of the machine: lines are not synced one by one.
"""

from __future__ import annotations

import json
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from malmoi.core.errors import RunError
from malmoi.core.files import (
    Record,
    append_line,
    drop_torn_line,
    read_lines,
    write_atomically,
    write_lines,
)
from malmoi.core.ledger import Outcome, Reject
from malmoi.core.memory import forget_peak, peak_memory
from malmoi.core.progress import Progress

T = TypeVar("T")

STATE = "stage.json"
JOURNAL = "journal.jsonl"


@dataclass(slots=True)
class Totals:
    """What a journal adds up to: items, records a file, rejects a reason, spending, seconds."""

    items: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0
    seconds: float = 0.0

    @classmethod
    def of(cls, lines: Iterable[Record]) -> Totals:
        """Add up the lines of a journal."""
        totals = cls()
        costs: list[float] = []
        seconds: list[float] = []
        for line in lines:
            totals.items += "key" in line
            for name, records in line.get("files", {}).items():
                totals.counts[name] += len(records)
                if name == "rejects":
                    totals.rejected.update(record["reason"] for record in records)
            totals.tokens_in += line.get("tokens_in", 0)
            totals.tokens_out += line.get("tokens_out", 0)
            costs.append(line.get("cost", 0.0))
            seconds.append(line.get("seconds", 0.0))
        totals.cost, totals.seconds = math.fsum(costs), math.fsum(seconds)
        return totals

    def figures(self) -> Record:
        """As they stand in `stage.json`."""
        return {
            "counts": dict(self.counts),
            "rejected": dict(self.rejected),
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
            "cost": self.cost,
            "seconds": round(self.seconds, 3),
        }


class Stage:
    """One stage, opened by `Run.stage` when its work begins (its clock starts then).

    `folder` is the stage's own, for whatever files it makes besides records; `fingerprint` names
    what the output depends on; `done` says that there is nothing left to do.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name
        self._state: dict[str, Any] = json.loads((folder / STATE).read_text(encoding="utf-8"))
        self.fingerprint: str = self._state["fingerprint"]
        self._journal = folder / JOURNAL
        self._mark = time.monotonic()
        self._items = 0
        remove_leftovers(folder)
        if self.done:
            self._journal.unlink(missing_ok=True)
            self._finished: list[str] = []
        else:
            drop_torn_line(self._journal)
            self._finished = [line["key"] for line in read_lines(self._journal) if "key" in line]
            self._finished.reverse()
            forget_peak()

    @property
    def done(self) -> bool:
        """Whether `finish` was reached, now or in an earlier process."""
        return bool(self._state["done"])

    @property
    def figures(self) -> Record:
        """What `note` and `finish` have written so far (a copy)."""
        return dict(self._state["figures"])

    @property
    def sources(self) -> Record:
        """What it was made from: key of the recipe → path and digest (`runs.sources`)."""
        return dict(self._state.get("sources", {}))

    def made_from(self, sources: Mapping[str, Record], again: bool = False) -> None:
        """Keep what is known of sources for the first time, or, with `again`, in any case."""
        kept = {**self.sources, **sources} if again else {**sources, **self.sources}
        if kept != self.sources:
            self._state["sources"] = kept
            self._save()

    def records(self, name: str = "records") -> list[Any]:
        """The records kept under `name`, in order; `rejects` is the ledger.

        Each is a dictionary; the TypedDict beside its maker says what it holds.
        """
        if self.done:
            return list(read_lines(self.folder / f"{name}.jsonl"))
        lines = read_lines(self._journal)
        return [record for line in lines for record in line.get("files", {}).get(name, ())]

    def fill(
        self,
        records: Iterable[Mapping[str, Any]],
        rejects: Iterable[Reject] = (),
        **others: Iterable[Mapping[str, Any]],
    ) -> None:
        """Keep what is made at one stroke, in place of what a killed process may have left of it.

        `others` are records by the name of their file. What is made item by item is `work`'s.
        """
        files = {
            "records": list(records),
            "rejects": [_ledger(reject) for reject in rejects],
            **{name: list(kept) for name, kept in others.items()},
        }
        self._journal.unlink(missing_ok=True)
        self._write({"files": {name: kept for name, kept in files.items() if kept}})

    def note(self, **figures: Any) -> None:
        """Keep figures that describe the stage (a mean, a share) in `stage.json`."""
        self._state["figures"].update(figures)
        self._save()

    def work(
        self,
        items: Sequence[T],
        key: Callable[[T], str],
        outcomes: Callable[[Iterable[T]], Iterator[Outcome]],
        label: str = "",
    ) -> None:
        """Do every item once, in order, over however many processes that takes.

        Args:
            items: all items, the same at every start.
            key: an item's id.
            outcomes: gets the items that are left and yields one Outcome for each, in their order;
                it may read ahead as far as it likes (a teacher answers many requests at once). An
                outcome must depend on its item alone, or on `records()` of the items before it, for
                else a resumed run would differ from one that was never killed.
            label: what progress is called, the stage's name where empty.

        Raises:
            RunError: the items differ from those of the process that began the stage, or
                `outcomes` yielded more or fewer than there were items.
        """
        if self.done:
            return
        left = self._skip_finished(items, key)
        self._items += len(items)
        self._state["items"] = self._items
        self._save()
        if not left:
            return
        made = 0
        with Progress(label or self.name, len(items), len(items) - len(left)) as progress:
            for outcome in outcomes(iter(left)):
                if made == len(left):
                    raise RunError(f"stage {self.name}: more outcomes than its {made} items")
                self._write(_line(key(left[made]), outcome))
                made += 1
                progress.advance()
        if made < len(left):
            raise RunError(
                f"stage {self.name}: {made} outcomes for {len(left)} items; what came is kept, "
                "the same command goes on with the rest"
            )

    def _skip_finished(self, items: Sequence[T], key: Callable[[T], str]) -> Sequence[T]:
        """The items that are not in the journal yet; the journal's must be the first of them."""
        for index, item in enumerate(items):
            if not self._finished:
                return items[index:]
            if self._finished[-1] != key(item):
                raise RunError(
                    f"stage {self.name}: item {index + 1} was {self._finished[-1]!r} when the "
                    f"stage began and is {key(item)!r} now, though its fingerprint is the same; "
                    f"move {self.folder} away to begin the stage anew"
                )
            self._finished.pop()
        return []

    def finish(self, **counts: Any) -> None:
        """Unfold the journal into files and mark the stage as done; `counts` join its figures."""
        if self.done:
            raise RunError(f"stage {self.name} is finished already")
        if self._finished:
            raise RunError(
                f"stage {self.name}: {len(self._finished)} items, {self._finished[-1]!r} first, "
                f"were made when it began and are none of its items now, though its fingerprint "
                f"is the same; move {self.folder} away to begin the stage anew"
            )
        files: dict[str, list[Record]] = {}
        lines = list(read_lines(self._journal))
        for line in lines:
            for name, records in line.get("files", {}).items():
                files.setdefault(name, []).extend(records)
        for name, records in files.items():
            write_lines(self.folder / f"{name}.jsonl", records)
        totals = Totals.of(lines)
        totals.seconds += time.monotonic() - self._mark
        self._state["figures"].update(counts)
        self._state.update(totals.figures(), memory=peak_memory(), done=True)
        self._save()
        self._journal.unlink(missing_ok=True)

    def _write(self, line: Record) -> None:
        if self.done:
            raise RunError(f"stage {self.name} is finished; nothing can be added to it")
        now = time.monotonic()
        append_line(self._journal, {**line, "seconds": round(now - self._mark, 4)})
        self._mark = now

    def _save(self) -> None:
        write_state(self.folder, self._state)


def write_state(folder: Path, state: Record) -> None:
    """Replace a stage's `stage.json`."""
    text = json.dumps(state, ensure_ascii=False, indent=2)
    write_atomically(folder / STATE, text + "\n")


def _ledger(reject: Reject) -> Record:
    return {"reason": reject.reason, "candidate": reject.candidate, "raw": reject.raw}


def _line(key: str, outcome: Outcome) -> Record:
    files = {
        "records": list(outcome.records),
        "rejects": [_ledger(reject) for reject in outcome.rejects],
    }
    line: Record = {"key": key, "files": {name: kept for name, kept in files.items() if kept}}
    for name in ("tokens_in", "tokens_out", "cost"):
        if value := getattr(outcome, name):
            line[name] = value
    return line


def remove_leftovers(folder: Path) -> None:
    """Remove temporary files that a kill in mid-replacement left (`.NAME.xxxxxxxx`)."""
    import shutil

    for leftover in folder.glob(".*.????????"):
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
