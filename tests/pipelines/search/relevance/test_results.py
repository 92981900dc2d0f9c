from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from malmoi.pipelines.search.relevance.results import agreement, comparison, quepid_csv
from malmoi.pipelines.search.relevance.session import Judgement, Session


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Two queries; `good` has the relevant document first, `bad` last."""
    made = Session.create(tmp_path / "mine", "small", ["good", "bad"], 2, ["행, 열", "row"], [])
    for query in ("q1", "q2"):
        hits = {"good": [["a", 2.0], ["b", 1.0]], "bad": [["b", 2.0], ["a", 1.0]]}
        made.add_pool({"query": query, "documents": ["b", "a"], "rankings": hits})
    return made


def test_systems_are_compared_on_what_was_judged(session: Session) -> None:
    assert comparison(session) is None
    session.judge("mina", Judgement("q1", "b", 0))
    assert comparison(session) is None
    session.judge("mina", Judgement("q1", "a", 3))
    compared = comparison(session)
    assert compared is not None
    assert compared["queries"] == {"ko": 1}
    scores = compared["scores"]["ko"]
    assert scores["good"]["nDCG@10"]["mean"] == 1
    assert scores["bad"]["nDCG@10"]["mean"] < 1
    (test,) = compared["comparisons"]
    assert (test["a"], test["b"]) == ("good", "bad")


def test_two_judges_agree_more_or_less(session: Session) -> None:
    session.judge("mina", Judgement("q1", "a", 3))
    assert agreement(session) is None
    session.judge("tom", Judgement("q1", "a", 3))
    for judge in ("mina", "tom"):
        session.judge(judge, Judgement("q1", "b", 0))
        session.judge(judge, Judgement("q2", "b", 1))
    found = agreement(session)
    assert found is not None
    assert found["alpha"] == pytest.approx(1)
    assert found["units"] == 3
    session.judge("mina", Judgement("q2", "a", 3))
    session.judge("tom", Judgement("q2", "a", 0))
    lower = agreement(session)
    assert lower is not None
    assert lower["alpha"] < 1


def test_quepid_takes_queries_by_their_text(session: Session) -> None:
    session.judge("mina", Judgement("q1", "a", 3))
    rows = list(csv.reader(io.StringIO(quepid_csv(session))))
    assert rows == [["query", "docid", "rating"], ["행, 열", "a", "3"], ["row", "", ""]]
