"""JSON in the shapes that people keep records in."""

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.corpora.readers.json_files import json_records

ROWS = [{"id": "1", "text": "글"}, {"id": "2", "text": "둘", "tags": [{"a": 1}]}]
plain = st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=9))


def records(content: str, ending: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"d{ending}"
        path.write_text(content, encoding="utf-8")
        return [record for _, record in json_records(path, Counter())]


@pytest.mark.parametrize("ending", [".json", ".jsonl"])
@pytest.mark.parametrize("indent", [None, 2])
@given(rows=st.lists(plain, min_size=1, max_size=4))
def test_an_array_is_its_objects(ending: str, indent: int | None, rows: list[Any]) -> None:
    assert records(json.dumps(rows, indent=indent), ending) == rows


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"version": "1", "documents": ROWS}),
        json.dumps({"documents": ROWS}, indent=1),
        json.dumps({"result": {"total": 2, "hits": ROWS}, "notes": ["a"], "none": []}),
        "\n".join(map(json.dumps, ROWS)),
        "\n".join(json.dumps(row, indent=2) for row in ROWS) + "\n",
        "\n\n" + "\n".join(map(json.dumps, ROWS)) + "\n",
    ],
)
def test_a_json_file_is_its_one_array_or_its_lines(content: str) -> None:
    assert records(content, ".json") == ROWS


def test_one_line_of_json_lines_is_one_record_whatever_is_in_it() -> None:
    assert records(json.dumps(ROWS[1]), ".jsonl") == [ROWS[1]]


def test_an_array_is_said_and_has_places(tmp_path: Path, logged: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "d.json"
    path.write_text(json.dumps({"data": {"items": ROWS}}))
    assert [where for where, _ in json_records(path, Counter())] == [
        "d.json.data.items[0]",
        "d.json.data.items[1]",
    ]
    assert logged.messages == ["d.json: read as one JSON array (.data.items)"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"a": [{"id": 1}], "b": [{"id": 2}]}', "arrays of objects in it: a, b"),
        ('{"a": 1}', "is one JSON dict; arrays of objects in it: none"),
        ("3", "is one JSON int"),
        ('[{"id": 1}, 2]', r"d\.json\[1\] is a int"),
        ('["글"]', r"d\.json\[0\] is a str"),
        ('{"id": 1}\n{', r"d\.json:2 is not JSON"),
        ("id,text\n1,글", r"d\.json:1 is not JSON"),
        ("[]", "empty JSON array"),
    ],
)
def test_other_json_says_what_was_seen(content: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        records(content, ".json")
