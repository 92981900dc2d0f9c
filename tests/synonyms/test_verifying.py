"""Pairs verified on toy sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.corpora.corpus import Corpus, Segment
from malmoi.synonyms import verifying
from malmoi.synonyms.sources.evidence import Sources
from malmoi.synonyms.verification import verify
from tests.helpers.toy_sources import Words, make_sources

OWN = Corpus("own", (), segments=(Segment("a", "행", "Row"), Segment("b", "열", "x")))


@pytest.fixture
def corpora(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Corpus | None]:
    """Toy packages instead of those that are installed, and a cache of its own; the corpora that
    sources were opened with."""
    opened: list[Corpus | None] = []

    def open_toys(corpus: Corpus | None, folder: Path | None, cache: Path) -> Sources:
        opened.append(corpus)
        return make_sources()

    monkeypatch.setattr(Sources, "open", open_toys)
    monkeypatch.setattr(verify, "open_wordnet", lambda _: Words())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return opened


PAIRS = [("행", "row"), ("행", "column")]


def test_verdicts_come_in_the_order_of_the_pairs(
    corpora: list[Corpus | None], logged: pytest.LogCaptureFixture
) -> None:
    verdicts = verifying.verdicts_on(PAIRS, OWN)
    assert [(v.korean, v.english) for v in verdicts] == PAIRS
    assert [v.accepted for v in verdicts] == [True, False]
    assert "calibrated on" in logged.text
    assert corpora == [OWN]


def test_the_calibration_is_kept_in_the_cache(corpora: list[Corpus | None], tmp_path: Path) -> None:
    first = verifying.verdicts_on([("행", "row")], OWN)
    (kept,) = (tmp_path / "cache").rglob("calibration.json")
    written = kept.read_bytes()
    assert verifying.verdicts_on([("행", "row")], OWN) == first
    assert kept.read_bytes() == written
    verifying.verdicts_on([("행", "row")], OWN, excluding=[("저장", "save")])
    assert kept.read_bytes() != written, "what is measured on must not have been calibrated on"


def test_without_help_pages_verification_goes_on_and_says_so(
    corpora: list[Corpus | None], tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    verifying.verdicts_on(PAIRS, None, packages=empty)
    assert corpora == [None]
    assert "without the help pages' aligned text" in logged.text
