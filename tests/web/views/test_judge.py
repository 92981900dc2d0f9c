"""A judging session, as two people go through it in a browser without JavaScript."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from malmoi.corpora.readers import beir
from malmoi.pipelines.search.relevance.session import Session
from malmoi.web.preparing import prepare
from malmoi.web.workspace import Settings, Workspace
from tests.helpers.served_run import HOSTILE, client, post

FORM = {
    "name": "mine",
    "collection": "small",
    "depth": "3",
    "system-0": "BM25F",
    "system-1": "v2",
    "queries": f"행 삽입\ninsert a row\n{HOSTILE}",
}


@pytest.fixture
def browser(runs: Path, tmp_path: Path) -> TestClient:
    """A browser for a server with one session whose pools are made."""
    made = client(runs, judgements=tmp_path / "judgements")
    response = post(made, "/judge", **FORM)
    assert response.headers["location"] == "/judge/mine"
    thread = prepare(Workspace(Settings(runs)), Session.open(tmp_path / "judgements" / "mine"))
    if thread:
        thread.join(60)
    return made


def shown(html: str) -> dict[str, str]:
    """The hidden fields that the page's keys send."""
    return dict(re.findall(r'name="(query|place)" value="([^"]*)"', html))


def press(browser: TestClient, judge: str, grade: str, note: str = "") -> None:
    page = browser.get(f"/judge/mine/as/{judge}").text
    answer = post(browser, f"/judge/mine/as/{judge}", **shown(page), grade=grade, note=note)
    assert answer.status_code == 303


def test_judging_is_blind_shuffled_and_complete(browser: TestClient, tmp_path: Path) -> None:
    session = Session.open(tmp_path / "judgements" / "mine")
    page = browser.get("/judge/mine/as/mina").text
    assert f"0 of {len(session.pairs)} documents" in page
    assert "행 삽입" in page
    for name in ("BM25F", "v2", "score", "rank"):
        assert name not in page.split("<main")[1]
    for _ in session.pairs:
        press(browser, "mina", "2")
    assert (
        f"All {len(session.pairs)} documents are judged" in browser.get("/judge/mine/as/mina").text
    )


def test_undo_shows_the_document_again(browser: TestClient) -> None:
    first = shown(browser.get("/judge/mine/as/mina").text)
    press(browser, "mina", "3")
    second = shown(browser.get("/judge/mine/as/mina").text)
    assert second != first
    post(browser, "/judge/mine/as/mina/undo")
    assert shown(browser.get("/judge/mine/as/mina").text) == first


def test_two_judges_make_qrels_that_malmoi_evaluate_reads(
    browser: TestClient, tmp_path: Path
) -> None:
    total = len(Session.open(tmp_path / "judgements" / "mine").pairs)
    for judge, grades in {"미나": "3012", "tom": "3s02"}.items():
        for n in range(total):
            press(browser, judge, {"s": "skip"}.get(grades[n % 4], grades[n % 4]), HOSTILE)
    corpus = beir.read(tmp_path / "judgements" / "mine" / "beir", "test")
    assert {query.text for query in corpus.queries} >= {"행 삽입", "insert a row"}
    assert any(grade == 3 for judged in corpus.qrels.values() for grade in judged.values())
    results = browser.get("/judge/mine/results").text
    assert "Krippendorff" in results
    assert "BM25F − v2" in results
    assert "nDCG@10" in results
    assert "&lt;script&gt;" in results
    assert "<script>alert" not in results
    assert "Fewer than twenty queries" in results


def test_files_are_handed_out(browser: TestClient) -> None:
    press(browser, "mina", "3")
    for name, begins in {
        "qrels.tsv": "query-id\tcorpus-id\tscore\nq1\t",
        "qrels.trec": "q1 0 ",
        "quepid.csv": "query,docid,rating\r\n행 삽입,",
    }.items():
        answer = browser.get(f"/judge/mine/files/{name}")
        assert answer.text.startswith(begins)
        assert f'filename="mine-{name}"' in answer.headers["content-disposition"]
    assert browser.get("/judge/mine/files/session.json").status_code == 404


def test_the_pages_around_it(browser: TestClient) -> None:
    listed = browser.get("/judge").text
    assert 'href="/judge/mine"' in listed
    assert "queries: 3" in listed
    assert post(browser, "/judge/mine/enter", judge="미나").headers["location"] == (
        "/judge/mine/as/%EB%AF%B8%EB%82%98"
    )
    press(browser, "미나", "1")
    assert "미나" in browser.get("/judge/mine").text
    assert "No document has been judged relevant yet" not in browser.get("/judge/mine/results").text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": "../x"}, 422),
        ({"name": ""}, 422),
        ({"queries": " \n"}, 400),
        ({"system-0": "", "system-1": ""}, 400),
        ({"collection": "nowhere"}, 400),
        ({"depth": "99"}, 422),
        ({}, 400),
    ],
)
def test_a_wrong_session_is_refused(
    browser: TestClient, change: dict[str, str], status: int
) -> None:
    assert post(browser, "/judge", **(FORM | change)).status_code == status


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"grade": "4"}, 422),
        ({"place": "99"}, 404),
        ({"place": "-1"}, 422),
        ({"query": "q9"}, 404),
        ({"note": "x" * 2001}, 422),
    ],
)
def test_a_wrong_key_is_refused(browser: TestClient, change: dict[str, str], status: int) -> None:
    form = {"query": "q1", "place": "0", "grade": "1"} | change
    assert post(browser, "/judge/mine/as/mina", **form).status_code == status


def test_names_out_of_addresses_lead_nowhere(browser: TestClient, tmp_path: Path) -> None:
    assert browser.get("/judge/nowhere").status_code == 404
    assert browser.get("/judge/..%2f..%2fruns").status_code == 404
    assert browser.get("/judge/mine/as/..%2f..%2fx").status_code in {400, 404}
    form = {"query": "q1", "place": "0", "grade": "1"}
    assert post(browser, "/judge/mine/as/.x", **form).status_code == 400
    assert sorted(p.name for p in (tmp_path / "judgements").iterdir()) == ["mine"]
