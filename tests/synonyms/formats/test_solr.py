"""Solr's synonym file: what is written is read again, and mistakes are named with their line."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.synonyms.formats.solr import Rule, pairs_of, read, read_line, rule_of, text_of, write

TERMS = (
    st.text(
        st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Zs"])
        | st.sampled_from(",\\#=> "),
        min_size=1,
        max_size=8,
    )
    .map(str.strip)
    .filter(bool)
)
SIDES = st.lists(TERMS, min_size=1, max_size=3).map(tuple)
RULES = st.builds(Rule, st.lists(TERMS, min_size=2, max_size=3).map(tuple)) | st.builds(
    Rule, SIDES, SIDES
)


@given(RULES)
def test_a_written_rule_is_read_again(rule: Rule) -> None:
    assert read_line(rule.line()) == rule


def test_commas_arrows_and_hashes_are_escaped() -> None:
    rule = Rule(("#해시", "a,b"), ("x=>y", "back\\slash"))
    assert rule.line() == r"\#해시, a\,b => x\=>y, back\\slash"
    assert read_line("a=>b") == Rule(("a",), ("b",))  # spaces are no part of the grammar


@pytest.mark.parametrize("line", ["", "   ", "# 검색, search", "#"])
def test_comments_and_empty_lines_are_no_rules(line: str) -> None:
    assert read_line(line) is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("검색, search,", "empty"),
        ("검색 => ", "empty"),
        ("=> search", "empty"),
        ("a => b => c", "arrows"),
        ("검색", "alone"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_text(f"행, row\n{line}\n", encoding="utf-8")
    with pytest.raises(SourceError, match=rf"synonyms\.txt:2 .*{why}"):
        read(path)


def test_a_file_that_is_not_there_or_not_utf_8(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="can't be read"):
        read(tmp_path / "none.txt")
    path = tmp_path / "cp949.txt"
    path.write_bytes("검색, search\n".encode("cp949"))
    with pytest.raises(SourceError, match="not UTF-8"):
        read(path)


def test_a_file_from_windows(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_bytes("\ufeff검색, search\r\n행 => 행, row\r\n".encode())
    assert read(path) == [Rule(("검색", "search")), Rule(("행",), ("행", "row"))]


def test_lines_are_written_once_under_their_comment(tmp_path: Path) -> None:
    rules = [rule_of("검색", "search", "both"), rule_of("검색", "search", "both")]
    write(tmp_path / "s.txt", rules, ["made by\nhand"])
    assert (tmp_path / "s.txt").read_text(encoding="utf-8") == "# made by hand\n검색, search\n"
    assert text_of([]) == ""


def test_one_direction_keeps_what_was_asked_for() -> None:
    assert rule_of("행", "row", "ko=>en").line() == "행 => 행, row"
    assert rule_of("행", "row", "en=>ko").line() == "row => row, 행"
    with pytest.raises(ValueError, match="direction"):
        rule_of("행", "row", "ko")


def test_pairs_are_those_across_languages() -> None:
    assert pairs_of(Rule(("검색", "찾기", "search"))) == [
        ("검색", "search", "both"),
        ("찾기", "search", "both"),
    ]
    assert pairs_of(Rule(("행",), ("행", "row"))) == [("행", "row", "ko=>en")]
    assert pairs_of(Rule(("row", "행"), ("row", "행"))) == [("행", "row", "both")]
    assert pairs_of(Rule(("row",), ("행",))) == [("행", "row", "en=>ko")]
    assert pairs_of(Rule(("PDF 파일", "PDF file", "...", "42"))) == [
        ("PDF 파일", "PDF file", "both")
    ]


@pytest.mark.parametrize("direction", ["both", "ko=>en", "en=>ko"])
def test_a_pair_comes_back_from_its_rule(direction: str) -> None:
    rule = rule_of("검색", "search", direction)
    assert pairs_of(rule) == [("검색", "search", direction)]


@pytest.mark.skipif(
    not os.environ.get("OPENSEARCH_URL"),
    reason="set OPENSEARCH_URL to a server: docs/opensearch.md says how to start one",
)
def test_lucene_reads_what_is_written() -> None:
    """The server's own parser takes the lines, and finds the terms that were escaped."""
    from malmoi.retrieval.opensearch.connection import connect

    rules = [
        rule_of("해시", "#tag", "both"),
        rule_of("쉼표", "a,b", "both"),
        Rule(("#first", "x=>y", "back\\slash"), ("화살표",)),
        rule_of("행", "row", "ko=>en"),
    ]
    lines = text_of(rules).splitlines()
    chain = [{"type": "synonym_graph", "synonyms": lines}]
    body = {"tokenizer": "whitespace", "filter": chain}

    def analysed(text: str) -> set[str]:
        found = connect().indices.analyze(body={**body, "text": text})["tokens"]
        return {token["token"] for token in found}

    assert analysed("#tag") == {"#tag", "해시"}
    assert analysed("쉼표") == {"쉼표", "a,b"}
    assert analysed("#first") == analysed("x=>y") == analysed("back\\slash") == {"화살표"}
    assert analysed("행") == {"행", "row"}
    assert analysed("row") == {"row"}
