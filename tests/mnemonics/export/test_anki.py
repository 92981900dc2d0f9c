from __future__ import annotations

import csv
import html
import json
import re
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import RunError, SourceError
from malmoi.core.files import stable_hash
from malmoi.mnemonics.cards import Claim
from malmoi.mnemonics.export import anki
from malmoi.mnemonics.export.anki import (
    FIELDS,
    MODEL,
    MODEL_ID,
    anki_text,
    deck_id,
    fields,
    highlight,
    marked,
    note_of,
    page,
    read_anki,
    typographic,
    unmarked,
    write_anki,
    write_anki_tsv,
)
from malmoi.mnemonics.export.tables import one_line
from tests.helpers.toy_cards import card

genanki = pytest.importorskip("genanki")


def opened(path: Path, folder: Path) -> tuple[dict[str, tuple[int, int, list[str]]], Any, Any]:
    """GUID → model, modification time and fields of a package's notes; its models and decks."""
    with zipfile.ZipFile(path) as archive:
        name = archive.extract("collection.anki2", folder)
    connection = sqlite3.connect(name)
    notes = connection.execute("SELECT guid, mid, mod, flds FROM notes").fetchall()
    models, decks = connection.execute("SELECT models, decks FROM col").fetchone()
    cards = connection.execute("SELECT count(*) FROM cards").fetchone()[0]
    connection.close()
    assert cards == len(notes)
    made = {guid: (mid, mod, joined.split("\x1f")) for guid, mid, mod, joined in notes}
    return made, json.loads(models), json.loads(decks)


def test_ids_are_stable(tmp_path: Path) -> None:
    write_anki([card(), card("abate")], tmp_path / "a.apkg", "Words", now=1_700_000_000)
    notes, models, decks = opened(tmp_path / "a.apkg", tmp_path)
    assert notes.keys() == {card().id, card("abate").id}
    assert {note[0] for note in notes.values()} == {MODEL_ID}
    assert str(MODEL_ID) in models
    assert decks[str(deck_id("Words"))]["name"] == "Words"
    # What is in learners' collections: a change of these numbers would double their cards.
    assert (MODEL_ID, deck_id("Malmoi")) == (1764100401, 1212015613)
    assert [field["name"] for field in models[str(MODEL_ID)]["flds"]] == list(FIELDS)


def test_an_edited_card_updates_its_note_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.apkg"
    assert write_anki([card(), card("abate")], path, now=1_700_000_000) == 2
    before, _, _ = opened(path, tmp_path)
    edited = [card(mnemonic="Another obstinate hook."), card("abate"), card("novel")]
    # Within the same second, or by a clock that was set back: the time must rise all the same.
    assert write_anki(edited, path, now=1_699_999_000) == 2
    after, _, _ = opened(path, tmp_path)
    assert after.keys() == before.keys() | {card("novel").id}
    assert after[card().id][1] == before[card().id][1] + 1
    assert "Another <b>obstinate</b> hook." in after[card().id][2]
    assert after[card("abate").id] == before[card("abate").id]


def test_a_package_of_before_there_were_marks_counts_as_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.apkg"
    monkeypatch.setattr(anki, "marked", lambda _, values: list(values))
    assert write_anki([card()], path, now=1_700_000_000) == 1
    monkeypatch.undo()
    assert write_anki([card(), card("abate")], path, now=1_700_000_009) == 1
    assert opened(path, tmp_path)[0][card().id][1] == 1_700_000_000


def test_a_mark_is_of_the_id_and_the_fields() -> None:
    values = fields(card())
    note = note_of(card())
    assert unmarked(note.fields) == values
    assert marked(card().id, note.fields) == note.fields, "a mark is replaced, not put round one"
    assert note.fields[0] == "obstinate"
    identity, version = note.mark.split(".")
    assert identity == card().id
    assert version not in note_of(card(mnemonic="New.")).mark
    assert note_of(card(mnemonic="New.")).mark.startswith(card().id)


def test_the_time_of_the_looks_is_that_of_their_last_change() -> None:
    """What is here must change with the files: set LOOKS_CHANGED to now (`date +%s`), too."""
    names = ("front.html", "back.html", "card.css")
    looks = [MODEL, FIELDS, *[anki._file(name) for name in names]]
    assert (stable_hash(looks), anki.LOOKS_CHANGED) == ("78cd1be1ec603f3f", 1_796_037_800)


def test_a_broken_package_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.apkg"
    path.write_bytes(b"PK rubbish")
    assert write_anki([card()], path, now=1_700_000_000) == 1
    assert opened(path, tmp_path)[0].keys() == {card().id}


