"""Each kind of line that people keep words in, as it comes out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.mnemonics.list_line import base_forms, plain_text, pos_of, read_line


@pytest.mark.parametrize(
    ("text", "word", "meaning", "pos"),
    [
        # numbers, bullets, boxes, emphasis, quotes
        ("1. abate", "abate", "", ""),
        ("12) abate", "abate", "", ""),
        ("12 abate", "abate", "", ""),
        ("① abate", "abate", "", ""),
        ("- abate", "abate", "", ""),
        ("• abate", "abate", "", ""),
        ("[x] abate", "abate", "", ""),
        ("**abate** - to lessen", "abate", "to lessen", ""),
        ("“abate” – to lessen", "abate", "to lessen", ""),
        ("abate.", "abate", "", ""),
        ("bank¹", "bank", "", ""),
        ("bank (1)", "bank", "", ""),
        # part of speech
        ("abate (v.)", "abate", "", "verb"),
        ("abate (v) [əˈbeɪt]: to lessen", "abate", "to lessen", "verb"),
        ("abate v. to lessen", "abate", "to lessen", "verb"),
        ("vt. abate", "abate", "", "verb"),
        ("명사 object", "object", "", "noun"),
        ("object (동사) 반대하다", "object", "반대하다", "verb"),
        ("object 동. 반대하다", "object", "반대하다", "verb"),
        ("abate /əˈbeɪt/ v. to lessen", "abate", "to lessen", "verb"),
        # the meaning
        ("abate - to become less", "abate", "to become less", ""),
        ("abate – to become less", "abate", "to become less", ""),
        ("abate: to become less", "abate", "to become less", ""),
        ("abate = lessen", "abate", "lessen", ""),
        ("abate→lessen", "abate", "lessen", ""),
        ("abate; to lessen", "abate", "to lessen", ""),
        ("abate | to lessen", "abate", "to lessen", ""),
        ("abate, to become less", "abate", "to become less", ""),
        ("abate (to become less)", "abate", "to become less", ""),
        ("abate\tto become less", "abate", "to become less", ""),
        ("abate 줄어들다", "abate", "줄어들다", ""),
        ("abate줄어들다", "abate", "줄어들다", ""),
        ("abate (줄어들다)", "abate", "줄어들다", ""),
        ("줄어들다 - abate", "abate", "줄어들다", ""),
        ("abate [əbéit] 줄어들다", "abate", "줄어들다", ""),
        ("colour/color", "colour", "color", ""),
        # HTML, sound, cloze
        ("<b>abate</b>", "abate", "", ""),
        ("<div>abate</div><div>to lessen</div>", "abate", "to lessen", ""),
        ("abate<br>to lessen", "abate", "to lessen", ""),
        ("abate&nbsp;", "abate", "", ""),
        ("abate[sound:abate.mp3]", "abate", "", ""),
        ("{{c1::abate}}", "abate", "", ""),
        ("The storm {{c1::abated::become less}}.", "abated", "become less; The storm abated.", ""),
        # phrases
        ("give up", "give up", "", ""),
        ("put up with - to tolerate", "put up with", "to tolerate", ""),
        ("look forward to (sth)", "look forward to sth", "", ""),
        ("look forward to ~", "look forward to", "", ""),
        ("ice cream", "ice cream", "", ""),
        ("abate to become less", "abate to become less", "", ""),
        # what only looks like one of them
        ("co-op", "co-op", "", ""),
        ("well-being - health", "well-being", "health", ""),
        ("and/or", "and/or", "", ""),
        ("vitamin a", "vitamin a", "", ""),
        ("аbate", "аbate", "", ""),
        ("abаte", "abаte", "", ""),
        ("3D", "3D", "", ""),
        ("", "", "", ""),
    ],
)
def test_a_line_gives_its_word_and_what_is_beside_it(
    text: str, word: str, meaning: str, pos: str
) -> None:
    assert read_line(text) == (word, meaning, pos, "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("abate, abet, abase", "several words in one line (abate, abet, abase)"),
        ("{{c1::abate}} and {{c2::abet}}", "2 cloze deletions"),
    ],
)
def test_several_words_are_a_problem(text: str, problem: str) -> None:
    assert problem in read_line(text).problem


def test_a_dictionary_lists_phrases_without_what_marks_a_place() -> None:
    assert "give up" in base_forms("to give sth up")
    assert "look forward to" in base_forms("look forward to sth")
    assert base_forms("an abyss") == ["an abyss", "abyss"]
    assert base_forms("abate") == ["abate"]


def test_a_part_of_speech_is_the_whole_cell() -> None:
    assert [pos_of(t) for t in ("v.", "(Adj.)", "명사", "verbal", "")] == [
        "verb", "adjective", "noun", "", "",
    ]  # fmt: skip


def test_scripts_of_a_page_are_no_words() -> None:
    assert plain_text("<script>alert(1)</script>") == ""
    assert plain_text("x < y") == "x < y"


@given(st.text(alphabet="ab(){}[]<>&;:~/,.-=\t\n1 c:줄다v", max_size=30))
def test_no_line_stops_the_reader(text: str) -> None:
    line = read_line(text)
    assert not (line.word and line.problem)
