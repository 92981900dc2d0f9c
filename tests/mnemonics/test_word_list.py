from __future__ import annotations

import csv
import io
import itertools
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.mnemonics.list_table import MAX_LINE
from malmoi.mnemonics.word_list import Listed, clean, problem_of, read_words


def read(tmp_path: Path, name: str, content: str | bytes, column: str = "word") -> list[Listed]:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_words(path, column))


def words(listed: list[Listed]) -> list[str]:
    return [line.word for line in listed if not line.problem]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("\u200b", "invisible"),
        ("abet, abase, abut", "several words in one line (abet, abase, abut)"),
        ("{{c1::abet}} or {{c2::abase}}", "2 cloze deletions"),
        ("<img src=x>", "nothing but markup"),
        ("🍎", "an emoji"),
        ("apple🍎", "an emoji"),
        ("👩\u200d🍳", "an emoji"),
        ("abc1", "a digit (1)"),
        ("½", "a digit"),
        ("\x07bell", "a control character (U+0007)"),
        ("null\x00", "a control character (U+0000)"),
        ("사과", "not Latin (사"),
        ("аbate", "not Latin (а, CYRILLIC"),
        ("w" * 46, "46 characters"),
        ("#comment", "no letter (#)"),
        ("-", "no letter (-)"),
        ("ab@te", "no letter (@)"),
        ("x" * (MAX_LINE + 10), "a line of more than"),
    ],
)
def test_a_bad_line_has_one_problem_and_stops_nothing(
    tmp_path: Path, line: str, problem: str
) -> None:
    listed = read(tmp_path, "words.txt", f"abate\n{line}\nobstinate\n")
    assert words(listed) == ["abate", "obstinate"]
    (bad,) = (line for line in listed if line.problem)
    assert bad.line == 2
    assert problem in bad.problem
    assert bad.word == ""
    assert len(bad.raw) <= 200


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("Abate", "abate"),
        ("  abate\t", "abate"),
        ("co-op", "co-op"),
        ("o’clock", "o'clock"),
        ("café", "café"),
        ("cafe\u0301", "café"),
        ("ob\u00adstinate", "obstinate"),
        ("\ufeffabate", "abate"),
        ("ﬁne", "fine"),
        ("ａｂａｔｅ", "abate"),
        ("I", "i"),
        ("Ice  cream", "ice cream"),
        ("abate,", "abate"),
        ("pneumonoultramicroscopicsilicovolcanoconiosis",) * 2,
    ],
)
def test_a_word_is_written_as_lexicons_do(tmp_path: Path, line: str, word: str) -> None:
    assert words(read(tmp_path, "words.txt", line)) == [word]


def test_a_duplicate_names_the_line_before(tmp_path: Path) -> None:
    listed = read(tmp_path, "words.txt", "abate\nABATE\nabates\nabate\n")
    assert words(listed) == ["abate", "abates"]
    assert [line.problem for line in listed if line.problem] == [
        "'abate' stands in line 1 already"
    ] * 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(tmp_path: Path, end: str) -> None:
    listed = read(tmp_path, "words.txt", end.join(["abate", "", "obstinate"]))
    assert [(line.line, line.word) for line in listed] == [(1, "abate"), (2, ""), (3, "obstinate")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    data = "abate\nobstinate\ncafé\n".encode(encoding)
    assert words(read(tmp_path, "words.txt", data)) == ["abate", "obstinate", "café"]


def test_a_guessed_encoding_is_said(tmp_path: Path, logged: pytest.LogCaptureFixture) -> None:
    data = "word,뜻\nabate,줄다\nabet,부추기다\n".encode("cp949")
    assert words(read(tmp_path, "words.csv", data)) == ["abate", "abet"]
    assert "CP949" in logged.text
    assert words(read(tmp_path, "words.txt", "naïve\ncafé\n".encode("latin-1"))) == [
        "naïve",
        "café",
    ]
    assert "Latin-1" in logged.text


def test_a_bad_byte_costs_its_own_line(tmp_path: Path) -> None:
    data = "naïve\ncafé\nfête\n".encode() + b"b\xff\xd0d\nabate\n"
    listed = read(tmp_path, "words.txt", data)
    assert words(listed) == ["naïve", "café", "fête", "abate"]
    assert listed[3].problem == "bytes that are not utf-8"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("w.csv", "id,word\n1,abate\n2,abet\n"),
        ("w.csv", "id;Word ;x\n1;abate;\n2;abet;\n"),
        ("w.csv", '"word",meaning\n"abate","to ""lessen"",\nor less"\nabet,\n'),
        ("w.tsv", "\ufeffid\tWORD\n1\tabate\n2\tabet\n"),
        ("w.jsonl", '{"word":"abate"}\n{"id":1,"word":"abet"}\n'),
    ],
)
def test_tables(tmp_path: Path, name: str, text: str) -> None:
    listed = read(tmp_path, name, text)
    assert words(listed) == ["abate", "abet"]
    assert not any(line.problem for line in listed)


