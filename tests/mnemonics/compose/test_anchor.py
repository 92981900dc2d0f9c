from __future__ import annotations

import pytest

from malmoi.mnemonics.compose.anchor import capitals, kind_of, only_ending, overlap
from tests.helpers import hand_made


@pytest.mark.parametrize(
    ("term", "form", "shared"),
    [
        ("docile", "docere", "doc"),
        ("insipid", "sip", "sip"),
        ("opulent", "ops", "op"),  # two letters count where both begin with them
        ("obstinate", "stare", ""),
        ("furtive", "thief", ""),
    ],
)
def test_the_longest_shared_piece(term: str, form: str, shared: str) -> None:
    start, end = overlap(term, form)
    assert term[start:end] == shared


def test_shared_letters_stand_in_capitals() -> None:
    assert capitals("insipid", (2, 5)) == "inSIPid"
    assert capitals("insipid", (2, 5), first=True) == "InSIPid"
    assert capitals("wry", (0, 0), first=True) == "Wry"


def test_an_ending_alone_is_no_likeness() -> None:
    assert only_ending("mollify", "justify", overlap("mollify", "justify"))
    assert not only_ending("unicycle", "bicycle", overlap("unicycle", "bicycle"))
    assert not only_ending("docile", "doctor", overlap("docile", "doctor"))


def test_a_word_is_what_it_mostly_is() -> None:
    lexicon = hand_made.lexicon()
    assert kind_of("quite frank", lexicon) == "adjective"
    assert kind_of("zzyzx", lexicon) == "noun"
