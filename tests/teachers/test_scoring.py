from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import TeacherError
from malmoi.recipe import TeacherSection
from malmoi.teachers.cache import CachedTeacher
from malmoi.teachers.local import hugging_face
from malmoi.teachers.local.hugging_face import TransformersTeacher
from malmoi.teachers.scoring import Continuation, ScoredRow, scorer_of
from tests.helpers.scripted_teacher import ScriptedScorer, ScriptedTeacher, refuse
from tests.helpers.tiny_model import make_tiny_model

HEAD = "The quick brown fox jumps over the lazy dog, and 7 boxes.\n\n"
ASKED = [
    Continuation("문서", " 저장"),
    Continuation(HEAD + "검색어:", " 제주도"),
    Continuation(HEAD + "검색어:", " quick brown fox and 7 boxes of jugs, and the lazy dog"),
    Continuation(HEAD + "저장", "."),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    make_tiny_model(folder)
    return folder


@pytest.fixture
def section(folder: Path, monkeypatch: pytest.MonkeyPatch) -> TeacherSection:
    import torch

    monkeypatch.setattr(hugging_face, "_precision", lambda: torch.float32)
    return TeacherSection(kind="transformers", model=str(folder), slots=4, context=128)


@pytest.fixture
def teacher(section: TeacherSection) -> TransformersTeacher:
    return TransformersTeacher(section)


def plainly(folder: Path, one: Continuation) -> float:
    """The definition: token by token, from one forward pass over the whole text."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    tokens = tokenizer(one.prompt + one.text)["input_ids"]
    prompt = tokenizer(one.prompt)["input_ids"]
    first = next((i for i, (a, b) in enumerate(zip(prompt, tokens, strict=False)) if a != b), None)
    first = len(prompt) if first is None else first
    with torch.inference_mode():
        logs = torch.log_softmax(model(torch.tensor([tokens])).logits[0], dim=-1)
    return sum(float(logs[place - 1, tokens[place]]) for place in range(first, len(tokens)))


def test_scores_are_the_models_log_likelihoods(folder: Path, teacher: TransformersTeacher) -> None:
    assert teacher.score(ASKED) == pytest.approx([plainly(folder, a) for a in ASKED], abs=1e-3)


def test_a_score_does_not_depend_on_its_batch(teacher: TransformersTeacher) -> None:
    alone = [teacher.score([one])[0] for one in ASKED]
    assert teacher.score(ASKED) == alone
    assert teacher.score(ASKED[::-1]) == alone[::-1]


def test_what_does_not_fit_is_an_error(teacher: TransformersTeacher) -> None:
    with pytest.raises(TeacherError, match="128"):
        teacher.score([Continuation("문서 " * 200, " 저장")])


def test_what_was_scored_is_not_scored_again(teacher: TransformersTeacher, tmp_path: Path) -> None:
    first = scorer_of(CachedTeacher(teacher, tmp_path / "cache.sqlite"))
    assert first is not None
    assert first.score(ASKED[:2]) == teacher.score(ASKED[:2])
    counted = ScriptedScorer(lambda _: -1.5, identity=teacher.identity)
    again = scorer_of(CachedTeacher(counted, tmp_path / "cache.sqlite"))
    assert again is not None
    assert again.score([ASKED[2], *ASKED[1::-1], ASKED[2]]) == [
        -1.5, *teacher.score(ASKED[1::-1]), -1.5
    ]  # fmt: skip
    assert counted.scored == [ASKED[2]]


def test_another_teacher_is_asked_anew(teacher: TransformersTeacher, tmp_path: Path) -> None:
    for name in ("one", "other"):
        counted = ScriptedScorer(lambda _: -1.5, identity=name)
        scorer = scorer_of(CachedTeacher(counted, tmp_path / "cache.sqlite"))
        assert scorer is not None
        assert scorer.score(ASKED) == [-1.5] * len(ASKED)
        assert counted.scored == ASKED


def test_continuations_of_one_prompt_are_read_once(
    section: TeacherSection, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = []
    plain = hugging_face.score_rows

    def counting(model: Any, batch: Sequence[ScoredRow], *rest: Any) -> list[list[float]]:
        rows.extend(batch)
        return plain(model, batch, *rest)

    monkeypatch.setattr(hugging_face, "score_rows", counting)
    asked = [Continuation(HEAD + "문서", text) for text in ("!", "?", "!")]
    found = TransformersTeacher(section, min_batch=1).score(asked)
    assert len(rows) == 1
    assert found[0] == found[2] != found[1]


def test_a_teacher_that_cannot_score_has_none() -> None:
    assert scorer_of(ScriptedTeacher(refuse)) is None
