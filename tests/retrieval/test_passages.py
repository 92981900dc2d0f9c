from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from malmoi.corpora.corpus import Document, Section
from malmoi.models import dense
from malmoi.retrieval.passages import DensePassages
from tests.helpers.toy_encoder import Characters, open_characters

LONG = " ".join(["가나다라 마바사아."] * 12) + " 표를 삽입합니다."
DOCUMENTS = [
    Document("long", "제목", (Section("", LONG),)),
    Document("table", "표", (Section("", "행을 지웁니다"),)),
    Document("bare", "글꼴", ()),
]


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DensePassages:
    monkeypatch.setattr(dense, "open_encoder", open_characters)
    return DensePassages(DOCUMENTS, 8, "", tmp_path)


def inner(pages: DensePassages) -> Characters:
    encoder = pages.encoder().encoder
    assert isinstance(encoder, Characters)
    return encoder


def test_nothing_is_embedded_before_it_is_needed_and_nothing_twice(pages: DensePassages) -> None:
    assert inner(pages).embedded == 0
    pages.search(["표"], 1)
    once = inner(pages).embedded
    assert once > len(DOCUMENTS), "a long page has several windows"
    pages.search(["표"], 2)
    assert inner(pages).embedded == once


def test_a_page_is_found_by_its_last_window(tmp_path: Path, pages: DensePassages) -> None:
    query = ["표를 삽입합니다"]
    whole = pages.scores(query, [["long"]])[0][0]
    beginning = DensePassages(DOCUMENTS, 8, "", tmp_path, best=False)
    assert whole > beginning.scores(query, [["long"]])[0][0]
    assert pages.search(query, 1)[0][0] == ["long"]


def test_search_scores_and_similarities_agree(pages: DensePassages) -> None:
    queries = ["행 삭제", "글꼴 크기"]
    hits = pages.search(queries, 3)
    scores = pages.scores(queries, [ids for ids, _ in hits])
    for (ids, found), own in zip(hits, scores, strict=True):
        assert set(ids) == {"long", "table", "bare"}
        assert own == pytest.approx(found, abs=1e-6)
    matrix = pages.similarities(pages.encoder().embed_queries(queries), ["bare", "long", "bare"])
    assert matrix.shape == (2, 3)
    np.testing.assert_array_equal(matrix[:, 0], matrix[:, 2])


def test_each_query_has_its_own_list(pages: DensePassages) -> None:
    scores = pages.scores(["표", "글꼴"], [[], ["bare", "table"]])
    assert scores[0] == []
    assert scores[1][0] > scores[1][1]


def test_the_identity_tells_settings_apart(tmp_path: Path) -> None:
    made = [(8, "", True), (9, "", True), (8, "m", True), (8, "", False)]
    assert len({DensePassages([], w, m, tmp_path, best).identity for w, m, best in made}) == 4
