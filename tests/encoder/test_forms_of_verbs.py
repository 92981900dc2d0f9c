"""Verbs and adjectives in the forms that people ask in (docs/corpora.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from malmoi import EncoderConfig
from malmoi.corpora.corpus import Corpus, Document, Section
from malmoi.encoder.encoder import Encoder
from malmoi.retrieval.index.index import Index

TEXTS = {
    "teach": "선생님이 학생에게 악기를 가르치고 있습니다.",
    "merged": "할머니께서 손자에게 바둑을 가르쳐 주셨다.",
    "divide": "칼로 사과를 가르면 씨가 나옵니다.",
    "egg": "닭이 알을 낳았습니다.",
    "example": "예를 하나 들면 다음과 같습니다.",
    "hard": "시험이 어렵습니다.",
    "harder": "문제가 너무 어려워서 포기했다.",
    "young": "동생은 나이가 어립니다.",
    "unknown": "길을 모르는 사람이 많습니다.",
    "price": "얼마 뒤에 값이 오릅니다.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    documents = [Document(name, "", (Section("", text),)) for name, text in TEXTS.items()]
    corpus = Corpus("verbs", documents=tuple(documents))
    encoder = Encoder.fit(corpus, config=EncoderConfig(neural=False))
    folder: Path = tmp_path_factory.mktemp("verbs") / "index"
    return Index.build(folder, encoder, corpus)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("가르치다", {"teach", "merged"}),
        ("가르쳐 줘요", {"teach", "merged"}),
        ("가르쳤나요", {"teach", "merged"}),
        ("어렵다", {"hard", "harder"}),
        ("어려워요", {"hard", "harder"}),
        ("어려운", {"hard", "harder"}),
        ("몰라요", {"unknown"}),
        ("갈라요", {"divide"}),
    ],
)
def test_any_form_finds_any_form(index: Index, query: str, found: set[str]) -> None:
    assert {hit.id for hit in index.search(query, 10)} == found


@pytest.mark.parametrize("query", ["뭐예요", "알려 주세요", "알려줘", "가르쳐 주세요"])
def test_an_ending_is_no_word_of_its_own(index: Index, query: str) -> None:
    assert not {hit.id for hit in index.search(query, 10)} & {"egg", "example", "divide"}
