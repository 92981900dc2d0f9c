from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator

import pytest

from malmoi.core.errors import RunError, TeacherError
from malmoi.core.executors import LOCAL, RayExecutor
from tests.helpers.together import refuse, slowly
from tests.helpers.two_workers import two_workers


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(RunError, match=r"malmoi\[ray\]"), RayExecutor().connected():
        pass


def test_this_process_does_an_item_when_its_result_is_asked_for() -> None:
    done: list[int] = []

    def square(n: int) -> int:
        done.append(n)
        return n * n

    with LOCAL.connected():
        results = LOCAL.map(square, iter([1, 2, 3]), cpus=8, gpus=1)
        assert (next(results), done) == (1, [1])
        assert list(results) == [4, 9]
    assert LOCAL.threads(3) == 3
    assert LOCAL.threads() >= 1
    assert LOCAL.gpus() == 0
    assert not LOCAL.distributed


class Keeper(logging.Handler):
    """Keeps every record, with its traceback, as crash reporters and pytest do."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    # Imported first: Ray sets its own handlers then.
    pytest.importorskip("ray.data", reason="needs Ray: pip install malmoi[ray]")
    handler = Keeper()
    logging.getLogger("ray.data").addHandler(handler)
    yield handler
    logging.getLogger("ray.data").removeHandler(handler)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_results_keep_their_order_though_a_worker_is_killed(keeper: Keeper) -> None:
    with two_workers() as workers:
        with RayExecutor().connected():
            executor = RayExecutor()
            assert executor.threads() == executor.threads(4) == 1
            assert executor.gpus() == 0
            done: list[int] = []
            killing = workers.kill_second_once(lambda: len(done) > 2)
            whose = set()
            for square, process in executor.map(slowly, list(range(40))):
                done.append(square)
                whose.add(process)
            assert done == [n * n for n in range(40)]
            killing.join(1)
            assert workers.killed
            assert not [record for record in keeper.records if record.exc_info]
            assert len(whose) > 1
            assert os.getpid() not in whose
            with pytest.raises(TeacherError, match=r"three is too many .on the machine"):
                list(executor.map(refuse, list(range(6))))
            assert list(executor.map(refuse, [])) == []
        import ray

        assert not ray.is_initialized()
