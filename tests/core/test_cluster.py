from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator

import pytest

from malmoi.core import cluster
from malmoi.core.errors import RunError, TeacherError
from tests.helpers.together import refuse, slowly
from tests.helpers.two_workers import two_workers


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(RunError, match=r"malmoi\[ray\]"), cluster.connected():
        pass


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
        with cluster.connected():
            assert cluster.smallest_machine() == 1
            assert cluster.gpus() == 0
            done: list[int] = []
            killing = workers.kill_second_once(lambda: len(done) > 2)
            whose = set()
            for square, process in cluster.in_order(slowly, list(range(40))):
                done.append(square)
                whose.add(process)
            assert done == [n * n for n in range(40)]
            killing.join(1)
            assert workers.killed
            assert not [record for record in keeper.records if record.exc_info]
            assert len(whose) > 1
            assert os.getpid() not in whose
            with pytest.raises(TeacherError, match=r"three is too many .on the machine"):
                list(cluster.in_order(refuse, list(range(6))))
            assert list(cluster.in_order(refuse, [])) == []
        import ray

        assert not ray.is_initialized()
