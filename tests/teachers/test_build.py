from __future__ import annotations

import pytest

from malmoi.core.errors import TeacherError
from malmoi.recipe import TeacherSection
from malmoi.teachers.build import build
from malmoi.teachers.http.teacher import HttpTeacher
from malmoi.teachers.presets import resolve


def test_the_kind_decides_who_writes() -> None:
    section = resolve(
        TeacherSection(kind="http", preset="", url="http://127.0.0.1:9/v1", model="m")
    )
    teacher = build(section)
    assert isinstance(teacher, HttpTeacher)
    teacher.close()


@pytest.mark.parametrize("kind", ["embedded", "transformers"])
def test_a_model_that_is_nowhere_is_refused(kind: str, tmp_path) -> None:
    section = TeacherSection(kind=kind, model=str(tmp_path / "no.gguf"), preset="")
    with pytest.raises(TeacherError, match=r"no\.gguf"):
        build(section)
