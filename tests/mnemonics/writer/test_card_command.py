from __future__ import annotations

import csv
import zipfile
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import SourceError, StudentError, TeacherError
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics import form
from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.writer import card_command
from malmoi.mnemonics.writer.card_command import print_card, write_cards
from tests.helpers.small_run import Made
from tests.helpers.toy_cards import card as toy_card

pytestmark = pytest.mark.usefixtures("shown")

GOOD = Draft(
    "etymology",
    "Candid is from Latin candidus 'white'. Candid means frank.",
    'If "white" had a face, it would be the candid face of a pig, quite frank.',
    "I gave them my candid opinion.",
)


@pytest.fixture
def student(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a student writes, word by word; a real one is asked in other tests."""
    texts: list[str] = []
    monkeypatch.setattr(card_command, "_texts", lambda *_: iter(texts))
    return texts


@pytest.mark.usefixtures("shared_lexicon")
def test_a_card_from_facts_alone(capsys: pytest.CaptureFixture[str]) -> None:
    (card,) = write_cards(["obstinate"])
    said = capsys.readouterr().out
    assert f"\nobstinate /{card.ipa}/ (adjective): {card.definition}\n" in said
    assert f"  {card.mnemonic}\n" in said
    assert "  ✓ " in said
    assert "✗" not in said
    assert card.writer == "lexicon-writer"
    assert {claim.verdict for claim in card.claims} == {"supported"}


@pytest.mark.usefixtures("shared_lexicon")
def test_a_word_is_written_once(capsys: pytest.CaptureFixture[str]) -> None:
    cards = write_cards(["Candid", "candid", " candid ", "lucid"])
    assert [card.term for card in cards] == ["candid", "lucid"]


@pytest.mark.usefixtures("shared_lexicon")
def test_unknown_words_say_so_and_the_rest_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    (card,) = write_cards(["zzyzxq\x1b[31m", "", "give it up now", "candid"])
    assert card.term == "candid"
    said = capsys.readouterr().err
    assert "zzyzxq\\x1b[31m: no meaning of it is in the lexicon" in said
    assert "give it up now: no meaning" in said
    with pytest.raises(SourceError, match="none of the words is in the lexicon"):
        write_cards(["zzyzxq"])


@pytest.mark.usefixtures("shared_lexicon")
def test_no_good_mnemonic_is_an_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("malmoi.mnemonics.writer.card.checked", lambda *_: [])
    assert write_cards(["candid"]) == []
    assert "candid: no good mnemonic" in capsys.readouterr().err


@pytest.mark.parametrize("ending", [".apkg", ".csv", ".tsv", ".md", ".CSV"])
@pytest.mark.usefixtures("shared_lexicon")
def test_cards_are_written_to_a_file(
    tmp_path: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / f"my{ending}"
    (card,) = write_cards(["candid"], out=out)
    assert f"1 cards in {out}" in capsys.readouterr().err
    if ending == ".apkg":
        assert "collection.anki2" in zipfile.ZipFile(out).namelist()
    elif ending.lower() == ".csv":
        with out.open(encoding="utf-8-sig", newline="") as file:
            assert [row["mnemonic"] for row in csv.DictReader(file)] == [card.mnemonic]
    else:
        assert "candid" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"learner": "de"}, "--learner: saw 'de', expected en or ko"),
        ({"out": Path("cards.pdf")}, r"--out: saw 'cards\.pdf', expected a name in \.apkg"),
        ({"out": Path("cards")}, "--out: saw 'cards'"),
    ],
)
def test_wrong_options_are_named_before_any_work(options: dict[str, Any], said: str) -> None:
    with pytest.raises(SourceError, match=said):
        write_cards(["candid"], **options)


@pytest.mark.usefixtures("shared_lexicon")
def test_a_students_card_goes_through_the_checks(
    student: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    false = Draft(GOOD.feature, "Candid rhymes with lamp.", GOOD.mnemonic, GOOD.example)
    student += [form.render(GOOD), "I am a student", form.render(false)]
    cards = write_cards(["candid", "lucid", "benevolent"], student=Path("mine"))
    said = capsys.readouterr().err
    assert cards[0].writer == "mine"
    assert cards[0].mnemonic == GOOD.mnemonic
    assert "lucid: the student's answer is no card" in said
    assert "benevolent: the student's card was rejected: " in said
    assert [card.writer for card in cards[1:]] == ["lexicon-writer"] * (len(cards) - 1)
    assert all(c.verdict != "contradicted" for card in cards for c in card.claims)


@pytest.mark.usefixtures("shared_lexicon")
def test_a_trained_students_folder_is_asked(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    """A tiny one writes rubbish, so the lexicon writer's card stands in."""
    (card,) = write_cards(["candid"], student=made.folder / "student" / "grpo" / "model")
    assert card.writer == "lexicon-writer"
    assert "candid: the student's answer is no card" in capsys.readouterr().err


@pytest.mark.usefixtures("shared_lexicon")
def test_a_students_gguf_is_asked(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    if util.find_spec("xllamacpp") is None:
        pytest.skip("xllamacpp is not installed: pip install 'malmoi[embedded]'")
    gguf = made.folder / "handover" / "student" / "small-Q8_0.gguf"
    (card,) = write_cards(["candid"], student=gguf)
    assert card.writer == "lexicon-writer"
    assert "candid: the student's answer is no card" in capsys.readouterr().err


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize("name", ["nowhere.gguf", "nowhere/model"])
def test_a_student_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises((TeacherError, StudentError), match="nowhere"):
        write_cards(["candid"], student=tmp_path / name)


@pytest.mark.usefixtures("shared_lexicon")
def test_korean_learners(real_lexicon: Lexicon, capsys: pytest.CaptureFixture[str]) -> None:
    write_cards(["commotion", "candid"], learner="ko")
    assert "candid" in capsys.readouterr().out


def test_what_a_student_wrote_cannot_move_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    print_card(toy_card(mnemonic="An obstinate \x1b[2J mule", ipa=""))
    said = capsys.readouterr().out
    assert r"\x1b[2J" in said
    assert "\x1b" not in said
    assert "\nobstinate (adjective): " in said
    assert "  ✓ from Latin stare (GCIDE: stare to stand)\n" in said
    assert "  ? shares its root with stay\n" in said
