from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from tests.helpers.served_run import client


def test_the_first_page_lists_runs_and_collections(browser: TestClient) -> None:
    shown = browser.get("/").text
    assert 'href="/search?collection=small"' in shown
    assert 'href="/runs/small"' in shown
    assert "search encoder" in shown


def test_an_empty_folder_says_how_to_begin(tmp_path: Path) -> None:
    shown = client(tmp_path).get("/").text
    assert "malmoi run korean-search-demo" in shown


def test_the_forms_page_is_where_one_goes_back_to(browser: TestClient) -> None:
    assert 'name="back" value="/search?q=%3Cb%3E"' in browser.get("/search?q=%3Cb%3E").text
