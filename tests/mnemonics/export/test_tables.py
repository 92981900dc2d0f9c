from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from malmoi.core.errors import RunError
from malmoi.mnemonics.cards import Claim
from malmoi.mnemonics.export.tables import COLUMNS, cells, escape, markdown, one_line, table, write
from tests.helpers.toy_cards import card

AWKWARD = 'tab\there, "quoted"\nnew line\x00\x85 and\u2028more\ud800 \U0001f34e, = + -'


class Text(HTMLParser):
    """The text of a page, as a reader sees it."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def shown(source: str) -> str:
    parser = Text()
    parser.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(source))
    return "".join(parser.parts).strip()


def rows(text: str, delimiter: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


@pytest.mark.parametrize("delimiter", [",", "\t"])
@given(text=st.text())
def test_a_table_gives_back_what_went_in(delimiter: str, text: str) -> None:
    cards = [card(), card("abate", mnemonic=text, definition=AWKWARD)]
    written = table(cards, delimiter)
    assert rows(written, delimiter) == [cells(each) for each in cards]
    assert len(written.splitlines()) == 3, "a line for each card, in any program"
    written.encode("utf-8")


def test_columns() -> None:
    (row,) = rows(table([card()], ","), ",")
    assert tuple(row) == COLUMNS
    assert row["claims"] == (
        "✓ from Latin stare (GCIDE: stare to stand) · ? shares its root with stay"
    )
    assert row["sources"] == "CMUdict; GCIDE via {Obstinate}"
    assert row["score"] == "0.812"
    assert row["korean"] == "고집 센"


@given(st.text())
def test_markdown_shows_a_text_as_it_stands(text: str) -> None:
    assert shown(escape(text)) == one_line(text).strip()


@pytest.mark.parametrize(
    "text",
    ["# no heading", "1. no list", "- no item", "+ none", "a*b*c_d_", "<b>bold</b>", "a | b",
     "[x](y)", "![x](y)", "&amp;", "`code`", "~~gone~~", "$x$", "---", "===", "1) none", "\\*"],
)  # fmt: skip
def test_markdown_signs_mean_nothing(text: str) -> None:
    assert shown(escape(text)) == text


def test_a_markdown_page_holds_the_card() -> None:
    text = shown(markdown([card(mnemonic="a *mule* <stands>"), card("abate")], "My words"))
    for part in ("My words", "obstinate", "a *mule* <stands>", "고집 센", "✓ from Latin stare"):
        assert part in text


def test_writing_by_ending(tmp_path: Path) -> None:
    for ending in ("tsv", "csv", "md"):
        write([card()], tmp_path / f"cards.{ending}")
    assert (tmp_path / "cards.csv").read_bytes().startswith(b"\xef\xbb\xbfid,term")
    assert (tmp_path / "cards.tsv").read_text(encoding="utf-8") == table([card()], "\t")
    assert (tmp_path / "cards.md").read_text(encoding="utf-8").startswith("# cards\n")
    with pytest.raises(RunError, match=r"\.xlsx"):
        write([card()], tmp_path / "cards.xlsx")


def test_a_contradicted_claim_is_never_released(tmp_path: Path) -> None:
    bad = card(claims=(Claim("sound", "rhymes with mule", "contradicted", "CMUdict: …"),))
    for export in (lambda: table([bad], ","), lambda: markdown([bad])):
        with pytest.raises(RunError, match="rhymes with mule"):
            export()
    with pytest.raises(RunError, match="contradicted"):
        write([card("abate"), bad], tmp_path / "cards.csv")
    assert not (tmp_path / "cards.csv").exists()


def test_two_cards_with_one_id_are_refused() -> None:
    with pytest.raises(RunError, match="one id"):
        table([card(), card(mnemonic="another")], ",")
