"""Terms come back as they are written, and only where they are written together."""

from __future__ import annotations

import pytest

from malmoi.corpora.corpus import Segment
from malmoi.synonyms.sources.aligned import Bitext
from malmoi.synonyms.sources.surfaces import english_surface, korean_surface, write_out
from malmoi.synonyms.sources.terms import korean_words


def korean(text: str, key: str) -> str:
    (words,) = korean_words([text])
    return korean_surface(text, words, key)


@pytest.mark.parametrize(
    ("text", "key", "written"),
    [
        ("행 삭제", "행삭제", "행 삭제"),
        ("행삭제를 누릅니다", "행삭제", "행삭제"),
        ("행을 삭제합니다", "행삭제", ""),  # parted by a particle
        ("행을 삭제합니다", "행", "행"),
        ("파일을 엽니다", "열다", "열다"),  # a predicate in its dictionary form
        ("행을 삭제합니다", "열", ""),
        ("", "행", ""),
    ],
)
def test_korean(text: str, key: str, written: str) -> None:
    assert korean(text, key) == written


@pytest.mark.parametrize(
    ("text", "key", "written"),
    [
        ("Deletes the Rows", "row", "row"),
        ("the table row", "table row", "table row"),
        ("a table of the row", "table row", ""),  # parted by other words
        ("Open the PDF File", "pdf file", "PDF File"),  # initials keep their capitals
        ("the drop-down list", "drop-down list", "drop-down list"),
        ("Cut, paste", "cut paste", ""),
        ("the row", "column", ""),
    ],
)
def test_english(text: str, key: str, written: str) -> None:
    assert english_surface(text, key, {"row", "table"}) == written


def test_a_plural_stays_where_the_corpus_has_no_singular() -> None:
    assert english_surface("Two Rows", "row", {"rows"}) == "rows"
    assert english_surface("Two Rows", "row", {"rows", "row"}) == "row"


def test_aligned_terms_are_written_out_in_order() -> None:
    """행 and row wherever they stand; 행 삭제 only where a segment has it together."""
    texts = [("행을 삭제합니다", "Deletes the row"), ("행 삭제", "Delete row"),
             ("열을 삭제합니다", "Deletes the column"), ("행을 복사합니다", "Copies the row"),
             ("열 복사", "Copy column")]  # fmt: skip
    bitext = Bitext.from_segments([Segment("d", ko, en) for ko, en in texts * 3])

    def cell(korean_key: str, english_key: str) -> tuple[int, int]:
        return bitext.korean.index[korean_key], bitext.english.index[english_key]

    cells = [cell("열", "column"), cell("행삭제", "delete row"), cell("행", "row")]
    assert write_out(bitext, cells) == [("열", "column"), ("행 삭제", "delete row"), ("행", "row")]


def test_what_is_never_written_together_is_none() -> None:
    texts = [("행을 삭제합니다", "Deletes the row"), ("행을 복사합니다", "Copies the row"),
             ("열을 삭제합니다", "Deletes the column")]  # fmt: skip
    bitext = Bitext.from_segments([Segment("d", ko, en) for ko, en in texts * 3])
    index = bitext.korean.index["행삭제"], bitext.english.index["delete row"]
    assert write_out(bitext, [index]) == [None]
