"""Recipes as Windows and its editors save them."""

from pathlib import Path

import pytest

from malmoi.core.errors import RecipeError
from malmoi.recipe import load

TEXT = 'name = "내 것"\n[corpus]\npath = "자료.csv"\n'


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp949"]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_encoding_is_read(tmp_path: Path, encoding: str, line_end: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(TEXT.replace("\n", line_end).encode(encoding))
    recipe = load(file)
    assert (recipe.name, recipe.corpus.path) == ("내 것", "자료.csv")


@pytest.mark.parametrize(
    ("written", "path"),
    [
        (r"C:\Users\me\docs.csv", r"C:\Users\me\docs.csv"),
        (r"C:\users\me\docs.csv", r"C:\users\me\docs.csv"),
        (r"C:\temp\new\base.csv", r"C:\temp\new\base.csv"),
        (r"자료\한글.csv", r"자료\한글.csv"),
        ("C:\\data\\", "C:\\data\\"),
        (r"\\server\share\docs", r"\\server\share\docs"),
    ],
)
def test_the_remedy_for_a_windows_path_works(tmp_path: Path, written: str, path: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'name = "x"\n[corpus]\npath = "{written}"\n', encoding="utf-8")
    with pytest.raises(RecipeError, match="single quotes or with forward slashes") as caught:
        load(file)
    forms = str(caught.value).rpartition("as in ")[2].removeprefix("path = ").rstrip(".")
    single, double = forms.split(" or ")
    for form, expected in ((single, path), (double, path.replace("\\", "/"))):
        file.write_text(f'name = "x"\n[corpus]\npath = {form}\n', encoding="utf-8")
        assert load(file).corpus.path == expected


def test_a_path_with_a_tab_is_refused_in_an_override_too(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(TEXT, encoding="utf-8")
    with pytest.raises(RecipeError, match=r"corpus\.path holds \\t"):
        load(file, [r'corpus.path="C:\temp"'])
    assert load(file, [r"corpus.path=C:\temp"]).corpus.path == r"C:\temp"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04", "is a ZIP archive"),
        (b'name = "\xff"', "is not TOML: byte 0xff at 8 .*Save it as UTF-8"),
        (b"x = " + b"[" * 9000, "is not TOML"),
        (b'name = "a\\qb"', r"is not TOML: .*as in 'a\\qb'"),
        (b"name = x", "is not TOML: Invalid value"),
    ],
)
def test_what_is_no_recipe_is_one_clear_line(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "mine.toml").write_bytes(content)
    with pytest.raises(RecipeError, match=message) as caught:
        load(tmp_path / "mine.toml")
    assert "\n" not in str(caught.value)
