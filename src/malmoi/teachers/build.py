"""A teacher of the kind that a recipe names, in this process: the run's, or a worker's."""

from __future__ import annotations

from malmoi.recipe import TeacherSection
from malmoi.teachers import Teacher


def build(section: TeacherSection) -> Teacher:
    """The teacher of a resolved section in this process, without cache or budget.

    Raises:
        TeacherError: it can't be loaded or reached.
    """
    if section.kind == "http":
        from malmoi.teachers.http.teacher import HttpTeacher

        return HttpTeacher(section)
    if section.kind == "transformers":
        from malmoi.teachers.local.hugging_face import TransformersTeacher

        return TransformersTeacher(section)
    from malmoi.teachers.local.embedded import EmbeddedTeacher

    return EmbeddedTeacher(section)
