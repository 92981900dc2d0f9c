from __future__ import annotations

import re

from malmoi.mnemonics.claims.patterns import PATTERNS, number


def test_every_relation_has_a_check() -> None:
    from malmoi.mnemonics.claims import check_sound

    sounds = {p.relation for p in PATTERNS if p.kind == "sound"}
    assert sounds == set(check_sound._CHECKS)


def test_no_trigger_matches_nothing() -> None:
    """A pattern that matches the empty text would find a claim everywhere."""
    assert [p.relation for p in PATTERNS if p.trigger.fullmatch("")] == []
    assert all(p.trigger.flags & re.IGNORECASE for p in PATTERNS)


def test_numbers() -> None:
    assert (number("two"), number("12"), number("a  single"), number("many")) == (2, 12, 1, None)
