"""What analysis makes of a dictionary's entries, with kiwi, and with nori where a server is."""

import os
from collections.abc import Sequence

import pytest

from malmoi.synonyms.formats.analyzers import Finding, check, kiwi, nori
from malmoi.synonyms.formats.solr import Rule


def by_table(table: dict[str, str]):
    """An analyzer that knows the tokens of some terms, and leaves others as they are."""

    def analyse(texts: Sequence[str]) -> list[list[str]]:
        return [table.get(text, text.lower()).split() for text in texts]

    return analyse


def problems(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    return [(finding.term, finding.problem) for finding in findings]


def test_sound_entries_are_not_warned_of():
    rules = [Rule(("검색", "search")), Rule(("행",), ("행", "row")), Rule(("찾기", "search"))]
    assert check(rules, by_table({})) == []
    assert check([], by_table({})) == []


def test_an_entry_that_is_dropped():
    assert problems(check([Rule(("및", "and"))], by_table({"및": ""}))) == [("및", "nothing")]


def test_an_entry_that_is_split_or_loses_a_word():
    rules = [Rule(("바닥글", "footer")), Rule(("새로 고침", "refresh")), Rule(("셀 병합", "merge"))]
    table = {"바닥글": "바닥 글", "새로": "", "새로 고침": "고침"}
    assert problems(check(rules, by_table(table))) == [("바닥글", "split"), ("새로 고침", "loses")]


def test_an_entry_that_says_nothing_any_more():
    assert problems(check([Rule(("PDF", "pdf"))], by_table({}))) == [("pdf", "same")]
    assert problems(check([Rule(("PDF", "pdf", "문서"))], by_table({}))) == []


def test_two_terms_that_become_one():
    rules = [Rule(("열", "column")), Rule(("열기", "open"))]
    table = by_table({"열기": "열"})
    (finding,) = check(rules, table)
    assert (finding.term, finding.problem, finding.other) == ("열기", "shared", "열")
    assert "열기, open" in str(finding)
    alike = [Rule(("열", "column")), Rule(("칼럼", "Column"))]  # the same synonym by another name
    assert check(alike, by_table({"칼럼": "열"})) == []


def test_kiwi_keeps_content_words_alone():
    rules = [
        Rule(("검색", "search")),
        Rule(("그리고", "then")),
        Rule(("셀", "cell")),
    ]
    assert problems(check(rules, kiwi)) == [("그리고", "nothing")]


@pytest.mark.skipif(
    not os.environ.get("OPENSEARCH_URL"),
    reason="set OPENSEARCH_URL to a server with nori: docs/opensearch.md says how to start one",
)
def test_nori_on_a_real_server():
    from malmoi.retrieval.opensearch.connection import connect

    analyse = nori(connect())
    assert analyse([]) == []
    (search, header) = analyse(["검색", "머리글을"])
    assert search == ["검색"]
    assert "을" not in header
    rules = [Rule(("검색", "search")), Rule(("을", "of"))]
    assert ("을", "nothing") in problems(check(rules, analyse))
