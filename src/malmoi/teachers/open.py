"""The one way to a teacher: what a recipe names, within its budget, behind the request cache."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from malmoi.core.executors import LOCAL, Executor
from malmoi.recipe import TeacherSection
from malmoi.teachers import Teacher
from malmoi.teachers.budget import BudgetedTeacher, Prices, Spending
from malmoi.teachers.build import build
from malmoi.teachers.cache import CachedTeacher
from malmoi.teachers.distributed import MAX_WAITING, DistributedTeacher
from malmoi.teachers.presets import resolve


@contextmanager
def open_teacher(
    section: TeacherSection,
    cache: Path | None = None,
    spent: Spending | None = None,
    executor: Executor = LOCAL,
) -> Iterator[Teacher]:
    """Open a recipe's teacher, and close it at the end.

    Args:
        section: a `[teacher]` table, resolved or not.
        cache: the SQLite file of the request cache (None: none).
        spent: what earlier runs of the recipe have used of its budget.
        executor: a `RayExecutor` asks teachers on the machines of a cluster.

    Raises:
        TeacherError: the teacher can't be loaded or reached; the message says what to do.
    """
    section = resolve(section)
    max_waiting = 0
    if executor.distributed:
        teacher: Teacher = DistributedTeacher(section, executor)
        max_waiting = MAX_WAITING
    else:
        teacher = build(section)
    try:
        if section.token_budget or section.money_budget:
            teacher = BudgetedTeacher(
                teacher,
                section.token_budget,
                section.money_budget,
                Prices(section.price_in, section.price_out),
                section.thinking_tokens,
                section.max_tokens,
                spent,
            )
        if cache is not None:
            teacher = CachedTeacher(teacher, cache, max_waiting)
        yield teacher
    finally:
        teacher.close()
