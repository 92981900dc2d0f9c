"""A review in the browser: blind, kept where `malmoi review` keeps it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from malmoi.mnemonics.judging.review import Review, aggregate
from tests.helpers.served_cards import write_cards_run
from tests.helpers.served_run import client, post

PATH = "/review/words/as/mina"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_cards_run(tmp_path / "runs" / "words")


@pytest.fixture
def browser(run: Path) -> TestClient:
    return client(run.parent)


def choose(browser: TestClient, path: str, choice: str) -> str:
    """Press a key on the next pair; gives its id, "" where there is none."""
    found = re.search(r'name="pair" value="([^"]*)"', browser.get(path).text)
    if found:
        assert post(browser, path, pair=found[1], choice=choice).status_code == 303
    return found[1] if found else ""


def test_a_whole_review_is_blind_and_in_the_commands_store(browser: TestClient, run: Path) -> None:
    page = browser.get(PATH).text.split("<main")[1]
    for name in ("student", "base", "lexicon writer"):
        assert name not in page
    asked = [pair["id"] for pair in Review.open(run, "tom").pairs]
    chosen = []
    while pair := choose(browser, PATH, ("1", "2", "tie", "skip")[len(chosen) % 4]):
        chosen.append(pair)
    assert chosen == asked
    assert f"All {len(asked)} pairs are done" in browser.get(PATH).text
    assert Review.open(run, "mina").left() == []
    assert aggregate(run)["raters"]["mina"]["choices"] > 0
    shown = browser.get("/review/words").text
    assert "blind choices by mina; " in shown
    assert "student against base: won" in shown
    assert "no difference shown." in shown
    assert "Bradley–Terry strengths" in shown
    browser.cookies.set("malmoi-language", "ko")
    korean = browser.get("/review/words").text
    assert "mina의 선택" in korean
    assert "base에 견준 student: 승" in korean
    assert "차이를 보이지 못했습니다." in korean
    assert "브래들리–테리" in korean


def test_two_reviewers_agree_more_or_less(browser: TestClient) -> None:
    for reviewer in ("mina", "tom"):
        for choice in ("1", "2", "tie"):
            choose(browser, f"/review/words/as/{reviewer}", choice)
    shown = browser.get("/review/words").text
    assert "Agreement: Krippendorff&#39;s α = " in shown
    assert "over 3 pairs with two choices" in shown


def test_a_pair_is_chosen_on_once(browser: TestClient, run: Path) -> None:
    pair = choose(browser, PATH, "1")
    assert post(browser, PATH, pair=pair, choice="2").status_code == 303
    lines = (run / "review" / "choices" / "mina.jsonl").read_text().splitlines()
    assert len(lines) == 1


def test_what_is_wrong_is_refused(browser: TestClient, run: Path) -> None:
    assert post(browser, PATH, pair="nowhere", choice="1").status_code == 400
    assert post(browser, PATH, pair="x", choice="3").status_code == 422
    assert post(browser, "/review/words/enter", reviewer="../x").status_code == 422
    assert browser.get("/review/words/as/..%2fx").status_code in {400, 404}
    assert browser.get("/review/words/as/.x").status_code == 400
    assert browser.get("/review/nowhere").status_code == 404
    answer = post(browser, "/review/words/enter", reviewer="mina")
    assert answer.headers["location"] == PATH
    assert 'href="/review/words"' in browser.get("/review").text
