"""Word lists as programs write them: what is read of each row."""

from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.mnemonics.word_list import Listed, read_words

QUIZLET = 'abate\tto become less strong\nabet\tto "help", as in crime\nice cream\tfrozen\n'
ANKI = (
    "#separator:tab\n#html:true\n#tags column:3\n"
    'abate\t"<div>to become ""less""</div>\nstrong"\tgre\n'
    '"<b>abet</b>"\tto help\tgre\n'
)
ANKI_NOTES = (
    "#separator:semicolon\n#html:false\n#guid column:1\n#notetype column:2\n#deck column:3\n"
    "xY1;Basic;GRE;abate;to lessen\nxY2;Basic;GRE;abet;to help\n"
)
EXCEL = 'word\tpos\tmeaning\r\nabate\tv.\t줄어들다\r\nabet\tv.\t"돕다, ""부추기다"""\r\n'
ANKI_NAMED = "#separator:Comma\n#columns:Note ID,Front,Back\n1,abate,to lessen\n2,abet,to help\n"


def read(folder: Path, name: str, content: str | bytes, column: str = "word") -> list[Listed]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_words(path, column))


@pytest.mark.parametrize(
    ("name", "content", "meanings"),
    [
        ("quizlet.txt", QUIZLET, ["to become less strong", 'to "help", as in crime', "frozen"]),
        ("anki.txt", ANKI, ['to become "less"\n\nstrong', "to help"]),
        ("notes.txt", ANKI_NOTES, ["to lessen", "to help"]),
        ("notes.csv", ANKI_NAMED, ["to lessen", "to help"]),
        (
            "excel.txt",
            EXCEL.encode("utf-16"),
            ["줄어들다", '돕다, "부추기다"'],
        ),
        ("numbered.txt", "1\tabate\tto lessen\n2\tabet\tto help\n", ["to lessen", "to help"]),
        ("bare.csv", "abate,to cut,or cease\nabet,to help\n", ["to cut; or cease", "to help"]),
        ("bare.tsv", "abate\t/əˈbeɪt/\tto lessen\nabet\t\tto help\n", ["to lessen", "to help"]),
        ("named.csv", "Term,Definition\nabate,to lessen\nabet,to help\n", ["to lessen", "to help"]),
        ("korean.csv", "단어;뜻\nabate;줄어들다\nabet;돕다\n", ["줄어들다", "돕다"]),
        ("reversed.txt", "줄어들다\tabate\n돕다\tabet\n", ["줄어들다", "돕다"]),
        (
            "w.jsonl",
            '{"word":"abate","definition":"to lessen"}\n{"word":"abet","meaning":"to help"}\n',
            ["to lessen", "to help"],
        ),
    ],
)  # fmt: skip
def test_tables_of_every_program(
    tmp_path: Path, name: str, content: str | bytes, meanings: list[str]
) -> None:
    listed = read(tmp_path, name, content)
    assert [line.problem for line in listed] == [""] * len(listed)
    assert [line.word for line in listed][:2] == ["abate", "abet"]
    assert [line.meaning for line in listed] == meanings


def test_a_column_of_parts_of_speech_is_read(tmp_path: Path) -> None:
    listed = read(tmp_path, "w.txt", "object\tv.\t반대하다\nobject\tn.\t물체\nlight\tadj\t\n")
    assert [(line.word, line.pos, line.meaning) for line in listed] == [
        ("object", "verb", "반대하다"),
        ("object", "noun", "물체"),
        ("light", "adjective", ""),
    ]


def test_a_word_stands_twice_only_with_another_meaning(tmp_path: Path) -> None:
    listed = read(tmp_path, "w.txt", "bank\t은행\nbank\t강둑\nbank\t은행\nbank\t\n")
    assert [line.problem for line in listed] == [
        "", "", *["'bank' stands in line 1 already"] * 2,
    ]  # fmt: skip


def test_a_column_that_is_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no column 'lemma'"):
        read(tmp_path, "w.csv", "abate,to lessen\n", column="lemma")


def test_a_stray_quote_of_quizlet_costs_nothing(tmp_path: Path) -> None:
    listed = read(tmp_path, "w.txt", 'abate\t"to lessen\nabet\tto help\nabyss\t"deep" hole\n')
    assert [line.word for line in listed] == ["abate", "abet", "abyss"]
    assert [line.meaning for line in listed][1:] == ["to help", '"deep" hole']
