"""What is kept of a query that is too long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.retrieval.opensearch import limits
from malmoi.retrieval.opensearch.analysis import request_body
from malmoi.retrieval.opensearch.limits import MAX_WORD, heaviest, shortened, terms, words_of


@pytest.fixture(autouse=True)
def _not_said():
    limits._say_so.cache_clear()


def test_short_queries_are_left_as_they_are(logged):
    assert heaviest({"a": 1.0, "b": 2.0}, 2) == {"a": 1.0, "b": 2.0}
    assert shortened("두 낱말,  두 번", {}, 5) == "두 낱말,  두 번"
    assert not logged.text


def test_the_heaviest_stay_and_it_is_said_once(logged):
    weights = {"a": 1.0, "b": 3.0, "c": 2.0, "d": 3.0}
    assert list(heaviest(weights, 2)) == ["b", "d"]
    assert heaviest({1: 1.0, 2: 2.0}, 1) == {2: 2.0}
    assert shortened("a b a c d", weights, 3) == "b c d"
    assert logged.text.count("longer than a cluster takes") == 1


def test_a_text_without_spaces_is_cut_in_pieces():
    text = "가나다라마바사아" * 4 + "자차 짧은말"
    assert words_of(text) == ["가나다라마바사아" * 2, "자차", "짧은말"]
    assert shortened(text, {"자차": 1.0}, 18) == "가나다라마바사아가나다라마바사아 자차"
    assert shortened(text, {"자차": 1.0}, 5) == "자차 짧은말"
    assert words_of("… !!! a") == ["…", "!!!", "a"]


@given(st.text("가나aB1 .樂ガ", max_size=40), st.integers(1, 10))
def test_what_is_kept_fits(text, count):
    assert terms(shortened(text, {}, count)) <= count
    assert all(terms(word) <= MAX_WORD for word in words_of(text))


def test_no_analyzer_makes_more_tokens_than_are_counted(opensearch):
    texts = [
        "글꼴을 바꿉니다",
        "가나다라마바사",
        "大學校 男女",
        "ガスﾞabc123def",
        "했었겠다",
        "ㅋㅋㅋ",
        "Straße",
    ]
    for text in texts:
        for nori in (True, False):
            reply = opensearch.indices.analyze(body={**request_body(nori), "text": text})
            assert len(reply["tokens"]) <= terms(text), (text, nori)
