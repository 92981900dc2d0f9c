from __future__ import annotations

import os
from pathlib import Path

import pytest

from malmoi.core.env_file import parse_env, read_env_file
from malmoi.core.errors import RecipeError


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
    assert parse_env(text) == {
        "PLAIN": "value",
        "EXPORTED": "spaced",
        "QUOTED": "a # b",
        "SINGLE": 'it "is"',
        "COMMENTED": "abc",
        "HASH": "abc#def",
        "URL": "http://host/v1?a=b",
        "EMPTY": "",
    }


@pytest.mark.parametrize("line", ["no value", "1ST=x", "=x", "a-b=c"])
def test_other_lines_are_refused_without_being_shown(line: str) -> None:
    with pytest.raises(RecipeError) as caught:
        parse_env(f"A=1\n{line}", "here/.env")
    assert str(caught.value) == "here/.env, line 2: expected NAME=value"


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    monkeypatch.setenv("MALMOI_TEST_A", "kept")
    monkeypatch.setenv("MALMOI_TEST_B", "")
    monkeypatch.delenv("MALMOI_TEST_B")
    assert read_env_file(file) == []
    file.write_text("MALMOI_TEST_A=lost\nMALMOI_TEST_B=new\n")
    assert read_env_file(file) == ["MALMOI_TEST_B"]
    assert (os.environ["MALMOI_TEST_A"], os.environ["MALMOI_TEST_B"]) == ("kept", "new")
