"""A teacher loaded when something first asks it: a run that is resumed may never need one."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from malmoi.core.executors import LOCAL, Executor
from malmoi.recipe import TeacherSection
from malmoi.runs.run import status
from malmoi.teachers import Reply, Request, Teacher
from malmoi.teachers.budget import Spending
from malmoi.teachers.open import open_teacher
from malmoi.teachers.presets import resolve

logger = logging.getLogger(__name__)


class LazyTeacher:
    """The recipe's teacher, loaded when the first stage needs it; `close` frees it."""

    def __init__(
        self,
        section: TeacherSection,
        cache: Path,
        spent: Spending,
        executor: Executor = LOCAL,
    ) -> None:
        """Arguments are those of `open_teacher`."""
        self.section = resolve(section)
        self._executor = executor
        self._cache, self.spent = cache, spent
        self._stack = ExitStack()
        self._teacher: Teacher | None = None

    @classmethod
    def of_run(
        cls, section: TeacherSection, folder: Path, executor: Executor = LOCAL
    ) -> LazyTeacher:
        """The teacher of the run in `folder`, with its cache and what it has spent so far."""
        stages = status(folder)
        tokens = sum(stage.tokens_in + stage.tokens_out for stage in stages)
        spent = Spending(tokens, sum(stage.cost for stage in stages))
        return cls(section, folder / "teacher.sqlite", spent, executor)

    def open(self) -> Teacher:
        """The teacher, loaded now if it was not."""
        if self._teacher is None:
            servers = f"the model of {len(self.section.servers)} servers"
            logger.info(f"teacher: {self.section.model or self.section.url or servers}")
            self._teacher = self._stack.enter_context(
                open_teacher(self.section, self._cache, self.spent, self._executor)
            )
        return self._teacher

    def write_groups(self, groups: Iterable[Sequence[Request]]) -> Iterator[list[Reply]]:
        """The replies to each group of requests, in order.

        In this process a group is asked for when those before it are answered: what is written
        together then depends on the corpus, not on timing. A cluster gets them all at once.
        """
        teacher = self.open()
        if not self._executor.distributed:
            for group in groups:
                yield list(teacher.write(group))
            return
        asked = [list(group) for group in groups]
        replies = iter(teacher.write(request for group in asked for request in group))
        for group in asked:
            yield list(islice(replies, len(group)))

    def close(self) -> None:
        """Free the model or the connections."""
        self._stack.close()
        self._teacher = None
