"""A worker's part, without a cluster; tests/pipelines/search/test_pipeline_on_ray.py has one."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from malmoi.core.errors import TeacherError
from malmoi.core.executors import LocalExecutor
from malmoi.pipelines.lazy_teacher import LazyTeacher
from malmoi.recipe import TeacherSection
from malmoi.teachers import Message, Request
from malmoi.teachers.budget import Spending
from malmoi.teachers.distributed import Writing
from malmoi.teachers.open import open_teacher
from tests.helpers.bad_server import BadServer, echo

ASKED = [Request(messages=(Message("user", f"{n}"),)) for n in range(7)]


def test_a_worker_travels_and_writes_what_the_teacher_here_writes() -> None:
    with BadServer(lambda _, body: echo(body)) as server:
        section = TeacherSection(preset="", kind="http", url=server.url, model="m")
        worker = pickle.loads(pickle.dumps(Writing(section)))
        with open_teacher(section) as teacher:
            assert worker(None) == (teacher.identity, teacher.chat)
            assert worker(ASKED) == list(teacher.write(ASKED))


def test_a_worker_s_key_comes_from_its_own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "sk-not-to-travel")
    section = TeacherSection(
        preset="", kind="http", url="http://h/v1", model="m", api_key_env="SOME_KEY"
    )
    sent = pickle.dumps(Writing(section))
    assert b"sk-not-to-travel" not in sent
    monkeypatch.delenv("SOME_KEY")
    with pytest.raises(TeacherError, match="SOME_KEY is empty"):
        pickle.loads(sent)(ASKED)


def test_groups_come_back_as_they_were_asked(tmp_path: Path) -> None:
    with BadServer(lambda _, body: echo(body)) as server:
        section = TeacherSection(preset="", kind="http", url=server.url, model="m")
        lazy = LazyTeacher(section, tmp_path / "cache.sqlite", Spending())
        groups = [ASKED[:3], ASKED[3:4], [], ASKED[4:]]
        found = [[reply.text for reply in group] for group in lazy.write_groups(groups)]
        lazy.close()
    assert found == [["re: 0", "re: 1", "re: 2"], ["re: 3"], [], ["re: 4", "re: 5", "re: 6"]]


class Workers(LocalExecutor):
    """Workers in this process, which get what a cluster's would: pickled, and all at once."""

    distributed = True

    def __init__(self) -> None:
        self.groups: list[int] = []

    def map(self, work, items, cpus=1.0, gpus=0.0):  # type: ignore[no-untyped-def]
        items, worker = list(items), pickle.loads(pickle.dumps(work))
        self.groups += [len(item) for item in items if item]
        return map(worker, items)


def test_a_cluster_gets_all_groups_at_once_and_gives_them_back_as_asked(tmp_path: Path) -> None:
    executor = Workers()
    with BadServer(lambda _, body: echo(body)) as server:
        section = TeacherSection(
            preset="", kind="http", url=server.url, model="m", max_concurrency=1
        )
        lazy = LazyTeacher(section, tmp_path / "cache.sqlite", Spending(), executor)
        groups = [ASKED[:3], ASKED[3:4], [], ASKED[4:]]
        found = [[reply.text for reply in group] for group in lazy.write_groups(groups)]
        lazy.close()
    assert found == [["re: 0", "re: 1", "re: 2"], ["re: 3"], [], ["re: 4", "re: 5", "re: 6"]]
    assert executor.groups == [4, 3]  # four for each place at the server, whatever the groups
