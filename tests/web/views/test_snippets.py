from __future__ import annotations

from malmoi.web.views.snippets import LENGTH, snippet


def test_words_are_marked_and_the_text_is_whole() -> None:
    pieces = snippet("표에 행을 삽입합니다. 행은 아래에.", ["행", "표"])
    assert "".join(text for text, _ in pieces) == "표에 행을 삽입합니다. 행은 아래에."
    assert [text for text, marked in pieces if marked] == ["표", "행", "행"]


def test_the_stretch_is_around_the_first_word() -> None:
    pieces = snippet("가 " * 300 + "Needle" + " 나" * 300, ["needle"])
    whole = "".join(text for text, _ in pieces)
    assert ("Needle", True) in pieces
    assert whole.startswith("… ")
    assert whole.endswith(" …")
    assert len(whole) < LENGTH + 10


def test_without_words_it_is_the_beginning() -> None:
    assert snippet("짧은 글", []) == [("짧은 글", False)]
    assert snippet("", ["행"]) == []
    assert snippet("a.c abc", ["a.c"]) == [("a.c", True), (" abc", False)]


def test_latin_words_are_marked_where_words_begin() -> None:
    pieces = snippet("A table and pages, app: a row", ["a", "row", "pag"])
    assert [text for text, marked in pieces if marked] == ["A", "pag", "a", "row"]


def test_a_syllable_is_marked_where_it_is_a_word() -> None:
    pieces = snippet(
        "수행하는 표시줄의 표, 표의 행들과 행에서는 표도구 화살표 그림표", ["행", "표", "그림"]
    )
    assert [text for text, marked in pieces if marked] == ["표", "표", "행", "행", "그림"]
    assert snippet("다행히", ["행"]) == [("다행히", False)]
