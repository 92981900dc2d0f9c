from __future__ import annotations

import os
import tempfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.cli.env_file import parse_env, read_env_file


def test_lines_that_people_write() -> None:
    text = """
# a comment
PLAIN=value
export EXPORTED = spaced\t
QUOTED="a # b" # comment
SINGLE='it "is"'
COMMENTED=abc #def
HASH=abc#def
URL=http://host/v1?a=b
EMPTY=
"""
    assert parse_env(text).values == {
        "PLAIN": "value",
        "EXPORTED": "spaced",
        "QUOTED": "a # b",
        "SINGLE": 'it "is"',
        "COMMENTED": "abc",
        "HASH": "abc#def",
        "URL": "http://host/v1?a=b",
        "EMPTY": "",
    }


@pytest.mark.parametrize("line", ["no value", "1ST=x", "=x", "KEY: value", "}", 'B="never closed'])
def test_other_lines_are_passed_over(line: str) -> None:
    assert parse_env(f"A=1\n{line}\nC=3") == ({"A": "1", "C": "3"}, [2])


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('KEY="--BEGIN\nabc==\n--END"\nA=1', {"KEY": "--BEGIN\nabc==\n--END", "A": "1"}),
        ("KEY='{\n \"a\": 1\n}' # json\nA=1", {"KEY": '{\n "a": 1\n}', "A": "1"}),
        ('A="open\nB="closed"\nC=3', {"B": "closed", "C": "3"}),
        ('A="a" b\nB="c"', {"A": '"a" b', "B": "c"}),
        ("spring.url=jdbc:x\nnext-auth=1", {"spring.url": "jdbc:x", "next-auth": "1"}),
        ("KEY = 값 # 설명", {"KEY": "값"}),
    ],
)  # fmt: skip
def test_values_over_lines_and_keys_of_other_programs(text: str, values: dict[str, str]) -> None:
    assert parse_env(text).values == values


@given(st.text(), st.sampled_from(["utf-8", "utf-16", "cp949"]))
def test_no_text_is_an_error(text: str, encoding: str) -> None:
    values, passed_over = parse_env(text)
    lines = text.splitlines()
    assert len(values) + len(passed_over) <= len(lines)
    assert all(lines[number - 1].strip() for number in passed_over)
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ):
        path = Path(folder) / ".env"
        path.write_bytes(text.encode(encoding, "replace"))
        read_env_file(path)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("utf-16-le", "utf-16-le"),
        ("cp949", "CP949"),
        ("euc-kr", "CP949"),
    ],
)
def test_every_encoding_is_read(
    tmp_path: Path, encoding: str, said: str, logged: pytest.LogCaptureFixture
) -> None:
    (tmp_path / ".env").write_bytes("# 열쇠\nMALMOI_TEST_E=값 # 비밀 열쇠\n".encode(encoding))
    with mock.patch.dict(os.environ):
        assert read_env_file(tmp_path / ".env") == ["MALMOI_TEST_E"]
        assert os.environ["MALMOI_TEST_E"] == "값"
    assert bool(logged.messages) == bool(said)
    assert said in logged.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"A\nMALMOI_TEST_F=x\nsecret stuff\n", "not NAME=value, passed over: line 1, 3"),
        (b"MALMOI_TEST_F=x\nMALMOI_TEST_G=a\x00b\n", "MALMOI_TEST_G can't be in an environment"),
        (b"MALMOI_TEST_F=x\n#\xff\xfe\xfa\n", "what can't be read became U+FFFD"),
    ],
)
def test_what_is_passed_over_is_said_and_not_shown(
    tmp_path: Path, content: bytes, said: str, logged: pytest.LogCaptureFixture
) -> None:
    (tmp_path / ".env").write_bytes(content)
    with mock.patch.dict(os.environ):
        assert read_env_file(tmp_path / ".env") == ["MALMOI_TEST_F"]
    assert len(logged.messages) == 1
    assert said in logged.text
    assert "secret" not in logged.text


def test_a_file_that_is_none_is_no_error(tmp_path: Path, logged: pytest.LogCaptureFixture) -> None:
    (tmp_path / ".env").mkdir()
    assert read_env_file(tmp_path / ".env") == []
    (tmp_path / "zip").write_bytes(b"PK\x03\x04...")
    assert read_env_file(tmp_path / "zip") == []
    assert "is a ZIP archive" in logged.text


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    monkeypatch.setenv("MALMOI_TEST_A", "kept")
    monkeypatch.setenv("MALMOI_TEST_B", "")
    monkeypatch.delenv("MALMOI_TEST_B")
    assert read_env_file(file) == []
    file.write_text("MALMOI_TEST_A=lost\nMALMOI_TEST_B=new\n")
    assert read_env_file(file) == ["MALMOI_TEST_B"]
    assert (os.environ["MALMOI_TEST_A"], os.environ["MALMOI_TEST_B"]) == ("kept", "new")
