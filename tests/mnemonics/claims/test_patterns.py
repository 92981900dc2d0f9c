from __future__ import annotations

import re

import pytest

from malmoi.mnemonics.claims.patterns import _FILE, Pattern, patterns


def row(pattern: Pattern) -> str:
    return f"{pattern.relation}: {pattern.example}"


@pytest.mark.parametrize("pattern", patterns(), ids=row)
def test_the_trigger_matches_its_example_and_not_its_near_miss(pattern: Pattern) -> None:
    assert pattern.trigger.search(pattern.example)
    assert not pattern.trigger.search(pattern.near_miss)


@pytest.mark.parametrize("pattern", [p for p in patterns() if not p.alone and not p.both], ids=row)
def test_the_reader_reads_a_value_of_the_example(pattern: Pattern) -> None:
    trigger = pattern.trigger.search(pattern.example)
    assert trigger
    values, _ = pattern.read(trigger[0], pattern.example[trigger.end() :])
    assert values
    assert values[0].form or values[0].gloss


def test_every_fragment_is_used() -> None:
    text = _FILE.read_text(encoding="utf-8")
    names = re.findall(r"^(\w+) = ", text.partition("[fragments]")[2].partition("[[")[0], re.M)
    assert len(names) >= 6
    assert [name for name in names if f"{{{name}}}" not in text] == []


def test_every_relation_has_a_check() -> None:
    from malmoi.mnemonics.claims import check_sound

    sounds = {p.relation for p in patterns() if p.kind == "sound"}
    assert sounds == set(check_sound._CHECKS)


def test_no_trigger_matches_nothing() -> None:
    """A pattern that matches the empty text would find a claim everywhere."""
    assert [p.relation for p in patterns() if p.trigger.fullmatch("")] == []
    assert all(p.trigger.flags & re.IGNORECASE for p in patterns())
