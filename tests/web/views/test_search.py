from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from malmoi.pipelines.search.systems.system import Explanation, Match
from malmoi.web.views.search import bars, plain
from tests.helpers.served_run import HOSTILE, client, write_index


def hits(html: str, side: int) -> list[str]:
    part = html.split('<section class="side"')[side + 1]
    return re.findall(r'class="id">([^<]*?)\s*·', part.split('<ol class="hits">')[1])


def test_two_systems_stand_side_by_side_with_what_moved(browser: TestClient) -> None:
    shown = browser.get("/search", params={"q": "row", "collection": "small"}).text
    assert re.findall(r'<h2 id="side-\d">(\S+)', shown) == ["v2", "v1"]
    assert "english" in hits(shown, 1)
    assert "row/insert" in hits(shown, 0)
    assert "row/insert" not in hits(shown, 1)
    assert "not among v1" in shown
    assert "why not in v1?" in shown
    assert 'class="translation"' in shown
    assert 'class="neural"' in shown


def test_any_two_systems_and_the_address_holds_the_search(browser: TestClient) -> None:
    params = {"q": "표에 행 삽입", "a": "BM25F", "b": "v1", "k": "2"}
    shown = browser.get("/search", params=params).text
    assert re.findall(r'<h2 id="side-\d">(\S+)', shown) == ["BM25F", "v1"]
    assert len(hits(shown, 0)) == 2
    assert "<option selected>BM25F" in shown
    once = browser.get("/search", params={**params, "b": "BM25F"}).text
    assert once.count('<section class="side"') == 1


def test_why_a_document_is_not_there(browser: TestClient) -> None:
    shown = browser.get("/search", params={"q": "행 삽입", "document": "save"}).text
    assert shown.count("Not ranked: it shares no token with the query.") == 2
    assert "not in the document" in shown
    assert re.search(r"with the query\.\s+Its score is 0\.00", shown)
    there = browser.get("/search", params={"q": "행 삽입", "document": "row/insert"}).text
    assert "Rank 1 of" in there
    missing = browser.get("/search", params={"q": "행", "document": "nowhere"})
    assert missing.status_code == 400
    assert "no document with the id" in missing.text


def test_query_tokens_translations_corrections_and_unknown_words(browser: TestClient) -> None:
    shown = browser.get("/search", params={"q": "행 우주선"}).text
    assert 'class="chip unknown">우주선' in shown
    assert re.search(r"<dt>행</dt>\s*<dd><span title=\"sources: teacher\">row\s", shown)
    assert "90% teacher</span>" in shown
    typed = browser.get("/search", params={"q": "문서 dkagh"}).text
    assert "dkagh → 암호" in typed


def test_filters_hold_for_both_sides(browser: TestClient) -> None:
    shown = browser.get("/search", params={"q": "행", "prefix": "row/"}).text
    assert set(hits(shown, 0)) == set(hits(shown, 1)) == {"row/insert", "row/delete"}
    assert "2025-01-01" in shown
    dated = browser.get("/search", params={"q": "행", "until": "2025-01"}).text
    assert hits(dated, 0) == ["row/insert"]


@pytest.mark.parametrize("query", ["행", "script", HOSTILE, '"><img src=x>', "\x00\u202e행\ud7ff"])
def test_hostile_texts_harm_no_page(browser: TestClient, query: str) -> None:
    shown = browser.get("/search", params={"q": query, "k": "50"}).text
    assert "<script>alert" not in shown
    assert "<img" not in shown
    for character in ("\x00", "\x1b", "\u202e", "\u2066"):
        assert character not in shown
    assert shown.count("<script") == 1


def test_a_hostile_document_is_shown_as_text(browser: TestClient) -> None:
    asked = {"collection": "small", "document": f"evil/{HOSTILE}"}
    shown = browser.get("/document", params=asked).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown
    control = browser.get(
        "/document", params={"collection": "small", "document": "control/\x07\u202e"}
    )
    assert control.status_code == 200
    assert "\\x1b[31m" in control.text
    gone = browser.get("/document", params={"collection": "small", "document": "nowhere"})
    assert gone.status_code == 404


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"q": "x" * 501}, 422),
        ({"q": "행", "k": "0"}, 422),
        ({"q": "행", "k": "many"}, 422),
        ({"q": "행", "language": "fr"}, 422),
        ({"q": "행", "since": "yesterday"}, 422),
        ({"q": "행", "a": "v9"}, 400),
        ({"q": "행", "collection": "../small"}, 400),
        ({"q": "행", "else": "1"}, 200),
        ({"q": ""}, 200),
    ],
)
def test_addresses_are_checked(browser: TestClient, params: dict[str, str], status: int) -> None:
    assert browser.get("/search", params=params).status_code == status


def test_without_a_collection_the_page_says_so(tmp_path: Path) -> None:
    shown = client(tmp_path).get("/search?q=x")
    assert shown.status_code == 200
    assert "There is nothing to search" in shown.text


def test_bars_share_one_scale_and_parts_stand_one_after_the_other() -> None:
    matches = (Match("a", 2.0, word=1.0, neural=1.0), Match("b", 1.0, translation=1.0))
    made = bars(Explanation((*matches, Match("c", 1.0)), 0.5), 4.0)
    assert [bar.token for bar in made] == ["a", "b", ""]
    assert made[0].parts == [("word", 0.0, 50.0, 2.0), ("neural", 50.0, 50.0, 2.0)]
    assert made[1].parts == [("translation", 0.0, 25.0, 1.0)]
    assert made[2].parts[0][:3] == ("similarity", 0.0, 12.5)
    lacking = bars(Explanation((*matches, Match("c", 1.0))), 4.0, lacking=True)
    assert [bar.token for bar in lacking] == ["a", "b", "c"]
    assert bars(Explanation((), -0.5), 0.0)[0].parts[0][2] == 0.0


def test_what_nobody_sees_is_no_part_of_a_query() -> None:
    assert plain("\u200b행\x00 열\n") == "행  열"
    assert plain(3) == 3


def test_the_words_that_a_translation_is_of_are_marked(browser: TestClient) -> None:
    shown = browser.get("/search", params={"q": "row", "a": "v2", "b": "v2"}).text
    assert "<mark>행</mark>" in shown


def test_an_index_is_searched_too(runs: Path, tmp_path: Path) -> None:
    index = write_index(tmp_path / "mine", runs / "small")
    browser = client(runs, indexes=(index,))
    shown = browser.get(
        "/search", params={"collection": "mine", "q": "행", "document": "save"}
    ).text
    assert 'class="unsplit"' in shown
    assert "Not ranked" in shown
    whole = browser.get("/document", params={"collection": "mine", "document": "save"}).text
    assert "An index keeps titles alone" in whole
