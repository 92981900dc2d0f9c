from __future__ import annotations

from typing import Any

import pytest

from malmoi.corpora.columns import choose


def rows(*records: tuple[Any, ...], names: str) -> list[dict[str, Any]]:
    return [dict(zip(names.split(), record, strict=True)) for record in records]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("id title text", ("id", "title", "text")),
        ("_id TITLE Text", ("_id", "TITLE", "Text")),
        ("번호 제목 본문", ("번호", "제목", "본문")),
        ("문서번호 표제 내용", ("문서번호", "표제", "내용")),
        ("doc_id headline body", ("doc_id", "headline", "body")),
        ("productId name description", ("productId", "name", "description")),
        ("ticket_id subject message", ("ticket_id", "subject", "message")),
        ("상품코드 상품명 상세_설명", ("상품코드", "상품명", "상세_설명")),
    ],
)
def test_columns_are_told_by_their_names(names: str, expected: tuple[str, str, str]) -> None:
    seen = choose(
        rows(
            ("1", "여권 발급", "여권을 발급받으려면 신청서를 냅니다."),
            ("2", "등본", "주민등록등본을 발급합니다."),
            names=names,
        )
    )
    assert (seen.id, seen.title, seen.text) == expected


def test_an_id_that_repeats_or_is_empty_is_none() -> None:
    repeated = choose(rows(("1", "여권을 받다"), ("1", "등본을 떼다"), names="id text"))
    assert (repeated.id, repeated.repeated_id) == ("", "id")
    empty = choose(rows(("1", "여권을 받다"), ("", "등본을 떼다"), names="id text"))
    assert empty.id == ""
    # Another column may be one all the same.
    other = choose(rows(("1", "a", "여권"), ("1", "b", "등본"), names="id sku text"))
    assert (other.id, other.repeated_id) == ("sku", "")


@pytest.mark.parametrize("name", ["product_id", "productId", "Ticket No", "접수번호", "order-key"])
def test_an_id_is_known_by_its_name_s_ending(name: str) -> None:
    assert (
        choose([{name: n, "text": text} for n, text in (("1", "여권"), ("2", "등본"))]).id == name
    )


@pytest.mark.parametrize("name", ["paid", "casino", "전화번호", "우편번호", "whisky"])
def test_a_name_that_only_ends_in_an_id_s_letters_is_no_id(name: str) -> None:
    assert choose([{name: n, "text": text} for n, text in (("1", "여권"), ("2", "등본"))]).id == ""


def test_without_a_known_name_the_longest_column_of_words_is_the_text() -> None:
    seen = choose(
        rows(
            (
                "서울",
                "여권을 발급받으려면 신청서를 냅니다.",
                "1588123412341234123412341234123412341",
            ),
            ("부산", "주민등록등본을 발급합니다.", "15881234123412341234123412341234123412"),
            names="시도 안내문 전화",
        )
    )
    assert (seen.title, seen.text) == ("", "안내문")


def test_names_alone_are_the_text_and_no_titles() -> None:
    seen = choose(rows(("1", "빨간 면 셔츠", "의류"), ("2", "구두", "신발"), names="id name kind"))
    assert (seen.title, seen.text) == ("", "name")
    # A column of longer texts beside them leaves them titles.
    longer = choose(
        rows(
            ("1", "셔츠", "면으로 만든 긴팔 셔츠입니다"),
            ("2", "구두", "가죽입니다"),
            names="id name x",
        )
    )
    assert (longer.title, longer.text) == ("name", "x")


def test_a_text_of_numbers_is_taken_where_its_name_says_so() -> None:
    assert choose(rows(("1", "1588-1234"), ("2", "14:30"), names="id 내용")).text == "내용"
    assert choose(rows(("1", "1588-1234"), ("2", "14:30"), names="id x")).text == ""


def test_dates_are_dates_by_their_cells() -> None:
    def date(*cells: str) -> str:
        return choose([{"text": "여권", "작성일": cell} for cell in cells]).date

    assert date("2025-01-02", "2025-02-03T10:00:00", "") == "작성일"
    assert date("2025-01") == "작성일"
    assert date("어제", "2025-02-03") == ""
    assert date("", "") == ""


@pytest.mark.parametrize(
    "name", ["접수일시", "문의일", "order_date", "sentAt", "Closed on", "처리 일자"]
)
def test_a_date_is_known_by_its_name_s_ending(name: str) -> None:
    assert choose([{name: "2025-08-21 17:41", "text": "여권"}]).date == name


@pytest.mark.parametrize("name", ["생년월일", "생일", "format", "version", "메모"])
def test_a_date_of_something_else_is_none(name: str) -> None:
    assert choose([{name: "2001-08-21", "text": "여권"}]).date == ""


def test_a_field_that_a_row_lacks_or_that_is_nested_is_not_taken() -> None:
    assert choose([{"text": "여권", "title": "안내"}, {"text": "등본"}]).title == ""
    assert choose([{"text": ["여권"], "body": "등본"}, {"text": [], "body": "인감"}]).text == "body"
    assert choose([{"text": None, "x": 3}]).text == ""


def test_a_licence_stands_in_a_column_of_few_values() -> None:
    assert choose([{"text": "여권", "license": "CC BY 4.0"}] * 3).licence == "CC BY 4.0"
    assert choose([{"text": "여권", "저작권": str(n)} for n in range(9)]).licence == ""
    assert choose([{"text": "여권", "licensee": "나"}]).licence == ""
