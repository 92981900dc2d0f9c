from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import pytest
import typer

from malmoi.cli.card import card, print_card
from malmoi.core.errors import SourceError
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.writer.card import write_card
from tests.helpers.cold_command import work_of
from tests.helpers.toy_cards import card as toy_card


@pytest.mark.usefixtures("shared_lexicon")
def test_a_card_is_printed_with_its_claims(capsys: pytest.CaptureFixture[str]) -> None:
    card(["docile"])
    said = capsys.readouterr().out
    assert said.startswith("\ndocile /")
    assert "  ✓ " in said
    assert "✗" not in said


@pytest.mark.parametrize("ending", [".apkg", ".csv", ".tsv", ".md", ".CSV"])
@pytest.mark.usefixtures("shared_lexicon")
def test_cards_are_written_to_a_file(
    tmp_path: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / f"my{ending}"
    card(["luminous"], out=out)
    printed, said = capsys.readouterr()
    assert said == f"1 cards in {out}\n"
    if ending == ".apkg":
        assert "collection.anki2" in zipfile.ZipFile(out).namelist()
    elif ending.lower() == ".csv":
        with out.open(encoding="utf-8-sig", newline="") as file:
            (row,) = csv.DictReader(file)
            assert f"  {row['mnemonic']}\n" in printed
    else:
        assert "luminous" in out.read_text(encoding="utf-8")


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
        card(["luminous"], **options)


def test_what_a_student_wrote_cannot_move_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    print_card(toy_card(mnemonic="An obstinate \x1b[2J mule", ipa=""))
    said = capsys.readouterr().out
    assert r"\x1b[2J" in said
    assert "\x1b" not in said
    assert "\nobstinate (adjective): " in said
    assert "  ✓ from Latin stare (GCIDE: stare to stand)\n" in said
    assert "  ? shares its root with stay\n" in said


@pytest.mark.usefixtures("shared_lexicon")
def test_cards_of_words_that_are_failed_in_anki(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("#separator:tab\n#tags column:3\ndocile\t\tleech\ncandid\t\t\n")
    card(lapsed=str(path))
    said = capsys.readouterr().out
    assert "\ndocile" in said
    assert "candid" not in said
    with pytest.raises(typer.BadParameter, match=r"no word was given.*--lapsed EXPORT"):
        card()


def test_a_card_costs_no_whole_dictionary_and_no_heavy_package(shared_lexicon: Lexicon) -> None:
    assert write_card("docile", shared_lexicon)  # what is made once is there
    tables, packages = work_of("card", "docile")
    assert not tables
    assert not packages & {
        "nltk", "wordfreq", "cefrpy", "regex", "scipy", "sklearn", "pandas", "torch",
    }  # fmt: skip
