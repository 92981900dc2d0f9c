"""Limits and checks of requests: where a post comes from, how large it is, how long it takes."""

from __future__ import annotations

import time
from http import HTTPStatus
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from malmoi.core.errors import SourceError
from malmoi.web import visit as visits
from malmoi.web.visit import MAX_BODY, TOKEN, Visit, endpoint
from tests.helpers.served_run import client, post

FORM = {"language": "ko", "theme": "dark", "back": "/search?q=a"}


def test_a_post_of_our_own_page_is_taken(browser: TestClient) -> None:
    response = post(browser, "/preferences", **FORM)
    assert response.status_code == HTTPStatus.SEE_OTHER
    assert response.headers["location"] == "/search?q=a"
    assert 'lang="ko" data-theme="dark"' in browser.get("/").text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://testserver:9999"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_post_from_elsewhere_is_not(browser: TestClient, headers: dict[str, str]) -> None:
    browser.get("/")
    form = {"token": browser.cookies[TOKEN], **FORM}
    assert browser.post("/preferences", data=form, headers=headers).status_code == 403
    fine = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert browser.post("/preferences", data=form, headers=fine).status_code == 303


@pytest.mark.parametrize("token", ["", "wrong", "한글"])
def test_a_post_without_the_visitors_token_is_not(browser: TestClient, token: str) -> None:
    browser.get("/")
    assert browser.post("/preferences", data={"token": token, **FORM}).status_code == 403


def test_a_first_post_without_a_cookie_is_not(runs: Path) -> None:
    assert client(runs).post("/preferences", data={"token": "", **FORM}).status_code == 403


def test_forms_have_limits(browser: TestClient) -> None:
    large = post(browser, "/preferences", **FORM, more="x" * MAX_BODY)
    assert large.status_code == 413
    many = post(browser, "/preferences", **FORM, **{f"f{n}": "" for n in range(200)})
    assert many.status_code == 400
    token = browser.cookies[TOKEN]
    json = browser.post("/preferences", json={"token": token, **FORM})
    assert json.status_code == 415
    parts = browser.post("/preferences", data={"token": token}, files={"x": b"y"})
    assert parts.status_code == 415


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere(browser: TestClient, back: str) -> None:
    response = post(browser, "/preferences", **(FORM | {"back": back}))
    assert response.headers["location"] == "/"


def test_wrong_values_are_said_not_guessed(browser: TestClient) -> None:
    response = post(browser, "/preferences", **(FORM | {"theme": "<b>pink</b>"}))
    assert response.status_code == 422
    assert "theme" in response.text
    assert "<b>" not in response.text


def served(handler: visits.Handler) -> TestClient:
    def show(visit: Visit, status: HTTPStatus, said: str) -> Response:
        return PlainTextResponse(said, status)

    app = Starlette(routes=[Route("/", endpoint(handler, show))])
    return TestClient(app, raise_server_exceptions=False)


def test_what_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "WORK_SECONDS", 0.05)

    def slow(visit: Visit) -> Response:
        time.sleep(0.5)
        return PlainTextResponse("late")

    answer = served(slow).get("/")
    assert (answer.status_code, answer.text) == (503, "error_slow")


def test_errors_for_people_are_shown_and_others_are_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def wrong(visit: Visit) -> Response:
        raise SourceError("there is no corpus")

    def broken(visit: Visit) -> Response:
        raise ZeroDivisionError("secret")

    answer = served(wrong).get("/")
    assert (answer.status_code, answer.text) == (400, "there is no corpus")
    answer = served(broken).get("/")
    assert (answer.status_code, answer.text) == (500, "error_bug")
    assert "ZeroDivisionError: secret" in caplog.text