def test_the_text_for_import(tmp_path: Path) -> None:
    write_anki_tsv([card(), card("abate", mnemonic='"Tab\there"')], tmp_path / "a.txt", "My deck")
    text = (tmp_path / "a.txt").read_text(encoding="utf-8")
    assert text == anki_text([card(), card("abate", mnemonic='"Tab here"')], "My deck")
    head = [line for line in text.splitlines() if line.startswith("#")]
    assert {"#separator:tab", "#html:true", "#deck:My deck", "#tags:malmoi"} <= {*head}
    assert "#columns:" + "\t".join([*FIELDS, "guid"]) in head
    assert f"#guid column:{len(FIELDS) + 1}" in head
    rows = list(csv.reader(text.splitlines()[len(head) :], delimiter="\t"))
    assert [row[-1] for row in rows] == [card().id, card("abate").id]
    assert rows[0][:-1] == note_of(card()).fields


@given(st.text())
def test_a_field_shows_the_text_and_nothing_acts_in_it(text: str) -> None:
    made = fields(card(mnemonic=text, definition=text))
    for name in ("Mnemonic", "Definition"):
        field = made[FIELDS.index(name)]
        assert not re.search(r"\[|\\|\{|\x1f", field)
        assert not genanki.Note._find_invalid_html_tags_in_field(field)
        assert html.unescape(re.sub("</?b>", "", field)) == typographic(one_line(text))


@pytest.mark.parametrize(
    ("term", "text", "bold"),
    [
        ("obstinate", "Obstinate and obstinately, unobstinate.", ["Obstinate"]),
        ("abate", "It abated, abates, is abating; abatement.", ["abated", "abates", "abating"]),
        ("incur", "Incurring what incurred is incurable.", ["Incurring", "incurred"]),
        ("defy", "He defies, defied, is defying it.", ["defies", "defied", "defying"]),
        ("art", "A party for art's sake.", ["art’s"]),
        ("a+b", "is a+b here", ["a+b"]),
    ],
)
def test_the_term_stands_out(term: str, text: str, bold: list[str]) -> None:
    assert re.findall("<b>(.*?)</b>", highlight(text, term)) == bold


@pytest.mark.parametrize(
    ("straight", "printed"),
    [
        ("ob 'against' + stare 'to stand'", "ob ‘against’ + stare ‘to stand’"),
        ("the mule's stand", "the mule’s stand"),
        ("the mules' stand", "the mules’ stand"),
        ('He said "so" ("thus").', "He said “so” (“thus”)."),
        ('"\'Tis so"', "“‘Tis so”"),
        ("고집 '센'", "고집 ‘센’"),
    ],
)
def test_quotes_are_printed_ones(straight: str, printed: str) -> None:
    assert typographic(straight) == printed


def test_the_page_shows_every_part() -> None:
    whole = page(card())
    for part in ("/ˈɑbstənət/", "고집 센", "etymology", "<i>✓</i>", "<i>?</i>", "no source tells"):
        assert part in whole
    assert "CMUdict · GCIDE via &#123;Obstinate}}"[:-1] in whole
    assert "nightMode" in page(card(), night=True).split("<body")[1]
    bare = page(card(ipa="", korean="", claims=(), sources=()))
    for part in ('class="ipa"', 'class="korean"', "<ul", "<footer", "{{"):
        assert part not in bare


def test_the_pages_templates_are_ankis() -> None:
    """`page` fills what Anki would: chevron, on which genanki relies, gives the same."""
    import chevron

    from malmoi.mnemonics.export.anki import _file, _fill

    for each in (card(), card(ipa="", korean="", claims=(), sources=())):
        values = dict(zip(FIELDS, fields(each), strict=True))
        template = re.sub(r"{{([^#/}]+)}}", r"{{{\1}}}", _file("front.html"))
        assert (
            chevron.render(template, values).split() == _fill(_file("front.html"), values).split()
        )


def test_a_contradicted_claim_is_never_released(tmp_path: Path) -> None:
    bad = card(claims=(Claim("sound", "rhymes with mule", "contradicted", "CMUdict"),))
    with pytest.raises(RunError, match="rhymes with mule"):
        write_anki([bad], tmp_path / "a.apkg")
    with pytest.raises(RunError, match="rhymes with mule"):
        write_anki_tsv([bad], tmp_path / "a.txt")
    assert [*tmp_path.iterdir()] == []


def test_a_word_without_a_card_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"card 2 of 2 is None.*Leave it out"):
        write_anki([card(), None], tmp_path / "a.apkg")  # type: ignore[list-item]


def test_a_package_is_read_back(tmp_path: Path) -> None:
    write_anki([card(), card("abate")], tmp_path / "a.apkg", "My words")
    assert read_anki(tmp_path / "a.apkg") == ("My words", [note_of(card()), note_of(card("abate"))])
    (tmp_path / "b.apkg").write_bytes(b"PK rubbish")
    for name in ("b.apkg", "c.apkg"):
        with pytest.raises(SourceError, match="holds no cards of Malmoi"):
            read_anki(tmp_path / name)
