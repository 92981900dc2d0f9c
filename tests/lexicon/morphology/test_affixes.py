from __future__ import annotations

from collections import Counter

import pytest

from malmoi.lexicon.morphology.affixes import affix, bound, table

ROWS = [row for rows in table().values() for row in rows]


def test_there_are_enough() -> None:
    forms = Counter(kind for _, kind in {(row.form, row.kind) for row in ROWS})
    assert forms["prefix"] >= 60
    assert forms["suffix"] >= 70
    assert forms["root"] >= 150


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.form)
def test_every_row_is_whole(row) -> None:
    letters = row.form.strip("-")
    assert row.form == {"prefix": f"{letters}-", "suffix": f"-{letters}", "root": letters}[row.kind]
    assert all(1 <= len(gloss.replace("… ", "").split()) <= 3 for gloss in row.glosses)
    assert row.language in {
        "Latin", "Greek", "Old English", "French", "Germanic", "Dutch",
    }  # fmt: skip
    assert row.examples
    for example in row.examples:
        assert letters in example.lower().replace("-", ""), example


def test_a_hyphen_says_what_is_asked() -> None:
    not_, able = affix("ir-"), affix("-ible")
    assert not_ is not None
    assert able is not None
    assert not_.kind == "prefix"
    assert "not" in not_.glosses
    assert able.kind == "suffix"
    assert affix("-ir") is None
    assert affix("obstinate") is None
    root = affix("-spect-")
    assert root is not None
    assert (root.kind, root.glosses) == ("root", ("look",))


def test_all_meanings_of_a_form_together() -> None:
    found = affix("in-")
    assert found is not None
    assert {"not", "into"} <= set(found.glosses)
    mis = affix("mis-")
    assert mis is not None
    assert mis.glosses[0] == "wrongly"


@pytest.mark.parametrize(
    ("letters", "kind", "pos", "stem", "gloss"),
    [
        ("in", "prefix", "adjective", {"verb"}, "not"),
        ("in", "prefix", "verb", {"noun"}, "in"),
        ("un", "prefix", "verb", {"verb"}, "undo"),
        ("a", "prefix", "adjective", {"adjective"}, "not"),
        ("a", "prefix", "adjective", {"noun", "verb"}, "on"),
        ("al", "suffix", "noun", {"verb"}, "act of"),
        ("en", "suffix", "verb", {"adjective"}, "make"),
        ("bio", "prefix", "noun", {"noun"}, "life"),
    ],
)
def test_the_meaning_that_fits(letters, kind, pos, stem, gloss) -> None:
    row = bound(letters, kind, pos, stem)
    assert row is not None
    assert row.glosses[0] == gloss


def test_no_row_no_meaning() -> None:
    assert bound("zzz", "prefix", "noun", set()) is None
