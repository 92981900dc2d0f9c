"""The one way to a teacher: who is named, within its budget, behind the request cache."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from malmoi.core.executors import LOCAL, Executor
from malmoi.recipe import TeacherSection
from malmoi.recipe.reader import read_section
from malmoi.teachers import Reply, Request, Teacher, distributed
from malmoi.teachers.budget import BudgetedTeacher, Prices, Spending
from malmoi.teachers.build import build
from malmoi.teachers.cache import MAX_WAITING, CachedTeacher
from malmoi.teachers.distributed import DistributedTeacher
from malmoi.teachers.presets import resolve


class OpenTeacher:
    """A teacher that is ready to write; `close` it, or use it in a `with` block."""

    def __init__(self, teacher: Teacher) -> None:
        self.teacher = teacher
        self.identity, self.chat = teacher.identity, teacher.chat

    def write(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Answer each request, in order; see `Teacher.write`."""
        return self.teacher.write(requests)

    def close(self) -> None:
        """Free the model or the connections."""
        self.teacher.close()

    def __enter__(self) -> OpenTeacher:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def open_teacher(
    teacher: str | TeacherSection = "",
    cache: str | Path | None = None,
    spent: Spending | None = None,
    executor: Executor = LOCAL,
    **settings: Any,
) -> OpenTeacher:
    """Open a teacher: a large language model that writes, here or behind an endpoint.

    Args:
        teacher: a preset's name, as `malmoi teachers` lists them ("": gemma-3-270m, which comes in
            a package, or none where the settings name a `url` or `kind`); or a `[teacher]` table.
        cache: SQLite file that keeps replies, so that nothing is asked for twice (None: none).
        spent: what earlier runs have used of its budget.
        executor: a `RayExecutor` asks teachers on the machines of a cluster.
        **settings: further keys of a recipe's `[teacher]`: `url` (of an OpenAI-compatible endpoint,
            ending in /v1), `model`, `api_key_env` (the variable that holds the key),
            `token_budget`, `money_budget` …

    Returns:
        The teacher. Its `write` gives a reply for each request, in order.

    Raises:
        TeacherError: it is unknown, or can't be loaded or reached; the message says what to do.
        RecipeError: a setting that there is not, or of the wrong type.

    Example:
        >>> with malmoi.open_teacher(url=endpoint, model="m") as teacher:
        ...     glossary = malmoi.write_glossary(corpus, teacher)
        >>> glossary["사진"]
        {'photo': 1.0}
    """
    if isinstance(teacher, str):
        # An endpoint or a kind stands for itself, without the default preset.
        named = {"preset": teacher} if teacher or settings.keys() & {"url", "kind"} else {}
        if not teacher and "url" in settings:
            settings = {"kind": "http", **settings}
        teacher = read_section(TeacherSection, {**named, **settings}, "teacher")
    section = resolve(teacher)
    max_waiting = MAX_WAITING
    if executor.distributed:
        opened: Teacher = DistributedTeacher(section, executor)
        max_waiting = distributed.MAX_WAITING
    else:
        opened = build(section)
    try:
        if section.token_budget or section.money_budget:
            opened = BudgetedTeacher(
                opened,
                section.token_budget,
                section.money_budget,
                Prices(section.price_in, section.price_out),
                section.thinking_tokens,
                section.max_tokens,
                spent,
            )
        if cache is not None:
            opened = CachedTeacher(opened, Path(cache), max_waiting)
    except BaseException:
        opened.close()
        raise
    return OpenTeacher(opened)
