"""Hanja as the cluster reads them: as `malmoi.text.hanja` does, and found by their reading."""

from __future__ import annotations

import random

import pytest

from malmoi.retrieval.opensearch.analysis import INDEX_ANALYZER, analysis, request_body
from malmoi.retrieval.opensearch.char_filters import (
    hanja_filters,
    mapping,
    replacing,
    rule,
    written_filters,
)
from malmoi.retrieval.opensearch.check import capabilities
from malmoi.retrieval.opensearch.synonyms import analyse
from malmoi.text.hanja import reading, words
from malmoi.text.written import written_form

INITIAL = "女子 老人 歷史 來年 勞動 料理 理論 旅行 良心 倫理 離婚 六月 論文 樂園 冷房".split()
RATE = "比率 確率 利率 換率 離婚率 出産率 成功率 法律 羅列 行列 系列 先烈 分裂".split()
NOT = "不動産 不足 不在 不正 不利 不可能 不得已 不安".split()
INSIDE = "男女 經歷 過去來年 新女性 海外旅行 勞動者 國立大學 韓國女性 老人福祉".split()
WORDS = "大學 学校 音樂 娛樂 更新 十月 大學校 慶熙大學校".split()
MIXED = "이용率 2025年 女性의 權利 李氏 「老人과 바다」 (女)".split()


def read(client, texts: list[str]) -> list[str]:
    """Texts as the char filters leave them, but for the ends of sentences."""
    filters = request_body(nori=False)["char_filter"]
    body = {"tokenizer": "keyword", "char_filter": filters, "text": texts}
    return [token["token"] for token in client.indices.analyze(body=body)["tokens"]]


def test_rules_escape_what_is_no_letter():
    assert rule(" a", "=>,") == "\\u0020a=>\\u003d\\u003e\\u002c"
    assert mapping(iter(["a=>b"])) == {"type": "mapping", "mappings": ["a=>b"]}
    assert replacing("a", "b")["replacement"] == "b"


def test_no_rule_leaves_a_mark_of_ours():
    """Private-use characters stand between the filters alone: the last one takes them away."""
    made = {c for each in hanja_filters()["hanja"]["mappings"] for c in each.split("=>")[1]}
    left = {each.split("=>")[1] for each in hanja_filters()["sounds"]["mappings"]}
    assert {"률", "렬", "불"} <= left
    assert made
    assert not any("\\ue0" in each for each in left)


def test_the_cluster_reads_as_malmoi_does(opensearch):
    texts = [*INITIAL, *RATE, *NOT, *INSIDE, *WORDS, *MIXED]
    assert dict(zip(texts, read(opensearch, texts), strict=True)) == {t: reading(t) for t in texts}


def test_so_are_words_of_their_own_reading_and_any_others(opensearch):
    generator = random.Random(5)
    known = [c for c in map(chr, range(0x4E00, 0xA000)) if reading(c) != c]
    texts = list(words())
    texts += ["".join(generator.choices(known, k=generator.randint(1, 5))) for _ in range(600)]
    texts = [text for text in texts if text[-1] != "不"]  # which no word ends in
    there = zip(texts, read(opensearch, texts), strict=True)
    wrong = [(text, got) for text, got in there if got != reading(text)]
    assert not wrong


@pytest.mark.parametrize("nori", [True, False])
def test_a_word_in_hanja_gives_the_tokens_of_its_reading(opensearch, nori):
    if nori and not capabilities(opensearch).nori:
        pytest.skip("the cluster has no nori")
    texts = [*INITIAL, *RATE, *NOT, *INSIDE, *WORDS]
    read_there = analyse(opensearch, [reading(text) for text in texts], nori)
    assert analyse(opensearch, texts, nori) == read_there
    assert all(read_there)


