"""A teacher on every machine that an executor has workers on.

Requests are dealt out in groups, and replies come back in the order of the requests, so the cache,
the budget and the run's records stay with the process that the user started. A worker that dies
has its group asked for again, of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from malmoi.core.executors import Executor
from malmoi.recipe import TeacherSection
from malmoi.teachers import Reply, Request, Teacher

MAX_WAITING = 65_536
"""Requests of one job: for each its workers load the teacher again."""


class DistributedTeacher:
    """The recipe's teacher, on as many workers as fit into the cluster.

    Args:
        section: a resolved `[teacher]` table. A teacher that runs in the process takes `threads`
            CPUs of a machine (0: all of the smallest one), and a GPU where the cluster has any.
        executor: what the workers belong to.

    Raises:
        TeacherError: no worker can load the teacher.
        RunError: there is no cluster.
    """

    def __init__(self, section: TeacherSection, executor: Executor) -> None:
        self._executor = executor
        self._connection = executor.connected()
        self._connection.__enter__()
        try:
            threads = section.threads or executor.threads()
            # Limits are the driver's: a worker sees its own group alone.
            limits = {"token_budget": 0, "money_budget": 0.0, "threads": threads}
            self._section = section.model_copy(update=limits)
            in_process = section.kind != "http"
            self._cpus = threads if in_process else 1
            self._gpus = executor.gpus() if in_process else 0
            places = (
                sum(server.max_concurrency for server in section.servers) or section.max_concurrency
            )
            self._together = section.slots if in_process else 4 * places
            known = self._map([None])
            self.identity, self.chat = next(known)
        except BaseException:
            self.close()
            raise

    def write(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Answer each request, in order; all of them are taken before the first is answered.

        Raises:
            TeacherError: as the teacher itself would, with the machine's name.
        """
        source = iter(requests)
        groups = list(iter(lambda: list(islice(source, self._together)), []))
        for replies in self._map(groups):
            yield from replies

    def _map(self, items: list[Any]) -> Iterator[Any]:
        return self._executor.map(Writing(self._section), items, self._cpus, self._gpus)

    def close(self) -> None:
        """Let go of the cluster."""
        self._connection.__exit__(None, None, None)


@dataclass
class Writing:
    """A worker's part: the replies to a group of requests, or for None what the teacher is."""

    section: TeacherSection
    _teacher: Teacher | None = field(default=None, init=False)

    def __call__(self, requests: list[Request] | None) -> Any:
        """`list[Reply]`, or (identity, chat)."""
        if self._teacher is None:
            from malmoi.teachers.build import build

            self._teacher = build(self.section)
        if requests is None:
            return self._teacher.identity, self._teacher.chat
        return list(self._teacher.write(requests))
