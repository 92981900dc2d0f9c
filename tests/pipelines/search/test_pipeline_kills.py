"""Runs that are killed at random moments end with the records of one that never was."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.helpers.run_outcome import differences, outcome
from tests.helpers.small_corpus import (
    small_recipe,
    teacher_server,
    tiny_models,
    tiny_recipe,
    write_recipe,
    write_small_corpus,
)

KILLS = 20


def start(recipe: Path, runs: Path, log: Path, code: str = "") -> subprocess.Popen[bytes]:
    command = ["-c", code, str(recipe), str(runs)] if code else ["-m", "malmoi", "run", str(recipe)]
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, *command, *([] if code else ["--runs", str(runs)])],
            stdout=out,
            stderr=out,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )


def at_work(folder: Path) -> str:
    """The stage that was not finished."""
    states = [json.loads(p.read_text(encoding="utf-8")) for p in folder.glob("[!.]*/stage.json")]
    left = [state["name"] for state in states if not state["done"]]
    done = max((s["number"], s["name"]) for s in states)[1] if states else "the start"
    return left[0] if left else f"after {done}"


def check_kills(
    recipe: Path, folder: Path, seed: int, code: str = "", kills: int = KILLS
) -> Counter[str]:
    """Kill runs until `kills` kills were survived; each run that ends is compared."""
    log = folder / "log.txt"
    began = time.monotonic()
    assert start(recipe, folder / "whole", log, code).wait() == 0, log.read_text(encoding="utf-8")
    seconds = time.monotonic() - began
    (whole,) = (folder / "whole").iterdir()
    expected = outcome(whole)
    assert len(expected) > 8

    moments = random.Random(seed)
    where: Counter[str] = Counter()
    number = 0
    while where.total() < kills:
        number += 1
        runs = folder / f"killed-{number}"
        while True:
            run = start(recipe, runs, log, code)
            try:
                status = run.wait(moments.uniform(0.15, 0.9) * seconds)
            except subprocess.TimeoutExpired:
                run.send_signal(signal.SIGKILL)
                status = run.wait()
            if status != -signal.SIGKILL:
                break
            where[at_work(runs / whole.name)] += 1
        assert status == 0, log.read_text(encoding="utf-8")[-3000:]
        got = outcome(runs / whole.name)
        assert differences(got, expected) == [], f"run {number}, killed in {where}"
    print(f"{where.total()} kills of {number} runs of {seconds:.0f} s: {dict(where)}")
    return where


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_killed_at_twenty_moments(tmp_path: Path) -> None:
    data = write_small_corpus(tmp_path / "small")
    with teacher_server() as server:
        recipe = tiny_recipe(data, server.url, tiny_models(tmp_path))
        file = write_recipe(recipe, tmp_path / "small.toml")
        where = check_kills(file, tmp_path, seed=3)
    assert len(where) > 2, "all kills hit one place"


WRITING = """
import sys
from pathlib import Path
from malmoi.recipe import load
from malmoi.runs.run import Run
from malmoi.pipelines.search import writing
from malmoi.pipelines.search.context import SearchContext

recipe = load(sys.argv[1])
folder = Path(sys.argv[2]) / recipe.name
with Run.open(folder, recipe) as run:
    context = SearchContext(run, recipe)
    writing.write_glossary(context)
    writing.write_queries(context)
    context.teacher.close()
"""


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_the_default_teacher_killed_while_it_writes(tmp_path: Path) -> None:
    """Gemma 3 270M, in batches: what a reply says must not depend on where a kill fell."""
    data = write_small_corpus(tmp_path / "small")
    recipe = small_recipe(data, glossary={"max_terms": 60, "samples": 3, "min_documents": 1})
    file = write_recipe(recipe, tmp_path / "small.toml")
    check_kills(file, tmp_path, seed=4, code=WRITING, kills=6)
