from __future__ import annotations

import pytest

from malmoi.lexicon.facts import Part, Word
from malmoi.mnemonics.compose.parts import read, split
from tests.helpers import hand_made


def _part(form: str) -> Part:
    return Part(form, "prefix" if form.endswith("-") else "suffix", "", "test")


LEXICON = hand_made.HandMade(
    *(
        Word(term, term, senses=(hand_made.sense(term, pos, "x"),))
        for term, pos in [("repress", "verb"), ("hope", "noun"), ("happy", "adjective"),
                          ("fill", "verb"), ("just", "adjective")]
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("prefix", "stem", "suffix", "pos", "said"),
    [
        ("ir-", "repress", "-ible", "adjective", "that nobody can repress"),
        ("", "hope", "-less", "adjective", "without any hope"),
        ("", "happy", "-ness", "noun", "being happy"),
        ("re-", "fill", "", "verb", "fill again"),
        ("un-", "happy", "", "adjective", "that is not happy at all"),
        ("in-", "just", "-ice", "noun", ""),
        ("", "hope", "-able", "adjective", ""),
    ],
)
def test_read(prefix: str, stem: str, suffix: str, pos: str, said: str) -> None:
    before = [_part(prefix)] if prefix else []
    after = [_part(suffix)] if suffix else []
    assert read(before, stem, after, pos, LEXICON) == said


def test_split() -> None:
    prefixes, stem, suffixes = split(hand_made.UNBREAKABLE.parts)
    assert [p.form for p in prefixes] == ["un-"]
    assert stem == "break"
    assert [p.form for p in suffixes] == ["-able"]
    assert split(()) == ([], "", [])
