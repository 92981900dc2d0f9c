from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.synonyms.formats.pair_files import read

PAIRS = [("저장", "save"), ("바로 가기", "short cut")]


def written(folder: Path, text: str, name: str = "pairs.tsv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "korean\tenglish\n저장\tsave\n바로 가기\tshort cut\n",
        "저장\tsave\n바로 가기\tshort cut",
        "save\t저장\nshort cut\t바로 가기\n",
        "id\tEN\tKO\n1\tsave\t저장\n2\tshort cut\t바로 가기\n",
        "korean,english\n저장,save\n바로 가기,short cut\n",
        '저장,"save"\n"바로 가기", short cut\n',
        "저장;save\n바로 가기;short cut\n",
        "\ufeffkorean\tenglish\r\n저장\tsave\r\n\r\n# a comment\r\n바로  가기\tshort cut\t1\r\n",
    ],
)
def test_forms_of_a_file(text: str, tmp_path: Path) -> None:
    assert read(written(tmp_path, text)) == PAIRS


def test_korean_terms_may_hold_latin_letters(tmp_path: Path) -> None:
    assert read(written(tmp_path, "T셔츠\tT-shirt\n")) == [("T셔츠", "T-shirt")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no pair"),
        ("# only\n", "holds no pair"),
        ("저장\n", ":1 is no pair"),
        ("저장\tsave\n열기\t\n", ":2 is no pair"),
        ("저장\t열기\n", "Latin"),
        ("korean\tenglish\n저장\n", ":2 is no pair"),
    ],
)
def test_what_is_no_pair_is_named_with_its_line(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=message):
        read(written(tmp_path, text))


def test_a_missing_or_foreign_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="can't be read"):
        read(tmp_path / "none.tsv")
    path = tmp_path / "euc.tsv"
    path.write_bytes("저장\tsave\n".encode("euc-kr"))
    with pytest.raises(SourceError, match="UTF-8"):
        read(path)


@given(st.lists(st.tuples(st.text("가나다라 ", min_size=1), st.text("abc ", min_size=1))))
def test_what_is_written_is_read(pairs: list[tuple[str, str]]) -> None:
    import tempfile

    kept = [(k, e) for k, e in pairs if k.strip() and e.strip()]
    if not kept:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), "".join(f"{k}\t{e}\n" for k, e in kept))
        assert read(path) == [(" ".join(k.split()), " ".join(e.split())) for k, e in kept]
