from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from malmoi.core.errors import RunError
from malmoi.core.ledger import Outcome, Reject
from malmoi.runs.run import Run, status
from malmoi.runs.stage import JOURNAL
from tests.helpers.toy_run import RECIPE, finish_toy, outcomes, tree


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
    assert summary.memory > 1_000_000
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
            stage.fill([{}])
        with pytest.raises(RunError, match="finished already"):
            stage.finish()
    assert tree(tmp_path) == before


def test_what_is_made_at_one_stroke_replaces_what_a_killed_process_left(tmp_path: Path) -> None:
    for _ in range(2):  # the first process dies before it finishes
        with Run.open(tmp_path, RECIPE) as run:
            stage = run.stage("stroke", 1)
            rejects = [Reject({"q": "?"}, "generic", "raw")]
            stage.fill(({"a": n} for n in (1, 2)), rejects, metrics=[{"loss": 0.5}])
            assert stage.records() == [{"a": 1}, {"a": 2}]
    with Run.open(tmp_path, RECIPE) as run:
        stage = run.stage("stroke", 1)
        stage.fill([{"a": 3}], metrics=[{"loss": 0.5}])
        stage.note(mean=2.5)
        stage.finish(extra=9)
        assert stage.figures == {"mean": 2.5, "extra": 9}
        assert stage.records() == [{"a": 3}]
    (summary,) = status(tmp_path)
    assert summary.counts == {"records": 1, "metrics": 1}
    assert (tmp_path / "stroke/metrics.jsonl").read_text() == '{"loss":0.5}\n'


def test_seconds_add_up_over_sessions(tmp_path: Path) -> None:
    def slowly(items: Iterable[int]) -> Iterator[Outcome]:
        yield from ((time.sleep(0.1), Outcome([{"n": item}]))[1] for item in items)

    for session in range(2):
        with Run.open(tmp_path, RECIPE) as run:
            stage = run.stage("slow", 1)
            stage.work([1] if session == 0 else [1, 2], str, slowly)
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
    for end in range(content.rindex(b"\n", 0, -1) - 1, len(content) + 1, 6):
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


def check_kills(tmp_path: Path, kills: int, seed: int) -> None:
    toy = [sys.executable, str(Path(__file__).parents[1] / "helpers" / "toy_run.py")]
    subprocess.run([*toy, str(tmp_path / "unkilled")], check=True)
    killing = [*toy, str(tmp_path / "killed"), str(kills), str(seed)]
    killed = subprocess.run(killing, check=True, capture_output=True, text=True).stdout
    assert int(killed) >= kills // 2
    whole = tree(tmp_path / "unkilled")
    assert tree(tmp_path / "killed") == whole
    assert sum(name.endswith(".jsonl") for name in whole) == 5


def test_a_run_killed_ten_times_is_the_same_as_an_unkilled_one(tmp_path: Path) -> None:
    check_kills(tmp_path, kills=10, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 8))
def test_a_run_killed_forty_times_is_the_same_as_an_unkilled_one(tmp_path: Path, seed: int) -> None:
    check_kills(tmp_path, kills=40, seed=seed)
