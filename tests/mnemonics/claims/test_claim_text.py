from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.lexicon.facts import Root
from malmoi.mnemonics.claims import claim_text as reading


@pytest.mark.parametrize(
    ("text", "roots"),
    [
        ("Latin ob 'against' + stare 'to stand'", [("ob", "against"), ("stare", "to stand")]),
        ("the Latin words ob (against) and stare, meaning to stand.",
         [("ob", "against"), ("stare", "to stand")]),
        ('the Greek for "light"', [("", "light")]),
        ("Old French", [("", "")]),
        ("the Latin verb obstinare, to persist", [("obstinare", "")]),
        ("a long line of sailors", []),
    ],
)  # fmt: skip
def test_roots(text: str, roots: list[tuple[str, str]]) -> None:
    assert [(r.form, r.gloss) for r in reading.read_roots(text)[0]][: len(roots) or 9] == roots


def test_a_root_keeps_its_own_language() -> None:
    roots, _ = reading.read_roots("French abattre, Latin battuere")
    assert roots == [Root("abattre", "", "French"), Root("battuere", "", "Latin")]


def test_quotes_of_all_kinds() -> None:
    text = reading.normalize_quotes("“one” ‘two’ «three» **four** don’t")
    assert reading.quotations(text) == ["one", "two", "three", "four"]


@given(st.text(max_size=80))
def test_straightening_twice_changes_nothing(text: str) -> None:
    once = reading.normalize_quotes(text)
    assert reading.normalize_quotes(once) == once


def test_bare_letters() -> None:
    assert reading.bare("*obstināre-") == "obstinare"
    assert reading.bare("cæsar") == "caesar"
