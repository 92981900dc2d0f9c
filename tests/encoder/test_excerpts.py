from __future__ import annotations

import pytest

from malmoi.corpora.corpus import Document, Section
from malmoi.encoder import excerpts
from malmoi.encoder.excerpts import excerpt_pairs, has_excerpts, sentences, untitled
from malmoi.encoder.pairs import OWN_KINDS, normalised


def bare(name: str, text: str) -> Document:
    return Document(name, "", (Section("", text),))


DOCUMENTS = [
    bare("water", "수도 요금 감면은 구청에 신청합니다. 감면 대상 확인서를 함께 냅니다."),
    bare("bus", "버스 환승 할인은 교통카드로 받습니다. 내릴 때 카드를 다시 댑니다!"),
    bare("library", "The library card is free. Borrow five books with the library card."),
]


def test_a_text_gives_sentences_phrases_and_terms() -> None:
    pairs = excerpt_pairs(DOCUMENTS, [], seed=13, hide=False)
    assert {pair["kind"] for pair in pairs} == set(excerpts.KINDS) <= OWN_KINDS
    texts = {document.id: document.text for document in DOCUMENTS}
    for pair in pairs:
        words = pair["query"].split() if pair["kind"] == "own terms" else [pair["query"]]
        assert all(word in texts[pair["document"]] for word in words)
        assert not pair["query"].endswith((".", "!"))
    for document in texts:
        assert {p["kind"] for p in pairs if p["document"] == document} == set(excerpts.KINDS)


def test_they_are_the_same_each_time_and_others_under_another_seed() -> None:
    first = excerpt_pairs(DOCUMENTS, [], seed=13, hide=False)
    assert excerpt_pairs(DOCUMENTS[::-1], [], seed=13, hide=False)[::-1] != []
    assert {str(p) for p in excerpt_pairs(DOCUMENTS[::-1], [], 13, False)} == set(map(str, first))
    assert excerpt_pairs(DOCUMENTS, [], seed=14, hide=False) != first


def test_none_is_a_query_of_a_person_and_another_takes_its_place() -> None:
    """Whatever the case, the spaces and the marks that people put."""
    first = excerpt_pairs(DOCUMENTS, [], seed=13, hide=False)
    human = [f"  {pair['query'].upper()} ?" for pair in first if pair["document"] != "library"]
    found = {normalised(p["query"]) for p in excerpt_pairs(DOCUMENTS, human, 13, False)}
    assert found
    assert not found & {normalised(text.rstrip(" ?")) for text in human}
    sentence = next(p["query"] for p in first if p["kind"] == "own sentence")
    other = excerpt_pairs(DOCUMENTS, [sentence + "."], 13, False)
    assert sentence not in {p["query"] for p in other}


def test_sentences_and_phrases_can_be_hidden_terms_are_not() -> None:
    for pair in excerpt_pairs(DOCUMENTS, [], seed=13, hide=True):
        assert pair["without"] == ("" if pair["kind"] == "own terms" else pair["query"])


@pytest.mark.parametrize(
    ("text", "count"),
    [("여성 린넨 셔츠", 2), ("무선 이어폰", 1), ("우산", 1), ("!!!", 0), ("", 0)],
)
def test_a_short_text_is_asked_for_by_a_part_of_it(text: str, count: int) -> None:
    (found,) = [
        [p["query"] for p in excerpt_pairs([document], [], 13, False)]
        for document in (bare("x", text),)
    ]
    assert sum(len(query.split()) for query in found) == count
    assert has_excerpts([bare("x", text)]) == bool(found)


def test_a_title_without_a_text_is_a_text() -> None:
    assert excerpt_pairs([Document("x", "여성 린넨 셔츠", ())], [], 13, False)


def test_only_where_most_documents_have_no_pair() -> None:
    pair = [{"query": "수도", "document": "water", "kind": "title", "without": ""}]
    two = [*pair, {"query": "버스", "document": "bus", "kind": "title", "without": ""}]
    assert [d.id for d in untitled(DOCUMENTS, [])] == ["water", "bus", "library"]
    assert [d.id for d in untitled(DOCUMENTS, pair)] == ["bus", "library"]
    assert untitled(DOCUMENTS, two) == []


def test_a_large_corpus_gives_excerpts_of_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excerpts, "MAX_DOCUMENTS", 2)
    chosen = {pair["document"] for pair in excerpt_pairs(DOCUMENTS, [], 13, False)}
    assert len(chosen) == 2
    assert {pair["document"] for pair in excerpt_pairs(DOCUMENTS, [], 13, False)} == chosen


def test_sentences_are_neither_bits_nor_paragraphs() -> None:
    text = f"네. 오늘은 비가 많이 옵니다.\n{'아주 ' * 30}길다. 문이 곧 닫힙니다!"
    assert list(sentences(text)) == ["오늘은 비가 많이 옵니다", "문이 곧 닫힙니다"]
