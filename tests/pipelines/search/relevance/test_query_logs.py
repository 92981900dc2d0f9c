from __future__ import annotations

import json

import pytest

from malmoi.pipelines.search.relevance.query_logs import MAX_LENGTH, read_queries


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("표에 행 삽입\n\n  insert   a row \r\n표에 행 삽입", ["표에 행 삽입", "insert a row"]),
        ("query\n행\n열", ["행", "열"]),
        ("\ufeffid,user_query\n1,행 삽입\n2,\"열, 너비\"\n3,행 삽입", ["행 삽입", "열, 너비"]),
        ("번호;검색어\n1;행\n2;열", ["행", "열"]),
        ("id\tQuery Text\n1\t행", ["행"]),
        ("how, exactly, do I print?\nrow", ["how, exactly, do I print?", "row"]),
        ("", []),
        ("\u200b\x00", []),
        ("x" * (MAX_LENGTH + 1) + "\nrow", ["row"]),
        ("[1, 2", ["[1, 2"]),
    ],
)  # fmt: skip
def test_queries_are_read_as_people_have_them(text: str, queries: list[str]) -> None:
    assert read_queries(text) == queries


def test_a_ubi_log_gives_the_queries_that_were_asked_most_first() -> None:
    asked = ["행", "row", "Row", "row", "열", "행"]
    plain = [{"query_id": n, "user_query": q, "client_id": "c"} for n, q in enumerate(asked)]
    lines = "\n".join(map(json.dumps, plain))
    assert read_queries(lines) == ["row", "행", "열"]
    assert read_queries(json.dumps(plain)) == ["row", "행", "열"]
    assert read_queries(lines, 1) == ["row"]
    hits = {"hits": {"hits": [{"_id": "1", "_source": each} for each in plain]}}
    assert read_queries(json.dumps(hits)) == ["row", "행", "열"]


def test_other_json_is_read_line_by_line() -> None:
    assert read_queries('{"user_query": 3}\n{"other": "x"}') == []
    assert read_queries('{"hits": 3}') == []
    assert read_queries("[" * 100_000) == []
