from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from malmoi.core.errors import RunError
from malmoi.corpora.readers import beir
from malmoi.pipelines.search.relevance.session import Judgement, Session, sessions
from tests.helpers.served_run import DOCUMENTS

FIRST, SECOND = ("q1", "row/insert"), ("q1", "print")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    queries = ["표에 행 삽입", "insert a row"]
    made = Session.create(tmp_path / "mine", "small", ["v1", "v2"], 2, queries, DOCUMENTS[:5])
    hits = {"v1": [["row/insert", 2.0], ["print", 1.0]], "v2": [["print", 2.0]]}
    made.add_pool({"query": "q1", "documents": ["row/insert", "print"], "rankings": hits})
    return made


def test_a_session_is_made_and_opened(session: Session) -> None:
    again = Session.open(session.folder)
    assert again == session
    assert again.queries == {"q1": "표에 행 삽입", "q2": "insert a row"}
    assert again.pairs == [FIRST, SECOND]
    assert [query["id"] for query in again.unpooled] == ["q2"]
    assert sessions(session.folder.parent) == [session]
    with pytest.raises(RunError, match="already"):
        Session.create(session.folder, "small", ["v1"], 2, ["x"], [])


@pytest.mark.parametrize("name", ["../x", ".hidden", "a/b", "", "x" * 65, "a b", "<b>"])
def test_names_can_name_files_only(session: Session, name: str) -> None:
    with pytest.raises(RunError, match="can't be a name"):
        session.judge(name, Judgement(*FIRST, 3))
    assert not list((session.folder / "judges").glob("**/*"))


def test_a_session_is_named_as_a_judge_is(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="can't be a name"):
        Session.create(tmp_path / ".hidden", "small", ["v1"], 2, ["x"], [])


def test_a_session_needs_queries_and_systems(tmp_path: Path) -> None:
    for systems, queries in (([], ["행"]), (["v1"], [])):
        with pytest.raises(RunError, match="at least"):
            Session.create(tmp_path / "s", "small", systems, 2, queries, [])
    assert not (tmp_path / "s" / "session.json").exists()


def test_judgements_are_kept_at_once_and_undone_one_by_one(session: Session) -> None:
    session.judge("mina", Judgement(*FIRST, 3, "메모\t<b>"))
    session.judge("mina", Judgement(*SECOND, None))
    again = Session.open(session.folder)
    assert again.judgements("mina") == {
        FIRST: Judgement(*FIRST, 3, "메모\t<b>"),
        SECOND: Judgement(*SECOND, None),
    }
    session.undo("mina")
    assert list(again.judgements("mina")) == [FIRST]
    session.undo("mina")
    session.undo("mina")
    assert again.judgements("mina") == {}
    session.judge("mina", Judgement(*FIRST, 1))
    assert again.judgements("mina")[FIRST].grade == 1
    lines = (session.folder / "judges" / "mina.jsonl").read_text().splitlines()
    assert len(lines) == 5, "what was undone stays on record, and an undo of nothing is none"


def test_a_judgement_is_synced_before_it_returns(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    session.judge("mina", Judgement(*FIRST, 3))
    assert synced


def test_a_torn_last_line_costs_that_key_alone(session: Session) -> None:
    session.judge("mina", Judgement(*FIRST, 3))
    path = session.folder / "judges" / "mina.jsonl"
    with path.open("a") as file:
        file.write('{"query":"q1","docu')
    assert list(session.judgements("mina")) == [FIRST]
    session.judge("mina", Judgement(*SECOND, 0))
    assert [j.grade for j in session.judgements("mina").values()] == [3, 0]


@pytest.mark.parametrize(
    "judgement", [Judgement("q1", "save", 1), Judgement("q9", "print", 1), Judgement(*FIRST, 4)]
)
def test_only_what_is_asked_can_be_judged(session: Session, judgement: Judgement) -> None:
    with pytest.raises(RunError):
        session.judge("mina", judgement)
    assert session.judges() == []


def test_qrels_are_the_lower_median_of_the_judges(session: Session) -> None:
    for judge, grades in {"a": (3, 0), "b": (1, None), "c": (1, 2)}.items():
        for pair, grade in zip((FIRST, SECOND), grades, strict=True):
            session.judge(judge, Judgement(*pair, grade))
    assert session.qrels() == {"q1": {"row/insert": 1, "print": 0}}
    assert session.grades()[SECOND] == {"a": 0, "c": 2}


def test_qrels_are_on_the_disk_as_beir_and_as_trec(session: Session) -> None:
    session.judge("mina", Judgement(*FIRST, 3))
    session.judge("mina", Judgement(*SECOND, 0))
    corpus = beir.read(session.folder / "beir", "test")
    assert corpus.qrels == {"q1": {"row/insert": 3, "print": 0}}
    assert len(corpus.documents) == 5
    assert [q.text for q in corpus.queries] == ["표에 행 삽입"]
    trec = (session.folder / "qrels.trec").read_text()
    assert trec == "q1 0 row/insert 3\nq1 0 print 0\n"
    session.undo("mina")
    assert "print" not in (session.folder / "beir" / "qrels" / "test.tsv").read_text()


def test_a_session_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no session"):
        Session.open(tmp_path)
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "queries.jsonl").write_text(json.dumps({"id": "q1"}))
    assert sessions(tmp_path) == []
