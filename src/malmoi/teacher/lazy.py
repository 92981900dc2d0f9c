"""A teacher loaded when something first asks it: a run that is resumed may never need one."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from malmoi import console
from malmoi.recipe import TeacherSection
from malmoi.teacher import Teacher
from malmoi.teacher.budget import Spending
from malmoi.teacher.open import open_teacher
from malmoi.teacher.presets import resolve


class LazyTeacher:
    """The recipe's teacher, loaded when the first stage needs it; `close` frees it."""

    def __init__(self, section: TeacherSection, cache: Path, spent: Spending) -> None:
        self.section = resolve(section)
        self._cache, self._spent = cache, spent
        self._stack = ExitStack()
        self._teacher: Teacher | None = None

    def open(self) -> Teacher:
        """The teacher, loaded now if it was not."""
        if self._teacher is None:
            servers = f"the model of {len(self.section.servers)} servers"
            console.say(f"teacher: {self.section.model or self.section.url or servers}")
            self._teacher = self._stack.enter_context(
                open_teacher(self.section, self._cache, self._spent)
            )
        return self._teacher

    def close(self) -> None:
        """Free the model or the connections."""
        self._stack.close()
        self._teacher = None
