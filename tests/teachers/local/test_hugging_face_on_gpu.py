"""A teacher of a few thousand weights on a GPU."""

from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.recipe import TeacherSection
from malmoi.teachers import Request
from malmoi.teachers.local.hugging_face import TransformersTeacher
from malmoi.teachers.scoring import Continuation
from tests.helpers.gpu import DEVICE
from tests.helpers.tiny_model import make_tiny_model

pytestmark = pytest.mark.gpu
REQUESTS = [
    Request(prompt=prompt, max_tokens=12)
    for prompt in ("문서", "The quick brown fox jumps over", "검색어: 제주도 관광 안내", "7")
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    make_tiny_model(folder)
    return folder


def open_tiny(folder: Path) -> TransformersTeacher:
    fields = {"kind": "transformers", "model": str(folder), "slots": 4, "context": 128}
    return TransformersTeacher(TeacherSection.model_validate(fields))


def test_a_reply_does_not_depend_on_what_else_is_asked(folder: Path) -> None:
    with open_tiny(folder) as teacher:
        together = list(teacher.write(REQUESTS))
        alone = [next(iter(teacher.write([request]))) for request in REQUESTS]
        assert teacher._model.device.type == DEVICE
    assert together == alone
    assert all(reply.text and reply.finish != "error" for reply in together)


def test_a_score_does_not_depend_on_what_else_is_scored(folder: Path) -> None:
    texts = [Continuation("문서", text) for text in ("를 저장", " jumps over", " 7")]
    with open_tiny(folder) as teacher:
        together = teacher.score(texts)
        alone = [teacher.score([text])[0] for text in texts]
    assert together == pytest.approx(alone, rel=1e-2)
    assert max(together) < 0
