"""What was counted is read back as it was, and never taken for another text's."""

from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.corpora.corpus import Segment
from malmoi.synonyms.sources import bitext_file
from malmoi.synonyms.sources.aligned import Bitext
from malmoi.synonyms.sources.bitext_file import counted

SEGMENTS = [
    Segment("d", "행 삭제", "Delete the rows"),
    Segment("d", "열 삭제", "Delete the columns"),
    Segment("d", "행 복사", "Copy the rows"),
    Segment("d", "열 복사", "Copy the columns"),
    Segment("d", "행 저장", "Save the rows"),
    Segment("d", "", "nothing"),
]


@pytest.fixture(scope="module")
def bitext() -> Bitext:
    return Bitext.from_segments(SEGMENTS)


def test_what_was_counted_is_kept(tmp_path: Path, bitext: Bitext) -> None:
    first = counted(SEGMENTS, tmp_path)
    again = counted(SEGMENTS, tmp_path)
    for one in (first, again):
        assert one.aligned == bitext.aligned
        assert one.look_up(["행"], ["row"]) == bitext.look_up(["행"], ["row"])
        assert one.sentence(["행"], ["row"]) == bitext.sentence(["행"], ["row"])


def test_a_damaged_file_is_made_anew(tmp_path: Path, bitext: Bitext) -> None:
    counted(SEGMENTS, tmp_path)
    (path,) = tmp_path.glob("*.npz")
    path.write_bytes(path.read_bytes()[:200])
    assert counted(SEGMENTS, tmp_path).aligned == bitext.aligned


def test_other_segments_are_counted_anew(tmp_path: Path) -> None:
    counted(SEGMENTS, tmp_path)
    counted(SEGMENTS[:5], tmp_path)
    assert len(list(tmp_path.glob("*.npz"))) == 2


def test_it_is_read_and_not_counted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted(SEGMENTS, tmp_path)
    monkeypatch.setattr(Bitext, "from_segments", lambda _: pytest.fail("counted again"))
    assert counted(SEGMENTS, tmp_path).look_up(["행"], ["row"]).aligned == 3


def test_counts_of_another_version_are_not_taken(tmp_path: Path) -> None:
    counted(SEGMENTS, tmp_path)
    counted(SEGMENTS, tmp_path, version=bitext_file.VERSION + 1)
    assert len(list(tmp_path.glob("*.npz"))) == 2


def test_nothing_is_kept_without_a_folder_and_no_text_is_no_error(tmp_path: Path) -> None:
    assert counted(SEGMENTS, None).look_up(["행"], ["row"]).aligned == 3
    for _ in range(2):
        assert counted([], tmp_path).look_up(["행"], ["row"]).together == 0
