from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.corpora.corpus import Document, Section
from malmoi.encoder.pairs import distinct, own_pairs, with_negatives, written_pairs
from malmoi.models import dense
from malmoi.recipe import TrainingSection
from malmoi.retrieval.bm25 import BM25F
from malmoi.retrieval.passages import DensePassages
from tests.helpers.toy_encoder import open_characters

DOCUMENTS = [
    Document("print", "문서 인쇄", (Section("용지 크기", "용지를 고릅니다."),)),
    Document("save", "문서 저장", (Section("문서 저장", "암호를 정합니다."),)),
    Document("table", "표 삽입", (Section("", "행과 열을 정합니다."),)),
    Document("empty", "빈 문서", ()),
]


def queries(pairs: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(pair["query"], pair["document"], pair["kind"]) for pair in pairs]


def test_a_corpus_has_titles_and_headings() -> None:
    found = own_pairs(DOCUMENTS, hide=False)
    assert queries(found) == [
        ("문서 인쇄", "print", "title"),
        ("용지 크기", "print", "heading"),
        ("문서 저장", "save", "title"),
        ("표 삽입", "table", "title"),
    ]
    assert {pair["without"] for pair in found} == {""}
    assert all(pair["without"] == pair["query"] for pair in own_pairs(DOCUMENTS, hide=True))


def test_a_pair_stands_once_and_none_is_a_query_of_a_person() -> None:
    written = [
        {"text": "Insert  rows", "document": "table", "kind": "english"},
        {"text": "insert rows", "document": "table", "kind": "mixed"},
        {"text": "insert rows", "document": "save", "kind": "mixed"},
        {"text": "  ", "document": "save", "kind": "mixed"},
        {"text": "PRINT a page", "document": "print", "kind": "english"},
        {"text": "ｐｒｉｎｔ a page", "document": "print", "kind": "mixed"},
    ]
    found = distinct(written_pairs(written), human=["print   a page"])
    assert queries(found) == [
        ("Insert  rows", "table", "english"),
        ("insert rows", "save", "mixed"),
    ]


def test_negatives_are_other_documents_with_scores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "open_encoder", open_characters)
    bm25f = BM25F([(d.id, d.title, d.text) for d in DOCUMENTS])
    passages = DensePassages(DOCUMENTS, 50, "", tmp_path)
    section = TrainingSection(num_negatives=2, margin=1.0)
    pairs = own_pairs(DOCUMENTS, hide=False)
    found = list(with_negatives(pairs, section, bm25f.search, passages))
    assert queries(found) == queries(pairs)
    assert any(pair["negatives"] for pair in found)
    for pair in found:
        assert pair["document"] not in pair["negatives"]
        assert len(pair["negatives"]) <= 2
        assert len(pair["scores"]) == len(pair["negatives"]) + 1
        assert max(pair["scores"]) == pair["scores"][0]
