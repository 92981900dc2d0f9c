"""Word alignment finds what stands for what, and phrases never break a link."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.corpora.corpus import Segment
from malmoi.synonyms.sources.aligned import Bitext, phrases
from malmoi.synonyms.sources.terms import MAX_TERM_WORDS

NOUNS = [("행", "row"), ("열", "column"), ("파일", "file"), ("글꼴", "font"), ("표", "table")]
VERBS = [("삭제", "Delete"), ("저장", "Save"), ("복사", "Copy"), ("선택", "Select")]
SEGMENTS = [
    Segment("d", f"{noun} {verb}", f"{action} the {thing}s")
    for (noun, thing), (verb, action) in product(NOUNS, VERBS)
]


@pytest.fixture(scope="module")
def bitext() -> Bitext:
    return Bitext.from_segments(SEGMENTS)


@pytest.mark.parametrize(("korean", "english"), NOUNS)
def test_a_translation_is_aligned_wherever_it_stands(
    bitext: Bitext, korean: str, english: str
) -> None:
    counts = bitext.look_up([korean], [english])
    assert counts == (4, 4, 4, 4, 4, 4)


def test_a_companion_is_not(bitext: Bitext) -> None:
    """행 and delete stand together, and are never aligned."""
    counts = bitext.look_up(["행"], ["delete"])
    assert counts.together == 1
    assert counts.aligned == 0


def test_the_other_of_two_kinds_is_not(bitext: Bitext) -> None:
    counts = bitext.look_up(["행"], ["column"])
    assert (counts.korean, counts.english, counts.together, counts.aligned) == (4, 4, 0, 0)


def test_a_phrase_in_another_order_is_aligned(bitext: Bitext) -> None:
    counts = bitext.look_up(["행삭제"], ["delete row"])
    assert counts.aligned == 1


def test_an_unknown_term_counts_nothing(bitext: Bitext) -> None:
    assert bitext.look_up(["없다"], ["nothing"]) == (0, 0, 0, 0, 0, 0)


def test_the_sentence_is_one_that_aligns_them(bitext: Bitext) -> None:
    segment = bitext.sentence(["행"], ["row"])
    assert segment is not None
    assert "행" in segment.korean
    assert bitext.sentence(["행"], ["column"]) is None


def test_a_phrase_may_have_an_unlinked_neighbour_on_one_side() -> None:
    assert set(phrases([(0, 0)], 2, 2)) == {(0, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0, 1)}


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=10, unique=True),
)
def test_phrases_hold_a_link_and_break_none(links: list[tuple[int, int]]) -> None:
    for k1, k2, e1, e2 in phrases(links, 7, 7):
        assert k2 - k1 < MAX_TERM_WORDS
        assert e2 - e1 < MAX_TERM_WORDS
        inside = [(k, e) for k, e in links if k1 <= k <= k2 or e1 <= e <= e2]
        assert inside
        assert all(k1 <= k <= k2 and e1 <= e <= e2 for k, e in inside)


def test_no_segments_are_no_error() -> None:
    assert Bitext.from_segments([]).look_up(["행"], ["row"]).together == 0
