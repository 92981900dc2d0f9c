from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.corpora.corpus import Segment
from malmoi.encoder.alignment import MAX_TRANSLATIONS, Pairs, translation_table
from malmoi.encoder.lexical import Table
from malmoi.encoder.vocabulary import Vocabulary, build

LINES = [
    ("글꼴 색상", "font color"),
    ("글꼴 크기", "font size"),
    ("표 색상", "table color"),
    ("표 크기", "table size"),
    ("LibreOffice 글꼴", "LibreOffice font"),
    ("LibreOffice 표", "LibreOffice table"),
]
SEGMENTS = [Segment(str(n), korean, english) for n, (korean, english) in enumerate(LINES)]

IDS = st.lists(st.integers(0, 6), min_size=1, max_size=5, unique=True)
BAGS = st.lists(st.tuples(IDS, IDS), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return build([text for line in LINES for text in line])


def readable(table: Table, vocabulary: Vocabulary) -> dict[str, dict[str, float]]:
    return {
        vocabulary.readable(k): {vocabulary.readable(e): share for e, share in row.items()}
        for (k,), row in table.items()
    }


def test_a_toy_corpus_aligns(vocabulary: Vocabulary) -> None:
    table = readable(translation_table(SEGMENTS, vocabulary, iterations=20), vocabulary)
    best = {korean: next(iter(row)) for korean, row in table.items()}
    assert best == {"글꼴": "font", "표": "table", "색상": "color", "크기": "size"}
    assert all(next(iter(row.values())) > 0.8 for row in table.values())


def test_only_hangul_has_translations_and_only_english_is_one(vocabulary: Vocabulary) -> None:
    crossed = [Segment(s.document, s.korean, s.korean + " " + s.english) for s in SEGMENTS]
    table = readable(translation_table(crossed, vocabulary, floor=0.0), vocabulary)
    assert set(table) == {"글꼴", "표", "색상", "크기"}
    assert all(word.isascii() for row in table.values() for word in row)


def test_what_aligns_nothing_is_left_out(vocabulary: Vocabulary) -> None:
    alone = [Segment("a", "글꼴", ""), Segment("b", "", "font"), Segment("c", "글꼴 " * 61, "font")]
    assert translation_table(alone, vocabulary) == {}
    assert translation_table([], vocabulary) == {}
    fits = translation_table([Segment("c", "글꼴 " * 60, "font")], vocabulary)
    assert readable(fits, vocabulary) == {"글꼴": {"font": 1.0}}


def test_floor_and_most_translations_cut_a_row() -> None:
    words = [f"{a}{b}word" for a in "abcd" for b in "xyz"]
    lines = [Segment(word, "글꼴", word) for word in words]
    vocabulary = build([text for line in lines for text in (line.korean, line.english)])
    rows = translation_table(lines, vocabulary, floor=0.0).values()
    assert {len(row) for row in rows} == {MAX_TRANSLATIONS}
    assert translation_table(lines, vocabulary, floor=0.1) == {}  # each has 1/12


def test_no_iteration_is_an_error(vocabulary: Vocabulary) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        translation_table(SEGMENTS, vocabulary, iterations=0)


def test_the_same_segments_give_the_same_table(vocabulary: Vocabulary) -> None:
    first, again = (translation_table(SEGMENTS, vocabulary) for _ in range(2))
    assert list(first.items()) == list(again.items())
    turned = translation_table(SEGMENTS[::-1], vocabulary)
    assert turned.keys() == first.keys()
    for term, row in first.items():
        assert turned[term] == pytest.approx(row)


@given(BAGS)
def test_each_step_raises_the_likelihood_and_rows_sum_to_one(
    bags: list[tuple[list[int], list[int]]],
) -> None:
    pairs = Pairs.of(bags)
    table, last = pairs.start(), -np.inf
    for _ in range(6):
        table, likelihood = pairs.step(table)
        assert likelihood >= last - 1e-9
        assert np.bincount(pairs.row, table) == pytest.approx(1.0)
        last = likelihood


@given(BAGS)
def test_a_step_is_model_1_as_brown_has_it(bags: list[tuple[list[int], list[int]]]) -> None:
    """Against the formula written out with loops."""
    pairs = Pairs.of(bags)
    table, _ = pairs.step(pairs.start())
    got, likelihood = pairs.step(table)
    keys = list(zip(pairs.korean.tolist(), pairs.english.tolist(), strict=True))
    t = dict(zip(keys, table.tolist(), strict=True))
    counts, rows, expected = dict.fromkeys(t, 0.0), dict.fromkeys(pairs.korean.tolist(), 0.0), 0.0
    for korean, english in bags:
        for e in english:
            total = sum(t[k, e] for k in [-1, *korean])
            expected += float(np.log(total / (len(korean) + 1)))
            for k in [-1, *korean]:
                counts[k, e] += t[k, e] / total
                rows[k] += t[k, e] / total
    assert likelihood == pytest.approx(expected)
    assert got.tolist() == pytest.approx([counts[k, e] / rows[k] for k, e in keys])
