"""What Anki's own library makes of what we write: imports, updates, a changed note type."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from malmoi.mnemonics.export.anki import (
    FIELDS,
    MODEL,
    MODEL_ID,
    fields,
    note_of,
    page,
    write_anki,
    write_anki_tsv,
)
from tests.helpers import real_anki
from tests.helpers.real_anki import import_package, import_text, learn, schedule, the_note
from tests.helpers.toy_cards import card

pytest.importorskip("genanki")

BEFORE = 1_700_000_000
AWKWARD = (
    "a < b & c > d {{c1::cloze::hint}} [sound:x.mp3] [latex]x[/latex] \\(x\\) \\[y\\] \"q\" 's'\n"
    "line\r\nend <script>x</script> <img src='a.png'> <br> #tag $$ [[x]] {{Term}} 고집이 센 ﻿x"
)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Any]:
    with real_anki.collection(tmp_path / "collection.anki2") as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cards.apkg"


def later() -> float:
    """A time after any change that a test made in Anki."""
    return time.time() + 10


def test_a_package_is_imported_and_updated(there: Any, path: Path) -> None:
    write_anki([card(), card("abate")], path, "My words", now=BEFORE)
    assert import_package(there, path) == {"new": 2}
    note = the_note(there, "obstinate")
    assert (note.guid, note.mid, note.fields) == (card().id, MODEL_ID, note_of(card()).fields)
    learn(there, note)
    before = schedule(note)
    write_anki([card(mnemonic="New."), card("abate"), card("novel")], path, "My words", now=later())
    assert import_package(there, path) == {"new": 1, "updated": 1, "duplicate": 1}
    after = the_note(there, "obstinate")
    assert (after.id, after["Mnemonic"], schedule(after)) == (note.id, "New.", before)
    assert there.note_count() == there.card_count() == 3
    assert [name.name for name in there.decks.all_names_and_ids()] == ["Default", "My words"]


def test_an_unchanged_card_leaves_what_a_learner_changed_in_it(there: Any, path: Path) -> None:
    write_anki([card()], path, now=BEFORE)
    import_package(there, path)
    note = the_note(there, "obstinate")
    note["Mnemonic"] = "My own."
    there.update_note(note)
    write_anki([card(), card("abate")], path, now=later())
    assert import_package(there, path) == {"new": 1, "duplicate": 1}
    assert the_note(there, "obstinate")["Mnemonic"] == "My own."


def test_a_package_takes_the_place_of_a_learners_tags(there: Any, path: Path) -> None:
    """Anki's way, and no wish of ours: docs/anki.md says so, and what keeps tags."""
    write_anki([card()], path, now=BEFORE)
    import_package(there, path)
    learn(there, the_note(there, "obstinate"), tags=("leech", "mine"))
    write_anki([card(mnemonic="New.")], path, now=later())
    assert import_package(there, path) == {"updated": 1}
    assert the_note(there, "obstinate").tags == ["malmoi", "malmoi::etymology"]


def test_cards_that_a_learner_moved_stay_where_they_are(there: Any, path: Path) -> None:
    write_anki([card()], path, now=BEFORE)
    import_package(there, path)
    mine = there.decks.id("Mine")
    there.set_deck(the_note(there, "obstinate").card_ids(), mine)
    write_anki([card(mnemonic="New.")], path, now=later())
    assert import_package(there, path) == {"updated": 1}
    assert [each.did for each in the_note(there, "obstinate").cards()] == [mine]


def test_a_text_is_imported_and_updated_and_keeps_a_learners_tags(
    there: Any, path: Path, tmp_path: Path
) -> None:
    write_anki([card()], path, now=BEFORE)
    import_package(there, path)
    note = the_note(there, "obstinate")
    learn(there, note, tags=("leech", "mine"))
    before = schedule(note)
    text = tmp_path / "cards.txt"
    write_anki_tsv([card(mnemonic='New, "quoted".'), card("abate")], text)
    assert import_text(there, text) == {"new": 1, "updated": 1}
    after = the_note(there, "obstinate")
    assert (after["Mnemonic"], schedule(after)) == ("New, “quoted”.", before)
    assert after.tags == ["leech", "malmoi", "malmoi::etymology", "mine"]
    assert (the_note(there, "abate").guid, the_note(there, "abate").tags) == (
        card("abate").id,
        ["malmoi"],
    )
    assert import_text(there, text) == {"duplicate": 2}
    after["Mnemonic"] = "My own."
    there.update_note(after)
    assert import_text(there, text) == {"updated": 1, "duplicate": 1}
    write_anki([card("abate", mnemonic="By package.")], path, now=later())
    assert import_package(there, path) == {"updated": 1}
    assert there.note_count() == 2


def test_a_text_without_its_note_type_still_shows_words(there: Any, tmp_path: Path) -> None:
    write_anki_tsv([card()], tmp_path / "cards.txt")
    assert import_text(there, tmp_path / "cards.txt") == {"new": 1}
    (found,) = there.find_notes("")
    assert there.get_note(found).fields[0] == "obstinate"


