from __future__ import annotations

import shutil

import pytest

from malmoi.core.errors import RunError
from malmoi.models.vectors import load_vectors
from malmoi.pipelines.search.systems.student import Student, students, tokens_of
from tests.helpers.served_run import DOCUMENTS, NEURAL, write_state

TEXTS = [d.full_text.encode("utf-8", "replace").decode() for d in DOCUMENTS]


@pytest.fixture
def v2(run):
    return Student("v2", run / "student-v2", TEXTS)


def test_scores_are_dot_products(run, v2):
    documents, _ = load_vectors(run / "student-v2")
    query = v2._encoder.dimensions(v2._encoder.encode("표에 행 삽입"))
    expected = [sum(documents[r, d] * w for d, w in query.items()) for r in range(len(TEXTS))]
    assert v2.scores("표에 행 삽입") == pytest.approx(expected, rel=1e-5)


def test_an_explanation_adds_up_and_tells_word_from_network(v2):
    explained = v2.explain("행", 0)
    (match,) = explained.matches
    assert match.neural == pytest.approx(NEURAL)
    assert match.word > 0
    assert match.translation == 0
    assert match.contribution == pytest.approx(float(v2.scores("행")[0]))


def test_a_translation_is_told_from_a_word(v2):
    (korean,) = v2.explain("row", 0).matches
    (english,) = v2.explain("row", 4).matches
    assert korean.translation > 0
    assert korean.word == 0
    assert english.word > 0
    assert english.translation == 0


def test_tokens_are_readable_and_the_heaviest_first(v2):
    tokens = tokens_of(v2.analyse("표에 행 삽입"))
    assert {token for token, _ in tokens} == {"표", "행", "삽입"}
    assert [w for _, w in tokens] == sorted((w for _, w in tokens), reverse=True)
    assert v2.scores("") == pytest.approx([0.0] * len(TEXTS))


def test_only_finished_students_are_offered(run, tmp_path):
    shutil.copytree(run, tmp_path / "run")
    folder = tmp_path / "run"
    shutil.copytree(folder / "student-v1", folder / "student-v1~0123")
    shutil.copytree(folder / "student-v1", folder / "student-v3")
    write_state(folder / "student-v3", 9, done=False)
    shutil.rmtree(shutil.copytree(folder / "student-v1", folder / "student-bare") / "model")
    assert list(students(folder)) == ["v1", "v2"]


def test_vectors_of_other_documents_are_refused(run):
    with pytest.raises(RunError, match="vectors of 7 documents, the corpus has 1"):
        Student("v2", run / "student-v2", TEXTS[:1])


def test_preparing_changes_nothing_but_the_wait(v2):
    before = v2.explain("row 행", 0)
    v2.prepare()
    assert len(v2._shares._known) == len(TEXTS)
    assert v2.explain("row 행", 0) == before
