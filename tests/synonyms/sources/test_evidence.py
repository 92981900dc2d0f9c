"""What is said of a pair, whoever brings it."""

from __future__ import annotations

import pytest

from malmoi.synonyms.sources import krdict
from malmoi.synonyms.sources.aligned import Bitext
from malmoi.synonyms.sources.evidence import NAMES, Sources
from malmoi.synonyms.sources.packaged import Packaged, TermPair
from tests.helpers.toy_sources import make_sources


@pytest.fixture(scope="module")
def sources() -> Sources:
    return make_sources()


def test_every_source_is_named(sources: Sources) -> None:
    said = sources.evidence_of([("행", "row"), ("열", "row"), ("커피", "coffee")])
    assert {e.source for evidence in said for e in evidence} <= set(NAMES)
    assert all(0 <= e.value <= 1 for evidence in said for e in evidence)


def test_what_is_known_and_never_seen_speaks_against(sources: Sources) -> None:
    said = sources.evidence("열", "row")
    assert {e.value for e in said if e.source in ("packaged", "alignment")} == {0.0}
    assert any("column" in e.detail for e in said)


def test_nothing_is_said_of_unknown_terms(sources: Sources) -> None:
    assert sources.evidence("양자역학", "quantum mechanics") == ()


def test_many_are_asked_as_one_is(sources: Sources) -> None:
    pairs = [("행", "row"), ("열", "row"), ("양자역학", "quantum"), ("한국", "Korea")]
    assert sources.evidence_of(pairs) == [sources.evidence(*pair) for pair in pairs]
    assert [pair.evidence for pair in sources.pairs(pairs)] == sources.evidence_of(pairs)
    assert sources.evidence_of([]) == []


def test_packages_say_the_share_of_a_terms_entries() -> None:
    """열 is a column, and a fever; a column is 열 alone."""
    listed = (TermPair("열", "column", "babel"), TermPair("열", "fever", krdict.PACKAGE))
    said = Sources(Packaged(listed), Bitext.from_segments([])).of_packages(("열",), ("column",))
    assert [(e.direction, e.value, e.detail) for e in said] == [
        ("ko→en", 0.5, "babel"),
        ("en→ko", 1.0, "babel"),
    ]


def test_packages_are_silent_about_the_side_that_they_do_not_know() -> None:
    sources = Sources(Packaged((TermPair("열", "column", "babel"),)), Bitext.from_segments([]))
    (said,) = sources.of_packages(("열",), ("queue",))
    assert (said.direction, said.value, said.detail) == ("ko→en", 0.0, "the packages say column")
    assert sources.of_packages(("행",), ("queue",)) == []


def test_alignment_counts_segments(sources: Sources) -> None:
    """행 stands in 8 segments, row in the same ones."""
    said = {(e.source, e.direction): e.value for e in sources.evidence("행", "row")}
    assert said["alignment", "ko→en"] == said["alignment", "en→ko"] == 1.0
    assert said["alignment together", "both"] == 1.0
    assert said["alignment support", "both"] == pytest.approx(8 / (8 + 5), abs=1e-4)
    crossed = {(e.source, e.direction): e.value for e in sources.evidence("행", "column")}
    assert crossed["alignment", "ko→en"] == 0.0


def test_sound_speaks_for_a_pair_only(sources: Sources) -> None:
    loan = [e for e in sources.evidence("커피", "coffee") if e.source == "transliteration"]
    assert [e.value > 0.8 for e in loan] == [True]
    assert "transliteration" not in {e.source for e in sources.evidence("행", "row")}


def test_references_are_of_both_kinds_and_the_same_each_time(sources: Sources) -> None:
    korean, english = sources.references()
    assert (korean, english) == make_sources().references()
    assert {"행", "사람"} <= set(korean)
    assert {"row", "person"} <= set(english)
    assert sources.neighbours is None, "there is no encoder"
