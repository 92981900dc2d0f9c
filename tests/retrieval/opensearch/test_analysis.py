"""What the cluster makes of a text, however it is written, as the embedded search does."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.retrieval.opensearch.analysis import (
    INDEX_ANALYZER,
    SEARCH_ANALYZER,
    STOP_TAGS,
    analysis,
    analysis_digest,
    request_body,
)
from malmoi.retrieval.opensearch.check import capabilities
from malmoi.retrieval.opensearch.synonyms import analyse
from malmoi.text.morphemes import CONTENT_TAGS
from malmoi.text.unicode import usual_form


@pytest.fixture
def nori(opensearch):
    if not capabilities(opensearch).nori:
        pytest.skip("the cluster has no nori: install analysis-nori")
    return opensearch


def test_no_tag_of_a_content_word_is_stopped():
    assert not CONTENT_TAGS & set(STOP_TAGS)


def test_synonyms_are_for_searching_alone():
    analyzers = analysis(True, ["열 너비, column width"])["analyzer"]
    assert "malmoi_synonyms" in analyzers[SEARCH_ANALYZER]["filter"]
    assert "malmoi_synonyms" not in analyzers[INDEX_ANALYZER]["filter"]


def test_the_digest_is_of_the_analysis():
    assert analysis_digest(True) == analysis_digest(True) != analysis_digest(False)


@pytest.mark.parametrize("with_nori", [True, False])
def test_a_request_has_the_same_steps_as_the_index(with_nori):
    whole, request = analysis(with_nori), request_body(with_nori)
    chain = whole["analyzer"][INDEX_ANALYZER]
    assert request["char_filter"] == [whole["char_filter"][n] for n in chain["char_filter"]]
    assert len(request["filter"]) == len(chain["filter"])


def _mapped(text: str, rules: list[str]) -> str:
    """What a `mapping` char filter makes of a text: at each place the longest rule."""
    table = dict(_unescaped(rule).split("=>", 1) for rule in rules)
    longest, out, at = max(map(len, table)), "", 0
    while at < len(text):
        n = next((n for n in range(longest, 0, -1) if text[at : at + n] in table), 0)
        out += table[text[at : at + n]] if n else text[at]
        at += n or 1
    return out


def _unescaped(rule: str) -> str:
    return rule.encode("ascii", "backslashreplace").decode("unicode-escape")


_RULES = [
    analysis(True)["char_filter"][f"malmoi_{n}"]["mappings"]
    for n in ("compatibility", "composition")
]


@given(st.text("가각뷁힣ａ①ｶﾞé ㈜ㅋb樂\u200b", max_size=12), st.sampled_from(["NFC", "NFD"]))
def test_the_char_filters_hold_what_unicode_says(text, form):
    written = unicodedata.normalize(form, text)
    for rules in _RULES:
        written = _mapped(written, rules)
    assert written == usual_form(text).replace("é", "e")


WRITINGS = [
    ("글꼴을 바꿉니다.", unicodedata.normalize("NFD", "글꼴을 바꿉니다.")),
    ("USB 제1조", "ＵＳＢ　제１조"),
    ("(주)말모이 5kg", "㈜말모이 ５㎏"),
    ("naïve Zürich", unicodedata.normalize("NFD", "naïve Zürich")),
    ("naive Zurich", "naïve Zürich"),
    ("Αθήνα", unicodedata.normalize("NFD", "Αθηνα")),
    ("ガス ハングル", "ｶﾞｽ ﾊﾝｸﾞﾙ"),
    ("ガス", unicodedata.normalize("NFD", "ガス")),
    ("樂", "樂"),
    ("뷁", unicodedata.normalize("NFD", "뷁")),
    ("1 2", "① ②"),
]


@pytest.mark.parametrize(("usual", "other"), WRITINGS)
@pytest.mark.parametrize("with_nori", [True, False])
def test_other_writings_give_the_same_tokens(opensearch, usual, other, with_nori):
    if with_nori and not capabilities(opensearch).nori:
        pytest.skip("the cluster has no nori")
    first, second = analyse(opensearch, [usual, other], with_nori)
    assert first == second
    assert first


PREDICATES = (
    "바꿉니다 지웁니다 엽니다 만듭니다 나타납니다 됩니까 보입니다 가져옵니다 도와줍니다 춥습니다 "
    "들었어요 몰라요 썼다 지었다 걸어라 가자 하네 붓습니다 아름답습니다 눌러"
).split()


@pytest.mark.parametrize("word", [*PREDICATES, "생성", "삭제", "고침", "푸시", "제한", "열기"])
@pytest.mark.parametrize("before", ["", "글꼴을 "])
def test_the_end_of_a_text_is_cut_as_that_of_a_sentence(nori, word, before):
    text = before + word
    ends = [".", "?", "!", "...", "…", " ", "\n", ".\n", "\n다음", '."', "。", ". 다음"]
    whole, *others = analyse(nori, [text, *(text + end for end in ends)], nori=True)
    for end, other in zip(ends, others, strict=True):
        assert other[: len(whole)] == whole, (end, other)
        assert len(other) == len(whole) + ("다음" in end), end


def test_nouns_at_the_end_stay_whole(nori):
    texts = ["이미지 생성.", "파일 삭제.", "새로 고침.", "연결 수 제한", "저장소에 푸시\n끝"]
    assert [each[-1] for each in analyse(nori, texts[:4], nori=True)] == [
        "생성",
        "삭제",
        "고침",
        "제한",
    ]
    assert analyse(nori, texts[4:], nori=True)[0][-2:] == ["푸시", "끝"]


def test_numbers_and_addresses_keep_their_marks(nori):
    found = analyse(nori, ["3.14와 2,500", "www.example.org에서", "U.S. 달러"], nori=True)
    assert [set(each) for each in found] == [
        {"3", "14", "2500"},
        {"www", "example", "org"},
        {"u", "s", "달러"},
    ]


def test_highlights_stand_where_the_words_are(nori, name):
    """The char filters add and drop characters; offsets are those of the text as it was sent."""
    properties = {"text": {"type": "text", "analyzer": INDEX_ANALYZER}}
    body = {"settings": {"analysis": analysis(True)}, "mappings": {"properties": properties}}
    index = f"{name}-highlight"
    nori.indices.create(index=index, body=body)
    try:
        text = f"{unicodedata.normalize('NFD', '첫 줄의')}.\n\n글꼴을 바꿉니다.\nＵＳＢ 끝."
        nori.index(index=index, id="1", body={"text": text}, refresh=True)
        words = {"줄": unicodedata.normalize("NFD", "줄"), "usb": "ＵＳＢ", "끝": "끝"}
        for query, written in words.items():
            marked = f"<em>{written}</em>"
            search = {"query": {"match": {"text": query}}, "highlight": {"fields": {"text": {}}}}
            (hit,) = nori.search(index=index, body=search)["hits"]["hits"]
            assert marked in "".join(hit["highlight"]["text"])
    finally:
        nori.indices.delete(index=index)


@pytest.mark.parametrize(
    "run", ["." * 50_000 + "가", "!?" * 25_000, " " * 50_000 + "가", '."' * 25_000]
)
def test_long_runs_of_marks_cost_no_more_than_other_text(nori, run):
    text = f"차례 {run} 끝"
    start = time.monotonic()
    (found,) = analyse(nori, [text], nori=True)
    assert found[0] == "차례"
    assert found[-1] == "끝"
    assert time.monotonic() - start < 5
