from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from malmoi.reports.notebook import Picture, Table, bars


def test_a_table_is_markdown_whose_cells_stay_cells() -> None:
    table = Table(["a", "b"], ([n, f"{n}|{n}"] for n in (1, 2)))
    assert table._repr_markdown_() == "| a | b |\n| --- | --- |\n| 1 | 1/1 |\n| 2 | 2/2 |"


def test_bars_are_as_long_as_their_values() -> None:
    root = ElementTree.fromstring(Picture(bars("<hits>", [("행 & 열", 4), ("no", 1)])).svg)
    widths = [float(rect.attrib["width"]) for rect in root if rect.tag.endswith("rect")]
    assert widths[0] == 4 * widths[1] > 0
    assert [text.text for text in root if text.tag.endswith("text")] == [
        "<hits>", "행 & 열", "4", "no", "1"
    ]  # fmt: skip
    ElementTree.fromstring(Picture(bars("none", [])).svg)
    ElementTree.fromstring(Picture(bars("zero", [("a", 0.0)])).svg)


def test_a_picture_says_where_it_was_saved(tmp_path: Path) -> None:
    picture = Picture(bars("hits", [("a", 1)]))
    assert str(picture) == picture._repr_svg_()
    assert str(picture.save(tmp_path / "hits.svg")) == f"picture: {tmp_path / 'hits.svg'}"
    saved = ElementTree.parse(tmp_path / "hits.svg").getroot()
    assert saved.tag == "{http://www.w3.org/2000/svg}svg"
    assert saved.attrib["width"] == "480"
