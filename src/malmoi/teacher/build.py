"""A teacher of the kind that a recipe names, in this process: the run's, or a worker's."""

from __future__ import annotations

from malmoi.recipe import TeacherSection
from malmoi.teacher import Teacher


def build(section: TeacherSection) -> Teacher:
    """The teacher of a resolved section in this process, without cache or budget.

    Raises:
        TeacherError: it can't be loaded or reached.
    """
    if section.kind == "http":
        from malmoi.teacher.http import HttpTeacher

        return HttpTeacher(section)
    if section.kind == "transformers":
        from malmoi.teacher.local import TransformersTeacher

        return TransformersTeacher(section)
    from malmoi.teacher.embedded import EmbeddedTeacher

    return EmbeddedTeacher(section)
