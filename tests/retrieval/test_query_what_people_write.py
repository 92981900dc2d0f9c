"""Each row of docs/corpora.md, "What people write", in both searches, among documents like it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from malmoi import EncoderConfig
from malmoi.corpora.corpus import Corpus, Document, Section
from malmoi.encoder.encoder import Encoder
from malmoi.retrieval.bm25 import BM25F
from malmoi.retrieval.index.index import Index

DOCS = Path(__file__).resolve().parents[2] / "docs/corpora.md"
LIKE_THEM = """
2025년 예산|12월 행사|25일 체험|2024-01-06 휴관|14:00 개회|5만 원 쿠폰|010-9999-1111 번호
10.20.99.1 장비|USB2.0 케이블|v4.13.0 개선|제3-1조|16 등|20 개 세트|C 언어|F# 강의|J 리그
AT 자동변속기|SM-A125 폰|i5-12400 본체|개화기 소설|자동차 세금|전기 요금|건강 정보|국민 체조
보험 상담|정보 보호|at 안내원|여름 옷|휴가 신청|IP 주소|화학 시험|데이터 요금|베이스 기타
링크 모음|서버 점검|문의 방법|비타민 D|입학 안내|목적 지향|충전기 반납|2컵 우유
"""
Search = Callable[[str], list[str]]


def rows() -> list[tuple[str, list[str], str]]:
    """A document, what is asked, and what happens."""
    section = DOCS.read_text(encoding="utf-8").split("## What people write\n")[1].split("\n## ")[0]
    cells = re.findall(r"^\| `(.+?)` \| (.+?) \| (.+) \|$", section, flags=re.MULTILINE)
    return [(text, re.findall("`(.+?)`", asked), said) for text, asked, said in cells]


ROWS = rows()
TEXTS = [text for text, *_ in ROWS] + LIKE_THEM.strip().replace("\n", "|").split("|")


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Search:
    documents = [Document(str(n), "", (Section("", text),)) for n, text in enumerate(TEXTS)]
    corpus = Corpus("written", documents=tuple(documents))
    encoder = Encoder.fit(corpus, config=EncoderConfig(neural=False))
    index = Index.build(tmp_path_factory.mktemp("written") / "index", encoder, corpus)
    return lambda query: [TEXTS[int(hit.id)] for hit in index.search(query, 10)]


@pytest.fixture(scope="module")
def bm25f() -> Search:
    model = BM25F((str(n), "", text) for n, text in enumerate(TEXTS))
    return lambda query: [TEXTS[int(n)] for n in model.search([query], 10)[0][0]]


def test_the_table_is_read() -> None:
    assert len(ROWS) > 50
    assert all(asked for _, asked, _ in ROWS)
    assert len(set(TEXTS)) == len(TEXTS)


@pytest.mark.parametrize(("text", "asked", "said"), ROWS, ids=[text for text, *_ in ROWS])
def test_what_is_written_is_found_as_documented(
    text: str, asked: list[str], said: str, embedded: Search, bm25f: Search
) -> None:
    searches = [embedded] if "by the encoder" in said else [embedded, bm25f]
    for query in {form for each in asked for form in (each, unicodedata.normalize("NFD", each))}:
        for search in searches:
            hits = search(query)
            if said.startswith("not found"):
                assert text not in hits, query
            else:
                assert hits[:1] == [text], query
