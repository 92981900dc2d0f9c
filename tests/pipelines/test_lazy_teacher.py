from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.core.errors import TeacherError
from malmoi.pipelines.lazy_teacher import LazyTeacher
from malmoi.recipe import TeacherSection
from malmoi.teachers.budget import Spending


def test_a_lazy_teacher_that_was_never_needed_is_never_loaded() -> None:
    section = TeacherSection(preset="", kind="embedded", model="no-such-package")
    lazy = LazyTeacher(section, Path(), Spending())
    lazy.close()
    with pytest.raises(TeacherError):
        lazy.open()
