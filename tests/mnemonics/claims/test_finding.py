from __future__ import annotations

from malmoi.mnemonics.claims.finding import UNVERIFIED, contradicted, negated, supported, worst


def test_a_denial_turns_what_was_found() -> None:
    assert negated(supported("a")) == contradicted("a")
    assert negated(contradicted("a")) == supported("a")
    assert negated(UNVERIFIED) == UNVERIFIED


def test_the_worst_stands() -> None:
    assert worst([supported("a"), contradicted("b"), UNVERIFIED]) == contradicted("b")
    assert worst([supported("a"), UNVERIFIED]) == UNVERIFIED
    assert worst([supported("a"), supported("b"), supported("a")]) == supported("a; b")
    assert worst([]) == UNVERIFIED
