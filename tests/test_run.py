from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from malmoi.errors import RunError
from malmoi.recipe import CorpusSection, Recipe, TeacherSection
from malmoi.run import Run, lock_holder, status
from malmoi.stage import JOURNAL, Outcome, Reject, Stage

RECIPE = Recipe(name="toy")


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
    """Every file of a run with its content, without the seconds and the lock."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.name == "stage.json":
            state = json.loads(path.read_text())
            assert state.pop("seconds") >= 0
            found[name] = state
        elif path.is_file() and path.name != ".lock":
            found[name] = path.read_bytes()
    return found


def test_a_stage_keeps_what_its_items_gave(tmp_path: Path) -> None:
    with Run.open(tmp_path / "run", RECIPE) as run:
        stage = run.stage("toy", RECIPE.corpus)
        assert not stage.done
        finish_toy(stage)
        assert stage.done
        assert [(r["item"], r["copy"]) for r in stage.records()] == [
            (1, 0), (2, 0), (2, 1), (4, 0), (5, 0), (5, 1),
        ]  # fmt: skip
        assert [r["candidate"]["item"] for r in stage.records("rejects")] == [0, 3, 6]
        assert stage.records("rejects")[1] == {
            "reason": "third", "candidate": {"item": 3}, "raw": "원문 3",
        }  # fmt: skip
    (summary,) = status(tmp_path / "run")
    assert (summary.items, summary.total, summary.done) == (7, 7, True)
    assert summary.counts == {"records": 6, "rejects": 3}
    assert summary.rejected == {"third": 3}
    assert (summary.tokens_in, summary.tokens_out) == (21, 42)
    assert summary.cost == pytest.approx(2.1)
    assert sorted(path.name for path in (tmp_path / "run/toy").iterdir()) == [
        "records.jsonl", "rejects.jsonl", "stage.json",
    ]  # fmt: skip


def test_a_finished_stage_does_nothing_again(tmp_path: Path) -> None:
    with Run.open(tmp_path, RECIPE) as run:
        finish_toy(run.stage("toy", 1))
    before = tree(tmp_path)
    with Run.open(tmp_path, RECIPE) as run:
        stage = run.stage("toy", 1)
        assert stage.done

        def never(items: Iterable[int]) -> Iterator[Outcome]:
            raise AssertionError

        stage.work(range(7), str, never)
        with pytest.raises(RunError, match="finished"):
            stage.append({})
        with pytest.raises(RunError, match="finished already"):
            stage.finish()
    assert tree(tmp_path) == before


def test_append_reject_spend_and_note(tmp_path: Path) -> None:
    with Run.open(tmp_path, RECIPE) as run:
        stage = run.stage("loose", 1)
        stage.append({"a": 1})
        stage.append({"loss": 0.5}, "metrics")
        stage.reject({"q": "?"}, "generic", raw="raw")
        stage.spend(tokens_in=3, cost=0.25)
    with Run.open(tmp_path, RECIPE) as run:
        stage = run.stage("loose", 1)
        assert stage.records() == [{"a": 1}]
        assert stage.records("metrics") == [{"loss": 0.5}]
        stage.spend(tokens_in=4, tokens_out=1, cost=0.25)
        stage.note(mean=2.5)
        stage.finish(extra=9)
        assert stage.figures == {"mean": 2.5, "extra": 9}
    (summary,) = status(tmp_path)
    assert (summary.tokens_in, summary.tokens_out, summary.cost) == (7, 1, 0.5)
    assert summary.counts == {"records": 1, "metrics": 1, "rejects": 1}
    assert (tmp_path / "loose/metrics.jsonl").read_text() == '{"loss":0.5}\n'


def test_seconds_add_up_over_sessions(tmp_path: Path) -> None:
    for _ in range(2):
        with Run.open(tmp_path, RECIPE) as run:
            stage = run.stage("slow", 1)
            time.sleep(0.1)
            stage.append({})
    (summary,) = status(tmp_path)
    assert 0.2 <= summary.seconds < 2


def test_an_error_in_mid_work_loses_nothing(tmp_path: Path) -> None:
    def until_four(items: Iterable[int]) -> Iterator[Outcome]:
        for item, outcome in zip(range(7), outcomes(items), strict=True):
            if item == 4:
                raise KeyboardInterrupt
            yield outcome

    with pytest.raises(KeyboardInterrupt), Run.open(tmp_path / "a", RECIPE) as run:
        run.stage("toy", 1).work(range(7), str, until_four)
    (summary,) = status(tmp_path / "a")
    assert (summary.items, summary.total, summary.done) == (4, 7, False)
    for name in "ab":
        with Run.open(tmp_path / name, RECIPE) as run:
            finish_toy(run.stage("toy", 1))
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_journal_torn_at_any_byte_is_resumed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("torn")
    items = data.draw(st.integers(1, 8))
    for name in ("whole", "torn"):
        with Run.open(folder / name, RECIPE) as run:
            stage = run.stage("toy", 1)
            stage.work(range(items), str, outcomes)
            if name == "whole":
                stage.finish()
    journal = folder / "torn/toy" / JOURNAL
    content = journal.read_bytes()
    # A share, not a number of bytes: the journal holds seconds, whose length varies.
    journal.write_bytes(content[: round(len(content) * data.draw(st.floats(0, 1)))])
    with Run.open(folder / "torn", RECIPE) as run:
        finish_toy(run.stage("toy", 1), items)
    assert tree(folder / "torn") == tree(folder / "whole")


def test_a_journal_torn_all_over_an_item_is_resumed(tmp_path: Path) -> None:
    with Run.open(tmp_path / "torn", RECIPE) as run:
        run.stage("toy", 1).work(range(3), str, outcomes)
    with Run.open(tmp_path / "whole", RECIPE) as run:
        finish_toy(run.stage("toy", 1), 3)
    journal = tmp_path / "torn/toy" / JOURNAL
    state = (tmp_path / "torn/toy/stage.json").read_bytes()
    content = journal.read_bytes()
    for end in range(content.rindex(b"\n", 0, -1) - 1, len(content) + 1, 2):
        journal.write_bytes(content[:end])
        (tmp_path / "torn/toy/stage.json").write_bytes(state)
        with Run.open(tmp_path / "torn", RECIPE) as run:
            finish_toy(run.stage("toy", 1), 3)
        assert tree(tmp_path / "torn") == tree(tmp_path / "whole"), end


def test_a_kill_between_the_steps_of_finish_is_harmless(tmp_path: Path) -> None:
    """The journal is the truth until `done` is written, and is thrown away after it."""
    with Run.open(tmp_path, RECIPE) as run:
        stage = run.stage("toy", 1)
        stage.work(range(7), str, outcomes)
        journal = (stage.folder / JOURNAL).read_bytes()
    (tmp_path / "toy/records.jsonl").write_text('{"half":')
    (tmp_path / "toy/.records.jsonl.abcd1234").write_text("left by a kill")
    with Run.open(tmp_path, RECIPE) as run:
        stage = run.stage("toy", 1)
        assert len(stage.records()) == 6
        finish_toy(stage)
    after = tree(tmp_path)
    assert "toy/.records.jsonl.abcd1234" not in after
    (tmp_path / "toy" / JOURNAL).write_bytes(journal)
    with Run.open(tmp_path, RECIPE) as run:
        assert len(run.stage("toy", 1).records()) == 6
    assert tree(tmp_path) == after


def test_other_items_under_the_same_fingerprint_are_refused(tmp_path: Path) -> None:
    with Run.open(tmp_path, RECIPE) as run:
        run.stage("toy", 1).work(range(3), str, outcomes)
    with Run.open(tmp_path, RECIPE) as run, pytest.raises(RunError, match=r"was '0'.*is '1' now"):
        run.stage("toy", 1).work([1, 0, 2], str, outcomes)
    with Run.open(tmp_path, RECIPE) as run:
        stage = run.stage("toy", 1)
        stage.work(range(2), str, outcomes)
        with pytest.raises(RunError, match="1 items, '2' first"):
            stage.finish()


@pytest.mark.parametrize("yielded", [2, 4])
def test_a_wrong_number_of_outcomes_is_refused(tmp_path: Path, yielded: int) -> None:
    with Run.open(tmp_path, RECIPE) as run, pytest.raises(RunError, match="outcomes"):
        run.stage("toy", 1).work(range(3), str, lambda _: iter([Outcome()] * yielded))


def test_several_works_in_one_stage(tmp_path: Path) -> None:
    for _ in range(2):
        with Run.open(tmp_path, RECIPE) as run:
            stage = run.stage("toy", 1)
            stage.work(range(3), str, outcomes)
            stage.work(range(3), str, outcomes)
    (summary,) = status(tmp_path)
    assert (summary.items, summary.total) == (6, 6)


def test_a_stage_is_moved_aside_and_taken_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run_with(limit: int) -> tuple[str, bool]:
        with Run.open(tmp_path, RECIPE) as run:
            first = run.stage("first", {"corpus": CorpusSection(limit=limit)})
            finish_toy(first, limit + 1)
            second = run.stage("second", "same", after=[first])
            was_done = second.done
            finish_toy(second)
            return second.fingerprint, was_done

    a, done = run_with(3)
    assert not done
    assert run_with(3) == (a, True)
    b, done = run_with(5)
    assert a != b, "a stage depends on the stages before it"
    assert not done
    said = capsys.readouterr().err
    assert "first: made anew, because depends.corpus.limit changed" in said
    assert "second: made anew, because after.first changed" in said
    assert (tmp_path / f"second~{a}/records.jsonl").exists()
    assert [summary.name for summary in status(tmp_path)] == ["first", "second"]
    assert run_with(3) == (a, True)
    assert "second: taken back" in capsys.readouterr().err
    assert (tmp_path / f"second~{b}").exists()
    assert not (tmp_path / f"second~{a}").exists()


def test_operational_fields_are_no_part_of_a_fingerprint(tmp_path: Path) -> None:
    prints = []
    for teacher in (
        TeacherSection(),
        TeacherSection(timeout=5, concurrency=1),
        TeacherSection(max_tokens=9),
    ):
        with Run.open(tmp_path, RECIPE) as run:
            prints.append(run.stage("write", {"teacher": [teacher]}).fingerprint)
    assert prints[0] == prints[1] != prints[2]


def test_the_order_of_use_is_guarded(tmp_path: Path) -> None:
    with Run.open(tmp_path, RECIPE) as run:
        first = run.stage("first", 1)
        with pytest.raises(RunError, match="needs first, which is not finished"):
            run.stage("second", 1, after=[first])
        with pytest.raises(RunError, match="opened before"):
            run.stage("first", 1)
        with pytest.raises(RunError, match="can't name a stage"):
            run.stage("../up", 1)
        with pytest.raises(TypeError, match="set, which has no fingerprint"):
            run.stage("third", {1, 2})
        (tmp_path / "mine").mkdir()
        with pytest.raises(RunError, match="is no stage"):
            run.stage("mine", 1)


def test_strange_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").touch()
    with pytest.raises(RunError, match=r"holds no run .* but 'thesis.odt'"):
        Run.open(tmp_path, RECIPE)
    with pytest.raises(RunError, match="holds no run"):
        status(tmp_path)
    Run.open(tmp_path / "run", RECIPE).close()
    with pytest.raises(RunError, match="recipe 'toy', not of 'other'"):
        Run.open(tmp_path / "run", Recipe(name="other"))
    Run.open(tmp_path / "run", RECIPE).close()


def test_a_changed_recipe_is_said_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Run.open(tmp_path, RECIPE).close()
    Run.open(tmp_path, Recipe(name="toy", seed=14)).close()
    assert "changed since this run began: seed" in capsys.readouterr().err
    assert json.loads((tmp_path / "recipe.json").read_text())["seed"] == 14


def test_two_processes_cannot_write_one_run(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from malmoi.run import Run; from malmoi.recipe import Recipe\n"
        f"with Run.open(pathlib.Path({str(tmp_path)!r}), Recipe(name='toy')) as run:\n"
        "    run.stage('toy', 1).append({'a': 1}); print('ready', flush=True); sys.stdin.read()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        with pytest.raises(RunError, match=f"is being written by process {child.pid}"):
            Run.open(tmp_path, RECIPE)
        assert f"process {child.pid}" in lock_holder(tmp_path)
        assert status(tmp_path)[0].counts == {"records": 1}
    finally:
        child.kill()
        child.communicate()
    assert lock_holder(tmp_path) == ""
    with Run.open(tmp_path, RECIPE) as run:
        assert run.stage("toy", 1).records() == [{"a": 1}]


TOY = Path(__file__).parent / "toy_run.py"


def run_with_kills(folder: Path, kills: int, seed: int) -> int:
    """Kill the toy run at random moments, start it again until it is done; return the kills."""
    random_ = random.Random(seed)
    killed = 0
    while True:
        child = subprocess.Popen([sys.executable, str(TOY), str(folder)], stderr=subprocess.DEVNULL)
        if killed < kills:
            # The interpreter needs a while to start: count from when it has written something new.
            before = _written(folder)
            while child.poll() is None and _written(folder) == before:
                time.sleep(0.001)
            time.sleep(random_.uniform(0, 0.05))
        else:
            child.wait()
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
            killed += 1
        if child.wait() == 0:
            return killed


def _written(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*/journal.jsonl"))


def check_kills(tmp_path: Path, kills: int, seed: int) -> None:
    subprocess.run([sys.executable, str(TOY), str(tmp_path / "unkilled")], check=True)
    assert run_with_kills(tmp_path / "killed", kills, seed) >= kills // 2
    whole = tree(tmp_path / "unkilled")
    assert tree(tmp_path / "killed") == whole
    assert sum(name.endswith(".jsonl") for name in whole) == 5


def test_a_run_killed_ten_times_is_the_same_as_an_unkilled_one(tmp_path: Path) -> None:
    check_kills(tmp_path, kills=10, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 8))
def test_a_run_killed_forty_times_is_the_same_as_an_unkilled_one(tmp_path: Path, seed: int) -> None:
    check_kills(tmp_path, kills=40, seed=seed)
