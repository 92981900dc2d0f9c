from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from malmoi.web.security import HEADERS, POLICY, host_of
from tests.helpers.served_run import client


@pytest.mark.parametrize("path", ["/", "/search?q=x", "/static/style.css", "/nowhere"])
def test_every_response_has_the_headers(browser: TestClient, path: str) -> None:
    response = browser.get(path)
    for name, value in HEADERS.items():
        assert response.headers[name] == value


def test_nothing_inline_and_nothing_from_elsewhere_is_allowed() -> None:
    assert "default-src 'none'" in POLICY
    assert "unsafe" not in POLICY
    assert "http" not in POLICY


def test_another_hosts_name_gets_nothing(runs: Path) -> None:
    browser = client(runs, hosts=frozenset({"127.0.0.1"}))
    answer = browser.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 421
    assert "Malmoi" not in answer.text
    assert browser.get("/", headers={"host": "127.0.0.1:8765"}).status_code == 200


def test_hosts_are_read_without_their_port() -> None:
    assert host_of("LocalHost:80") == "localhost"
    assert host_of("[::1]:80") == "[::1]"
    assert host_of("") == ""