def test_either_writing_finds_both(opensearch, name):
    if not capabilities(opensearch).nori:
        pytest.skip("the cluster has no nori")
    index = f"{name}-hanja"
    properties = {"text": {"type": "text", "analyzer": INDEX_ANALYZER}}
    body = {"settings": {"analysis": analysis(True)}, "mappings": {"properties": properties}}
    opensearch.indices.create(index=index, body=body)
    try:
        for number, word in enumerate([*INITIAL, "比率", "法律"]):
            for form in (word, reading(word)):
                text = f"그것은 {form}에 관한 글이다"
                opensearch.index(index=index, id=f"{number}{form}", body={"text": text})
        opensearch.indices.refresh(index=index)
        for number, word in enumerate([*INITIAL, "比率", "法律"]):
            for form in (word, reading(word)):
                request = {"size": 2, "query": {"match": {"text": form}}}
                hits = opensearch.search(index=index, body=request)["hits"]["hits"]
                assert {hit["_id"] for hit in hits} == {
                    f"{number}{word}",
                    f"{number}{reading(word)}",
                }
        marked = {"query": {"match": {"text": "여자"}}, "highlight": {"fields": {"text": {}}}}
        hits = opensearch.search(index=index, body=marked)["hits"]["hits"]
        found = {"".join(hit["highlight"]["text"]) for hit in hits}
        assert found == {f"그것은 <em>{form}</em>에 관한 글이다" for form in ("女子", "여자")}
    finally:
        opensearch.indices.delete(index=index)


SAME = [
    ("2025-01-05", "2025년 1월 5일", "2025. 1. 5.", "2025/01/05", "２０２５．１．５"),
    ("1,000원", "1000원", "천원", "1천 원"),
    ("30,000원", "3만원", "3만 원"),
    ("2,500", "2500"),
    ("14:30", "14시 30분"),
    ("1588-1234", "1588 1234", "1588.1234"),
    ("02-123-4567", "02) 123-4567", "02 123 4567"),
    ("25℃", "25 °C", "25°c"),
    ("C++", "c++", "Ｃ＋＋", "C++를"),
    ("C#", "c#", "C#을"),
    (".NET", ".net", ".NET에서", "NET"),
    ("e-mail", "email"),
    ("A/S", "a/s", "A/S를"),
    ("desk@example.org", "desk@example.org로"),
    ("#여름휴가", "여름휴가", "#여름휴가를"),
]


@pytest.mark.parametrize("writings", SAME)
def test_numbers_and_names_have_one_form(opensearch, writings):
    if not capabilities(opensearch).nori:
        pytest.skip("the cluster has no nori")
    first, *others = analyse(opensearch, list(writings), nori=True)
    assert first
    assert others == [first] * len(others)


def test_signs_tell_names_apart(opensearch):
    if not capabilities(opensearch).nori:
        pytest.skip("the cluster has no nori")
    found = analyse(opensearch, ["C", "C++", "C#", "1,5", "1,500"], nori=True)
    assert len({tuple(each) for each in found}) == len(found)
    assert all("c" in each for each in found[:3])  # whoever asks for C finds all three


@pytest.mark.parametrize(
    "text", ["3.14", "C++ 2,500원", "2025. 1. 5. 오후 2:05", "1천만 원", "a,b"]
)
def test_the_rules_are_those_of_malmoi(opensearch, text):
    """Java's expressions do what Python's do; what only `written_form` does is taken off."""
    filters = list(written_filters().values())[:-1]
    body = {"tokenizer": "keyword", "char_filter": filters, "text": text}
    (token,) = opensearch.indices.analyze(body=body)["tokens"]
    assert token["token"].lower() == written_form(text).replace("↑", "")


@pytest.mark.parametrize(
    ("name", "found_by"),
    [
        ("SM-G998N", ["SM G998N", "g998n", "998"]),
        ("1588-1234", ["1234"]),
        ("desk@example.org", ["example.org", "desk"]),
        ("i7-13700K", ["i7 13700", "13700k"]),
        ("AT&T", ["at&t"]),
        ("10.20.30.42", ["10.20.30.42"]),
    ],
)
def test_names_are_found_by_their_parts(opensearch, name, found_by):
    if not capabilities(opensearch).nori:
        pytest.skip("the cluster has no nori")
    whole, *others = map(set, analyse(opensearch, [name, *found_by], nori=True))
    for part in others:
        assert part
        assert part <= whole
