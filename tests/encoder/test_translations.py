from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from malmoi.encoder.lexical import MAX_TERM_PIECES, Table
from malmoi.encoder.translations import glossary_table, merge
from malmoi.encoder.vocabulary import build

VOCABULARY = build(
    ["배경 색상을 문서에 저장합니다. 배경의 색상을 바꿉니다. 위치를 바꿉니다."],
    ["font colour save document folder change"],
)
WORDS = ["font", "colour", "save", "document", "folder", "the", "unheard"]
TABLES = st.dictionaries(
    st.tuples(st.integers(0, 3)),
    st.dictionaries(st.integers(0, 3), st.floats(0, 1), min_size=1),
    max_size=4,
)

RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "stem": st.lists(
                st.sampled_from(["배경", "색상", "바꾸", "문서", "저장", "위치", "?", "없던말"]),
                max_size=MAX_TERM_PIECES + 2,
            ).map(" ".join),
            "english": st.dictionaries(st.sampled_from(WORDS), st.floats(0.01, 1), min_size=1),
        }
    ),
    max_size=6,
)


@given(RECORDS, st.floats(0.01, 1))
def test_the_table_holds_content_at_or_above_the_floor(
    records: list[dict[str, object]], floor: float
) -> None:
    table = glossary_table(records, VOCABULARY, floor)
    for term, to in table.items():
        assert 0 < len(term) <= MAX_TERM_PIECES
        assert to
        assert {*term, *to} <= VOCABULARY.content
        assert all(floor <= share <= 1 for share in to.values())


def test_the_table_of_two_terms() -> None:
    records = [
        {"stem": "배경 색상", "english": {"font": 1.0, "colours": 0.5, "unheard": 1.0}},
        {"stem": "저장", "english": {"saving": 0.25, "folder": 0.2}},
        {"stem": "저장", "english": {"save": 0.5}},
    ]
    table = glossary_table(records, VOCABULARY, 0.25)
    readable = {
        " ".join(map(VOCABULARY.readable, term)): {
            VOCABULARY.readable(i): share for i, share in to.items()
        }
        for term, to in table.items()
    }
    assert readable == {"배경 색상": {"font": 1.0, "colour": 0.5}, "저장": {"save": 0.5}}
    assert glossary_table([], VOCABULARY, 0.25) == {}


@given(TABLES, TABLES)
def test_merging_keeps_the_larger_share(a: Table, b: Table) -> None:
    before = {term: dict(row) for term, row in a.items()}
    merged = merge(a, b)
    assert merged == merge(b, a)
    assert merged.keys() == a.keys() | b.keys()
    for term, row in merged.items():
        for piece, share in row.items():
            assert share == max(a.get(term, {}).get(piece, 0), b.get(term, {}).get(piece, 0))
    assert a == before
    assert merge(a) == a
    assert merge() == {}
    assert merge(a, b, a) == merged
