"""Packaged pairs: what is a term, what a catalogue holds, what the installed packages give."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.core.files import cache_folder
from malmoi.core.packages import apt
from malmoi.synonyms.sources import packaged
from malmoi.synonyms.sources.packaged import TermPair


def catalogue(messages: dict[str, str]) -> bytes:
    """gettext's .mo: a header, two tables of (length, offset), the texts."""
    entries = sorted({"": "Content-Type: text/plain; charset=UTF-8\n", **messages}.items())
    tables, texts = [[], []], b""
    start = 28 + 16 * len(entries)
    for side in (0, 1):
        for entry in entries:
            data = entry[side].encode()
            tables[side] += [len(data), start + len(texts)]
            texts += data + b"\0"
    numbers = [0x950412DE, 0, len(entries), 28, 28 + 8 * len(entries), 0, 0]
    return (
        struct.pack(f"<{len(numbers) + 4 * len(entries)}I", *numbers, *tables[0], *tables[1])
        + texts
    )


def test_a_catalogue_is_read_without_contexts() -> None:
    data = catalogue({"dialog|ok\x04Insert _Row": "행 삽입(_R)", "Save": "저장"})
    assert sorted(packaged.messages(data)) == [("Insert _Row", "행 삽입(_R)"), ("Save", "저장")]


def test_a_broken_catalogue_is_named() -> None:
    with pytest.raises(SourceError, match=r"\.mo"):
        list(packaged.messages(b"nothing of the kind"))


@pytest.mark.parametrize(
    ("text", "plain"),
    [("행 삽입(_R)", "행 삽입"), ("파일(~F)...", "파일"), ("~File", "File"), ("이름:", "이름")],
)
def test_accelerators_and_dots_are_no_part_of_a_term(text: str, plain: str) -> None:
    assert packaged._plain(text) == plain


@pytest.mark.parametrize(
    ("korean", "english"), [("행", "row"), ("조건부 서식", "Conditional Formatting")]
)
def test_terms(korean: str, english: str) -> None:
    assert packaged.is_term(korean, english)


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        ("행", "행"),
        ("row", "row"),
        ("이 문서를 저장할까요? 예", "Save this document now, yes?"),
        ("저장합니다.", "Saves it"),
        ("값 <b>", "value"),
    ],
)
def test_what_is_no_term(korean: str, english: str) -> None:
    assert not packaged.is_term(korean, english)


@pytest.mark.parametrize(
    "pair",
    [
        TermPair("대한민국", "South Korea", "babel"),
        TermPair("화요일", "Tuesday", "babel"),
        TermPair("헝가리어", "Hungarian", "pycountry"),
        TermPair("결혼식", "wedding", "emoji"),
    ],
)
def test_installed_packages_hold_what_people_translated(
    pair: TermPair, everything: packaged.Packaged
) -> None:
    pytest.importorskip(pair.package)
    assert pair in everything.pairs


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> packaged.Packaged:
    """Without the Debian package: an empty folder has none."""
    return packaged.read(tmp_path_factory.mktemp("empty"))


def test_a_missing_package_is_said(tmp_path: Path, logged: pytest.LogCaptureFixture) -> None:
    found = packaged.read(tmp_path)
    assert found.segments == ()
    assert packaged.LIBREOFFICE in logged.text


def test_every_pair_has_a_licence_and_stands_once(everything: packaged.Packaged) -> None:
    assert {pair.package for pair in everything.pairs} <= set(packaged.LICENCES)
    assert len(set(everything.pairs)) == len(everything.pairs)


def test_the_interface_of_libreoffice() -> None:
    folder = cache_folder() / packaged.CACHE_NAME
    try:
        apt.find((packaged.LIBREOFFICE,), folder, packaged.CACHE_NAME)
    except SourceError:
        pytest.skip(f"run `apt-get download {packaged.LIBREOFFICE}` in {folder}")
    found = packaged.read(folder)
    assert TermPair("조건부 서식", "Conditional Formatting", packaged.LIBREOFFICE) in found.pairs
    assert len(found.segments) > 5000
