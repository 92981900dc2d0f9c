from __future__ import annotations

from starlette.testclient import TestClient

from malmoi.web.pages import address, environment, local


def test_addresses_are_quoted() -> None:
    assert address("runs", "a/b?<c>") == "/runs/a%2Fb%3F%3Cc%3E"
    assert address("search", q="행 & <열>", a="", b=None, k=0) == (
        "/search?q=%ED%96%89+%26+%3C%EC%97%B4%3E&k=0"
    )


def test_only_paths_of_this_server_are_local() -> None:
    assert local("/search?q=1") == "/search?q=1"
    for path in ("//x", "http://x", "x", "", "/\\x", "/\n/x"):
        assert local(path) == "/"


def test_values_are_escaped_and_made_visible() -> None:
    template = environment().from_string("<p title='{{ x }}'>{{ x }}</p>")
    shown = template.render(x="<b>'\"&\u202e\x00")
    assert "<b>" not in shown
    assert "\u202e" not in shown
    assert "\\u202e\\x00" in shown


def test_a_page_that_is_not_there_says_so_in_the_visitors_language(browser: TestClient) -> None:
    response = browser.get("/<script>", headers={"accept-language": "ko"})
    assert response.status_code == 404
    assert "그런 페이지가 없습니다" in response.text
    assert "<script>" not in response.text
