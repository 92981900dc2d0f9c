"""Paragraphs are documents, questions their queries."""

import json
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import SourceError
from malmoi.corpora.readers import squad


def article(title: str, *paragraphs: tuple[str, list[dict[str, Any]]]) -> dict[str, Any]:
    made = [{"context": context, "qas": questions} for context, questions in paragraphs]
    return {"title": title, "paragraphs": made}


def ask(key: str, question: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "question": question, "answers": [], **more}


def write(folder: Path, *articles: dict[str, Any]) -> Path:
    path = folder / "korquad.json"
    path.write_text(json.dumps({"version": "1", "data": articles}), encoding="utf-8")
    return path


def test_questions_are_relevant_to_their_paragraph(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        article("서울", ("서울은 수도이다.", [ask("q1", "수도는?")]), ("한강이 흐른다.", [])),
        article("Seoul", ("Seoul is a capital.", [ask("q2", "What is Seoul?")])),
    )
    corpus = squad.read(path)
    assert [(d.title, d.text) for d in corpus.documents] == [
        ("서울", "서울은 수도이다."), ("서울", "한강이 흐른다."), ("Seoul", "Seoul is a capital."),
    ]  # fmt: skip
    assert [(q.id, q.language) for q in corpus.queries] == [("q1", "ko"), ("q2", "en")]
    relevant = {q: [d.text for d in corpus.documents if d.id in r] for q, r in corpus.qrels.items()}
    assert relevant == {"q1": ["서울은 수도이다."], "q2": ["Seoul is a capital."]}


def test_ids_stay_when_articles_are_added_before(tmp_path: Path) -> None:
    one = article("서울", ("서울은 수도이다.", []))
    (first,) = squad.read(write(tmp_path, one)).documents
    assert first in squad.read(write(tmp_path, article("가", ("나", [])), one)).documents


def test_a_repeated_paragraph_keeps_the_questions_of_both(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        article("가", ("같은 글", [ask("q1", "하나?")]), ("같은 글", [ask("q2", "둘?")])),
    )
    corpus = squad.read(path)
    assert corpus.counts == {"dropped_duplicate": 1}
    assert set(corpus.qrels) == {"q1", "q2"}


def test_questions_without_answer_or_text_are_dropped(tmp_path: Path) -> None:
    questions = [ask("q1", "하나?", is_impossible=True), ask("q2", " ")]
    corpus = squad.read(write(tmp_path, article("가", ("글", questions))))
    assert corpus.queries == ()
    assert corpus.counts == {"dropped_unanswerable": 1, "dropped_empty_query": 1}


def test_a_question_id_for_two_questions_stops(tmp_path: Path) -> None:
    questions = [ask("q1", "하나?"), ask("q1", "둘?")]
    with pytest.raises(SourceError, match="'q1' stands for two questions"):
        squad.read(write(tmp_path, article("가", ("글", questions))))


@pytest.mark.parametrize(
    "content",
    [
        "{", "[]", "{}", '{"data":[{"title":"a"}]}', '{"data":[{"paragraphs":[{"qas":[]}]}]}',
        '{"data":[{"context":"<html>","qas":[]}]}', '{"data":[{"paragraphs":[{"context":["a"]}]}]}',
    ],
)  # fmt: skip
def test_other_json_stops(tmp_path: Path, content: str) -> None:
    (tmp_path / "f.json").write_text(content)
    with pytest.raises(SourceError, match=r"f\.json"):
        squad.read(tmp_path / "f.json")


def test_klue_calls_ids_guid_and_has_news_fields(tmp_path: Path) -> None:
    asked = {"guid": "klue-mrc-v1_train_1", "question": "수도는?", "is_impossible": False}
    never = {"guid": "klue-mrc-v1_train_2", "question": "왜?", "is_impossible": True}
    one = article("서울", ("서울은 수도이다.", [{**asked, "question_type": 1}, never]))
    corpus = squad.read(write(tmp_path, {**one, "news_category": None, "source": "wikipedia"}))
    assert [q.id for q in corpus.queries] == ["klue-mrc-v1_train_1"]
    assert corpus.counts == {"dropped_unanswerable": 1}


def test_rows_of_a_question_each_are_the_same_corpus(tmp_path: Path) -> None:
    nested = squad.read(
        write(
            tmp_path,
            article("서울", ("수도이다.", [ask("q1", "어디?"), ask("q3", "무엇?")])),
            article("물", ("얼음이 된다.", [ask("q2", "얼면?")])),
        )
    )
    rows = [
        {"id": "q1", "title": "서울", "context": "수도이다.", "question": "어디?"},
        {"id": "q2", "title": "물", "context": "얼음이 된다.", "question": "얼면?"},
        {"id": "q3", "title": "서울", "context": "수도이다.", "question": "무엇?"},
    ]
    for name, content in (
        ("korquad.json", json.dumps({"data": rows})),
        ("korquad.json", json.dumps(rows)),
        ("korquad.jsonl", "\n".join(map(json.dumps, rows))),
    ):
        (tmp_path / name).write_text(content)
        flat = squad.read(tmp_path / name)
        assert (flat.documents, flat.qrels) == (nested.documents, nested.qrels)
        assert set(flat.queries) == set(nested.queries)


@pytest.mark.parametrize(
    ("content", "so"),
    [
        ({"data": [{"title": "a", "paragraphs": []}]}, True),
        ({"data": [{"context": "<html>", "qas": []}]}, True),
        ([{"context": "a", "question": "b"}], True),
        ({"data": [{"id": "1", "text": "a"}]}, False),
        ([{"id": "1", "text": "a"}], False),
        ([], False),
        (3, False),
    ],
)
def test_what_looks_like_it(tmp_path: Path, content: Any, so: bool) -> None:
    (tmp_path / "f.json").write_text(json.dumps(content))
    assert squad.is_squad(tmp_path / "f.json") == so
