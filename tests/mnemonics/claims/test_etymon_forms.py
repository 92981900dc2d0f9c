from __future__ import annotations

import pytest

from malmoi.mnemonics.claims.etymon_forms import plain, same_word, similar, trunk


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("obstinare", "obstinatus", True),
        ("loqui", "loquor", True),
        ("bios", "βίος", True),
        ("solus", "sol", True),
        ("currere", "curare", False),
        ("vivere", "videre", False),
        ("quartus", "quaranta", False),
        ("ingenium", "ingenuus", False),
    ],
)
def test_forms_of_one_word(a: str, b: str, same: bool) -> None:
    assert similar(a, b) == same


def test_homographs_need_more_than_a_short_trunk() -> None:
    assert same_word("templum", "templum")
    assert same_word("obstinare", "obstinatus")
    assert not same_word("pâlir", "pālus")


def test_spellings_of_latin_and_greek_are_one() -> None:
    assert plain("βίος") == plain("bios")
    assert plain("praeposterus") == plain("præposterus")
    assert trunk("currere") == trunk("cursus")[:3] + "r"
