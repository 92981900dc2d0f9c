"""The JSON API, asked by hand; `test_api_schema.py` has schemathesis ask it."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.helpers.served_run import HOSTILE

ASKED = {"collection": "small", "system": "v2", "q": "행"}


def test_a_search_says_what_each_token_adds(browser: TestClient) -> None:
    answer = browser.get("/api/search", params={**ASKED, "q": "표에 행 삽입", "k": 2}).json()
    assert answer["system"] == "v2"
    assert len(answer["hits"]) == 2
    first = answer["hits"][0]
    assert (first["rank"], first["id"]) == (1, "row/insert")
    assert sum(t["contribution"] for t in first["tokens"]) == pytest.approx(first["score"])
    for token in first["tokens"]:
        parts = sum(token[part] for part in ("word", "translation", "neural", "unsplit"))
        assert parts == pytest.approx(token["contribution"])
    assert {t["token"] for t in answer["query"]["tokens"]} == {"표", "행", "삽입"}


def test_a_query_is_said_as_it_was_read(browser: TestClient) -> None:
    query = browser.get("/api/search", params={**ASKED, "q": "우주선 dkagh"}).json()["query"]
    assert query["corrections"] == [{"written": "dkagh", "meant": "암호", "kind": "keyboard"}]
    assert query["unknown"] == [{"word": "우주선", "near": []}]


def test_why_of_any_document(browser: TestClient) -> None:
    answer = browser.get("/api/why", params={**ASKED, "id": "save"}).json()
    assert answer["rank"] is None
    assert answer["score"] == 0
    assert answer["tokens"][0]["token"] == "행"
    assert browser.get("/api/why", params={**ASKED, "id": "nowhere"}).status_code == 404


def test_collections_systems_runs_and_stages(browser: TestClient) -> None:
    assert browser.get("/api/collections").json() == [{"name": "small", "kind": "run"}]
    found = browser.get("/api/systems", params={"collection": "small"}).json()
    assert found == {"name": "small", "documents": 7, "systems": ["BM25F", "v2", "v1"]}
    assert browser.get("/api/runs").json() == [{"name": "small", "job": "search"}]
    stages = browser.get("/api/stages", params={"run": "small"}).json()
    assert stages["writer"] == ""
    assert {"corpus", "student-v2"} <= {stage["name"] for stage in stages["stages"]}


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("/api/search", {}, 422),
        ("/api/search", {**ASKED, "k": 51}, 422),
        ("/api/search", {**ASKED, "system": "v9"}, 404),
        ("/api/search", {**ASKED, "collection": "../small"}, 404),
        ("/api/stages", {"run": "nowhere"}, 404),
        ("/api/nowhere", {}, 404),
    ],
)
def test_errors_are_json(
    browser: TestClient, path: str, params: dict[str, object], status: int
) -> None:
    answer = browser.get(path, params=params)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert answer.json().keys() == {"error"}
    assert browser.post(path).status_code in {404, 405}


def test_hostile_ids_are_data(browser: TestClient) -> None:
    hits = browser.get("/api/search", params={**ASKED, "k": 50}).json()["hits"]
    assert f"evil/{HOSTILE}" in {hit["id"] for hit in hits}
    answer = browser.get("/api/search", params=ASKED)
    assert answer.headers["content-type"] == "application/json"


def test_the_openapi_document_is_served_and_holds_every_address(browser: TestClient) -> None:
    described = browser.get("/api/openapi.json").json()
    assert described["openapi"] == "3.1.0"
    assert set(described["paths"]) == {
        f"/api/{name}" for name in ("collections", "systems", "search", "why", "runs", "stages")
    }