@pytest.mark.parametrize("kind", ["package", "text"])
def test_fields_are_shown_as_they_were_written(
    there: Any, path: Path, tmp_path: Path, kind: str
) -> None:
    awkward = dict.fromkeys(
        ("definition", "mnemonic", "reasoning", "example", "korean", "ipa"), AWKWARD
    )
    written = card(**awkward, sources=(AWKWARD,))
    if kind == "package":
        write_anki([written], path)
        import_package(there, path)
    else:
        write_anki([card("abate")], path)
        import_package(there, path)
        write_anki_tsv([written], tmp_path / "cards.txt")
        import_text(there, tmp_path / "cards.txt")
    note = the_note(there, "obstinate")
    assert note.fields == note_of(written).fields
    (shown,) = note.cards()
    answer = re.sub(r"<style>.*?</style>", "", shown.answer(), flags=re.DOTALL)
    assert "{{" not in html.unescape(answer).replace("{{c1::cloze::hint}}", "").replace(
        "{{Term}}", ""
    )
    assert answer.count("&#123;&#123;c1::cloze::hint}}") == 7
    assert "<script" not in answer
    assert "<img" not in answer
    assert shown.answer_av_tags() == []
    assert list(there.media.check().missing) == []
    assert there.find_notes("Definition:*고집이*") == [note.id]


def test_ankis_card_is_our_page(there: Any, path: Path) -> None:
    """`page`, by which the looks are judged, shows what Anki shows."""
    for each in (card(), card("abate", ipa="", korean="", claims=(), sources=(), example="")):
        write_anki([each], path, now=BEFORE)
        import_package(there, path)
        (shown,) = the_note(there, each.term).cards()
        answer = re.sub(r"<style>.*?</style>", "", shown.answer(), flags=re.DOTALL)
        ours = page(each).split('<body class="card">')[1].removesuffix("</body></html>\n")
        assert answer.split() == ours.split()


def test_a_learners_styling_stays(there: Any, path: Path) -> None:
    write_anki([card()], path, now=BEFORE)
    import_package(there, path)
    model = there.models.by_name(MODEL)
    model["css"] += "\n.card { font-size: 30px; }"
    there.models.update_dict(model)
    write_anki([card(mnemonic="New.")], path, now=later())
    assert import_package(there, path) == {"updated": 1}
    assert there.models.by_name(MODEL)["css"].endswith(".card { font-size: 30px; }")


def test_new_looks_of_ours_arrive(there: Any, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from malmoi.mnemonics.export import anki

    monkeypatch.setattr(anki, "LOOKS_CHANGED", anki.LOOKS_CHANGED - 86_400)
    write_anki([card()], path, now=BEFORE)
    import_package(there, path)
    monkeypatch.undo()
    read = anki._file
    monkeypatch.setattr(anki, "_file", lambda name: read(name) + "\n<!-- new -->")
    write_anki([card()], path, now=BEFORE)
    assert import_package(there, path) == {"duplicate": 1}
    assert there.models.by_name(MODEL)["css"].endswith("<!-- new -->")
    assert there.models.by_name(MODEL)["tmpls"][0]["qfmt"].endswith("<!-- new -->")


def test_a_note_type_that_a_learner_changed_takes_updates_only_when_types_are_merged(
    there: Any, path: Path
) -> None:
    """As docs/anki.md says: Anki leaves such notes alone, or merges and empties their field."""
    write_anki([card()], path, now=BEFORE)
    import_package(there, path)
    model = there.models.by_name(MODEL)
    there.models.add_field(model, there.models.new_field("My note"))
    there.models.update_dict(model)
    note = the_note(there, "obstinate")
    note["My note"] = "mine"
    there.update_note(note)
    learn(there, note)
    before = schedule(note)
    write_anki([card(mnemonic="New."), card("abate")], path, now=later())
    assert import_package(there, path) == {"new": 1, "conflicting": 1}
    assert the_note(there, "obstinate")["My note"] == "mine"
    assert the_note(there, "abate").note_type()["name"] == f"{MODEL}+"
    write_anki([card(mnemonic="New."), card("abate")], path, now=later() + 10)
    assert import_package(there, path, merge_notetypes=True) == {"updated": 2}
    after = the_note(there, "obstinate")
    assert (after["Mnemonic"], after["My note"], schedule(after)) == ("New.", "", before)
    assert after.keys() == [*FIELDS, "My note"]


def test_a_text_finds_the_fields_of_a_changed_note_type(
    there: Any, path: Path, tmp_path: Path
) -> None:
    """One added in the middle, one renamed: ours are filled by name, theirs are left alone."""
    write_anki([card()], path, now=BEFORE)
    import_package(there, path)
    model = there.models.by_name(MODEL)
    mine = there.models.new_field("My note")
    there.models.add_field(model, mine)
    there.models.reposition_field(model, mine, 1)
    korean = next(field for field in model["flds"] if field["name"] == "Korean")
    there.models.rename_field(model, korean, "뜻")
    there.models.update_dict(model)
    note = the_note(there, "obstinate")
    note["My note"] = "mine"
    there.update_note(note)
    changed = card(mnemonic="New.", korean="다른 뜻")
    write_anki_tsv([changed, card("abate")], tmp_path / "cards.txt")
    assert import_text(there, tmp_path / "cards.txt") == {"new": 1, "updated": 1}
    after = the_note(there, "obstinate")
    expected = dict(zip(FIELDS, note_of(changed).fields, strict=True))
    del expected["Korean"]
    assert dict(after.items()) == {**expected, "My note": "mine", "뜻": "고집 센"}
    assert the_note(there, "abate")["Sources"] == note_of(card("abate")).fields[-1]


def test_the_mark_finds_a_note_and_its_version(there: Any, path: Path) -> None:
    write_anki([card(), card("abate")], path, now=BEFORE)
    import_package(there, path)
    note = the_note(there, "obstinate")
    mark = note_of(card()).mark
    assert there.find_notes(f'"note:{MODEL}" "Feature:*{mark}*"') == [note.id]
    assert there.find_notes(f'"note:{MODEL}" "Feature:*{card().id}.*"') == [note.id]
    assert not there.find_notes(f'"Feature:*{note_of(card(mnemonic="New.")).mark}*"')
    assert fields(card())[FIELDS.index("Feature")] == "etymology"
