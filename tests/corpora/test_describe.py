"""What is printed on loading, and the stop at a source in the wrong language."""

import pytest

from malmoi.core.errors import SourceError
from malmoi.corpora.corpus import Corpus, Document, Query, Section
from malmoi.corpora.describe import check_language, describe


def corpus(*texts: str, **more: object) -> Corpus:
    documents = (Document(f"d{n}", "", (Section("", t),)) for n, t in enumerate(texts))
    return Corpus("toy", tuple(documents), **more)  # type: ignore[arg-type]


def test_counts_lengths_scripts_and_samples_are_told() -> None:
    told = describe(
        corpus(
            "가나 다라",
            "ab cd",
            queries=(Query("q", "무엇인가", "ko"),),
            qrels={"q": {"d1": 1}},
            counts={"dropped_empty": 7},
        )
    )
    assert "2 documents, on average 5 characters, 2 words" in told
    assert "50% Hangul, 50% Latin" in told
    assert "1 query (1 ko), relevant to 1 document" in told
    assert "dropped_empty 7" in told
    assert "무엇인가 → d1" in told


def test_conversational_questions_are_told_apart() -> None:
    told = describe(
        corpus(
            "가나 다라",
            "마바 사아",
            queries=(Query("q", "무엇인가", "ko"),),
            conversational=(Query("c", "뭐예요 이게", "ko", "conversational"),),
            qrels={"q": {"d1": 1}, "c": {"d0": 2}},
        )
    )
    assert "1 query (1 ko), relevant to 1 document" in told
    assert "1 conversational question, kept for a test of their own" in told


def test_an_empty_corpus_can_be_described() -> None:
    assert "0 documents" in describe(Corpus("none", ()))


def test_english_headlines_are_no_korean_corpus() -> None:
    headlines = ["Stocks fall as rates rise", "New phone announced", "대통령, 오늘 회의 주재"]
    with pytest.raises(SourceError, match=r"2 of 3 .*'d0'.*Korean.*text_field"):
        check_language(corpus(*headlines), "ko")


def test_korean_with_many_english_words_is_korean() -> None:
    check_language(corpus("Docker Compose로 Elasticsearch 클러스터를 실행하는 방법입니다"), "ko")


def test_korean_is_no_english_corpus_but_english_is() -> None:
    with pytest.raises(SourceError, match="English"):
        check_language(corpus("한국어 문서입니다"), "en")
    check_language(corpus("An English document", "Another one with 한글 in it"), "en")


def test_documents_of_figures_alone_are_in_no_language() -> None:
    with pytest.raises(SourceError):
        check_language(corpus("12345", "3.14"), "ko")
