from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import malmoi.web
from malmoi.web.app import PAGES, POSTS

STATIC = Path(malmoi.web.__file__).parent / "static"


@pytest.mark.parametrize("path", sorted(POSTS))
def test_what_changes_something_is_no_get(browser: TestClient, path: str) -> None:
    plain = re.sub(r"\{\w+\}", "x", path)
    if path not in PAGES:
        assert browser.get(plain).status_code == 405
        assert browser.get(plain).headers["allow"] == "POST"


@pytest.mark.parametrize("name", ["style.css", "script.js", "icon.svg"])
def test_static_files_are_there(browser: TestClient, name: str) -> None:
    assert browser.get(f"/static/{name}").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"],
)
def test_no_path_leads_out_of_the_static_files(browser: TestClient, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_nothing_is_loaded_from_elsewhere() -> None:
    for path in [*STATIC.iterdir(), *(STATIC.parent / "templates").iterdir()]:
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|@import|url\(", text), path.name


def test_templates_have_no_inline_script_or_style() -> None:
    for path in (STATIC.parent / "templates").iterdir():
        text = path.read_text("utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text), path.name
        assert re.findall(r"<script[^>]*>", text) in (
            [],
            ['<script src="/static/script.js" defer>'],
        )
