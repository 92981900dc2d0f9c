"""An existing dictionary: what is rejected goes, groups fall apart, and nothing is lost unsaid."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.synonyms.enhance import correct, enhance
from malmoi.synonyms.formats.solr import Rule, pairs_of, read_line
from malmoi.synonyms.sources.candidates import Pair
from malmoi.synonyms.verification.verify import Verdict

TRUE = {("행", "row"), ("열", "column"), ("칼럼", "column"), ("검색", "search"), ("파일", "file")}


def verdict(korean: str, english: str, accepted: bool = True, probability: float = 0.9) -> Verdict:
    return Verdict(korean, english, probability, "both", accepted, (), "by hand")


def by_hand(pairs: Sequence[Pair]) -> list[Verdict]:
    return [verdict(p.korean, p.english, (p.korean, p.english) in TRUE) for p in pairs]


def rule(line: str) -> Rule:
    found = read_line(line)
    assert found
    return found


def mended(line: str) -> list[str]:
    accepted = {(k, e): (k, e) in TRUE for k, e, _ in pairs_of(rule(line))}
    return [found.line() for found in correct(rule(line), accepted)]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("행, row", ["행, row"]),
        ("행, column", []),
        ("행, row, 열, column", ["행, row", "열, column"]),
        ("열, column, 칼럼", ["열, column, 칼럼"]),
        ("열, column, 행", ["열, column"]),
        ("행, row, 1", ["행, row, 1"]),
        ("열, 칼럼", ["열, 칼럼"]),  # one language alone
        ("행 => 행, row", ["행 => 행, row"]),
        ("행 => 행, column", []),
        ("row, 행 => row, 행, 열", ["row => row, 행", "행 => row, 행, 열"]),
        ("열, 칼럼 => column, row", ["열, 칼럼 => column"]),
    ],
)
def test_what_is_left_of_a_rule(line: str, left: list[str]) -> None:
    assert mended(line) == left


def test_a_dictionary_is_verified_and_enhanced() -> None:
    lines = ["검색, search", "행, column", "행, row, 열, column", "저장, 보관", "저장, load"]
    proposed = [
        verdict("파일", "file", probability=0.97),
        verdict("검색", "Search"),  # there already
        verdict("표", "sign", accepted=False),
        verdict("글꼴", "font", probability=0.99),
    ]
    found = enhance([rule(line) for line in lines], by_hand, proposed)
    assert [r.line() for r in found.rules] == [
        "검색, search",
        "행, row",
        "열, column",
        "저장, 보관",
        "글꼴, font",
        "파일, file",
    ]
    assert [r.line() for r in found.dropped] == ["행, column", "저장, load"]
    assert [r.line() for r in found.unverified] == ["저장, 보관"]
    assert [(v.korean, v.english) for v in found.added] == [("글꼴", "font"), ("파일", "file")]
    ((before, after),) = found.changed
    assert (before.line(), [r.line() for r in after]) == (lines[2], ["행, row", "열, column"])


GROUPS = st.lists(
    st.sampled_from(["행", "열", "칼럼", "row", "column", "1"]), min_size=2, unique=True
).map(lambda terms: Rule(tuple(terms)))


@given(GROUPS)
def test_a_group_never_gets_a_term_or_a_rejected_pair_of_its_own(group: Rule) -> None:
    accepted = {(k, e): (k, e) in TRUE for k, e, _ in pairs_of(group)}
    new = correct(group, accepted)
    assert {t for r in new for t in r.left} <= set(group.left)
    kept = {(k, e) for r in new for k, e, _ in pairs_of(r)}
    assert kept >= {pair for pair in accepted if pair in TRUE}
    assert correct(group, dict.fromkeys(accepted, True)) == [group]