def test_a_broken_row_costs_its_own_line(tmp_path: Path) -> None:
    text = 'id,word\n1,abate\n2,"abet\n3,obstinate\n4\n5,"in"x\n\n6,incur\n7,"an open\n8,novel\n'
    listed = read(tmp_path, "w.csv", text)
    assert words(listed) == ["abate", "obstinate", "incur", "novel"]
    assert [(line.line, line.problem) for line in listed if line.problem] == [
        (3, "a quote that is not closed"),
        (5, "the row ends before 'word', its cell 2 of 2"),
        (6, "no CSV row (',' expected after '\"')"),
        (7, "empty"),
        (9, "a quote that is not closed"),
    ]


def test_a_broken_object_costs_its_own_line(tmp_path: Path) -> None:
    text = '{"word":"abate"}\n{broken\n["abet"]\n{"w":1}\n{"word":3}\n\n{"word":"incur"}\n'
    listed = read(tmp_path, "w.jsonl", text + "[" * 60_000 + "\n")
    assert words(listed) == ["abate", "incur"]
    problems = [line.problem for line in listed if line.problem]
    for problem, expected in zip(
        problems, ["not JSON", "a list", "no key 'word'", "a int", "empty", "not JSON"], strict=True
    ):
        assert expected in problem


def test_a_list_without_a_word_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no word in 2 lines; its first problem is in line 1"):
        read(tmp_path, "w.txt", "3D\n\n")
    with pytest.raises(SourceError, match="no word"):
        read(tmp_path, "w.csv", "word\n")
    with pytest.raises(SourceError, match=r"no column 'lemma'.* 'abate'"):
        read(tmp_path, "w.csv", "abate\nabet\n", column="lemma")
    with pytest.raises(SourceError, match="empty"):
        read(tmp_path, "w.csv", "\n\n")


def test_a_hundred_thousand_words_take_seconds(tmp_path: Path) -> None:
    made = map("".join, itertools.islice(itertools.product("abcdefghij", repeat=5), 100_000))
    text = "".join(f"{word},{number}\n" for number, word in enumerate(made))
    begun = time.monotonic()
    assert len(words(read(tmp_path, "w.csv", "word,n\n" + text))) == 100_000
    assert time.monotonic() - begun < 20


@given(st.text())
def test_cleaning_twice_changes_nothing_and_a_word_is_sound(text: str) -> None:
    word = clean(text)
    assert clean(word) == word
    if not problem_of(word, text):
        assert word
        assert all(letter.isalpha() or letter in "'- " for letter in word)


@given(st.lists(st.text(alphabet='ab",;\n\t x1🍎', max_size=8), max_size=8))
def test_no_table_stops_the_reader(tmp_path_factory: pytest.TempPathFactory, c: list[str]) -> None:
    folder = tmp_path_factory.mktemp("lists")
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["word"], *([cell] for cell in c), ["obstinate"]])
    found = words(read(folder, "w.csv", buffer.getvalue()))
    assert "obstinate" in found
    lines = "".join(json.dumps({"word": cell}) + "\n" for cell in [*c, "obstinate"])
    listed = read(folder, "w.jsonl", lines)
    assert "obstinate" in words(listed)
    assert len(listed) == len(c) + 1


@given(st.lists(st.text(alphabet='word,"\n;a', max_size=12), max_size=12))
def test_no_rubbish_stops_the_reader(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    text = "word,n\n" + "\n".join(parts) + "\nobstinate,1\n"
    folder = tmp_path_factory.mktemp("lists")
    listed = read(folder, "w.csv", text)
    assert [line.line for line in listed] == sorted({line.line for line in listed})
