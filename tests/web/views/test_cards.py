from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from malmoi.core.errors import SourceError
from malmoi.mnemonics.cards import Card, Claim, Draft
from malmoi.mnemonics.editing import with_edits
from malmoi.pipelines.mnemonics.handover import cards_of_run
from malmoi.web.views import cards
from tests.helpers.served_cards import CARDS, write_cards_run
from tests.helpers.served_run import client, post

FORM = {"feature": "semantics", "reasoning": "It means so.", "mnemonic": "New.", "example": ""}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one run of cards; words have levels without their package."""
    levels = {"obstinate": "C1"}
    monkeypatch.setattr(cards, "level_of", lambda term: levels.get(term, ""))
    write_cards_run(tmp_path / "runs" / "words")
    return tmp_path / "runs"


@pytest.fixture
def browser(folder: Path) -> TestClient:
    return client(folder)


def terms(html: str) -> list[str]:
    return [card.term for card in CARDS if f"/edit/{card.id}" in html]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({}, [0, 1, 2]),
        ({"q": "OTTO"}, [0]),
        ({"feature": "etymology"}, [1]),
        ({"verdict": "unverified"}, [1]),
        ({"verdict": "supported"}, [0, 2]),
        ({"level": "C1"}, [0]),
        ({"level": "none"}, [1, 2]),
        ({"level": "A1"}, []),
    ],
)
def test_cards_are_filtered(browser: TestClient, params: dict[str, str], found: list[int]) -> None:
    shown = browser.get("/cards/words", params=params).text
    assert terms(shown) == [CARDS[n].term for n in found]
    assert f"{len(found)} of 3" in shown


def test_every_claim_has_its_source_and_nothing_does_harm(browser: TestClient) -> None:
    shown = browser.get("/cards/words").text
    assert "CMUdict: obstinate" in shown
    assert "unverified:" in shown
    assert "<script>alert" not in shown
    assert "<img" not in shown
    assert "\u202e" not in shown
    assert browser.get(f"/cards/words/edit/{CARDS[2].id}").text.count("<script") == 1


def test_a_card_is_edited_and_keeps_its_id(
    browser: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def checked(card: Card, draft: Draft, lexicon: object) -> Card:
        from dataclasses import replace

        claim = Claim("meaning", "means so", "supported", "WordNet: so")
        return replace(card, mnemonic=draft.mnemonic, claims=(claim,))

    monkeypatch.setattr(cards, "edited", checked)
    monkeypatch.setattr(cards, "_lexicon", lambda: None)
    path = f"/cards/words/edit/{CARDS[0].id}"
    answer = post(browser, path, **FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    shown = browser.get(path).text
    assert ">New.</textarea>" in shown
    assert "WordNet: so" in shown
    now = cards_of_run(folder / "words")[1]
    assert [card.id for card in now] == [card.id for card in CARDS]
    assert now[0].mnemonic == "New."
    assert with_edits(folder / "words", CARDS)[0].mnemonic == "New."


def test_a_contradicted_claim_comes_back_with_what_was_typed(
    browser: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(card: Card, draft: Draft, lexicon: object) -> Card:
        raise SourceError("a source contradicts <it>")

    monkeypatch.setattr(cards, "edited", refused)
    monkeypatch.setattr(cards, "_lexicon", lambda: None)
    answer = post(browser, f"/cards/words/edit/{CARDS[0].id}", **FORM)
    assert answer.status_code == 422
    assert "a source contradicts &lt;it&gt;" in answer.text
    assert ">New.</textarea>" in answer.text
    assert not (folder / "words" / "edits").exists()


def test_cards_go_to_anki_as_they_are_filtered(browser: TestClient, tmp_path: Path) -> None:
    pytest.importorskip("genanki", reason="pip install 'malmoi[mnemonics]'")
    from malmoi.mnemonics.export.anki import read_anki

    answer = browser.get("/cards/words/cards.apkg", params={"feature": "phonetics"})
    (tmp_path / "x.apkg").write_bytes(answer.content)
    deck, notes = read_anki(tmp_path / "x.apkg")
    assert deck == "words"
    assert [note.term for note in notes] == ["obstinate"]
    assert browser.get("/cards/words/cards.apkg", params={"q": "nothing"}).status_code == 404


def test_what_is_not_there_is_said(browser: TestClient, tmp_path: Path) -> None:
    assert 'href="/cards/words"' in browser.get("/cards").text
    assert browser.get("/cards/nowhere").status_code == 404
    assert browser.get("/cards/words/edit/0000").status_code == 404
    assert browser.get("/cards/words", params={"level": "Z9"}).status_code == 422
    assert post(browser, f"/cards/words/edit/{CARDS[0].id}", feature="x").status_code == 422
    assert "malmoi run mnemonics-demo" in client(tmp_path / "none").get("/cards").text


def test_a_level_is_none_where_no_source_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Nothing:
        def cefr(self, word: str) -> None:
            return None

    monkeypatch.setattr(cards, "_frequency", Nothing)
    assert cards.level_of("zzyzxq") == ""
