"""Whatever a spreadsheet puts between the cells, the cells are the same."""

import csv
import io
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.corpora.readers.delimited import DELIMITERS, delimited_records
from malmoi.text.morphemes import clean

WANTED = ("id", "text")
cell = st.text(st.sampled_from("가나 abc,;\t|\"'\n=&#"), max_size=12)


def records(
    content: str | bytes, ending: str = ".csv", wanted: tuple[str, ...] = WANTED
) -> tuple[list[dict[str, object]], Counter[str]]:
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"d{ending}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        usual = "\t" if ending == ".tsv" else ","
        return [record for _, record in delimited_records(path, counts, usual, wanted)], counts


@given(
    rows=st.lists(st.tuples(cell, cell), min_size=1, max_size=5),
    delimiter=st.sampled_from(DELIMITERS),
    ending=st.sampled_from([".csv", ".tsv"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp949"]),
    sep=st.booleans(),
    trailing=st.integers(0, 3),
)
def test_cells_come_back_from_every_way_of_writing_them(
    rows: list[tuple[str, str]], delimiter: str, ending: str, line_end: str, encoding: str,
    sep: bool, trailing: int,
) -> None:  # fmt: skip
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(["id", "text", *[""] * trailing])
    for number, row in enumerate(rows):
        writer.writerow([f"{number}{row[0]}", row[1], *[""] * trailing])
    text = (f"sep={delimiter}{line_end}" if sep else "") + file.getvalue()
    seen, _ = records(text.encode(encoding), ending)
    assert [(record["id"], record["text"]) for record in seen] == [
        (f"{number}{first}", second) for number, (first, second) in enumerate(rows)
    ]


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        seen, _ = records(text.encode("utf-8", "replace"))
    except SourceError:
        return
    assert all(name == clean(name) for record in seen for name in record)


@pytest.mark.parametrize(
    "content",
    [
        "id;text\n1;글, 하나\n",
        "id\ttext\n1\t글, 하나\n",
        "id|text\n1|글, 하나\n",
        "sep=;\nid;text\n1;글, 하나\n",
        '"sep=|"\nid|text\n1|글, 하나\n',
        '\ufeff\ufeff id , text \n1,"글, 하나"\n',
        'id, text\n1, "글, 하나"\n',
        'id,text,,\n1,"글, 하나",,\n',
        'id,text\n1,"글, 하나",,,\n,,\n\n',
        'id,text\r1,"글, 하나"\r',
        ',,\nid,text,\n1,"글, 하나",\n',
    ],
)
def test_what_spreadsheets_save_is_one_table(content: str) -> None:
    seen, _ = records(content)
    assert [(record["id"], record["text"]) for record in seen] == [("1", "글, 하나")]


def test_the_usual_delimiter_stays_where_the_names_are_there() -> None:
    """A header that could be read in two ways is read as its file's ending says."""
    seen, _ = records("id,text,a;b;c;d;e\n1,글,x\n")
    assert seen == [{"id": "1", "text": "글", "a;b;c;d;e": "x"}]


def test_another_delimiter_is_said(logged: pytest.LogCaptureFixture) -> None:
    records("id,text\n1,글\n")
    assert logged.messages == []
    records("id;text\n1;글\n")
    assert logged.messages == ["d.csv: cells are parted by ';'"]


def test_rows_of_empty_cells_are_counted_and_lines_are_numbered() -> None:
    seen, counts = records("id,text\n,\n1,글\n\n,,,\n")
    assert (len(seen), counts) == (1, {"dropped_empty": 2})
    with pytest.raises(SourceError, match=r"d\.csv:4 has more cells than the header has names"):
        records("sep=,\nid,text\n1,글\n2,글,더\n")


def test_a_name_that_stands_twice_is_no_single_value() -> None:
    seen, _ = records("id,text,text\n1,가,나\n")
    assert seen == [{"id": "1", "text": ["가", "나"]}]


def test_blank_lines_are_no_count() -> None:
    _, counts = records("id,text\n1,글\n\n\n")
    assert dict(counts) == {}


@pytest.mark.parametrize("ending", [".csv", ".tsv"])
def test_a_quote_that_never_closes_swallows_nothing_silently(ending: str) -> None:
    between = "\t" if ending == ".tsv" else ","
    rows = ["id,text", "1,글", '2,"열린 글', "3,사라질 글", "4,끝"]
    with pytest.raises(SourceError, match=r"a quote opens in line 3 and takes in all"):
        records("\n".join(rows).replace(",", between), ending)
    closed = '1,"두 줄\n글",5" 화면\n'
    assert len(records(f"id,text,more\n{closed}")[0]) == 1


def test_a_stray_quote_inside_a_cell_is_text() -> None:
    seen, _ = records('id,text\n1,5" 화면\n2,글\n')
    assert [record["text"] for record in seen] == ['5" 화면', "글"]
