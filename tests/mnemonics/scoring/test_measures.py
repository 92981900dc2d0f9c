from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.scoring.measures import anchors, link, longest_common
from tests.helpers import hand_made

LEXICON = hand_made.lexicon()


def _draft(mnemonic: str, reasoning: str = "Candid starts like candy.") -> Draft:
    return Draft("phonetics", reasoning, mnemonic, "She gave a candid answer.")


def _link(mnemonic: str) -> float:
    word = hand_made.CANDID
    return link(_draft(mnemonic), word, word.senses[0], set())


def test_anchor_is_found_in_the_text_by_sound() -> None:
    found = anchors(_draft("A candid candy speaks."), hand_made.CANDID, LEXICON)
    assert found[0].word == "candy"
    assert found[0].link == "sound"
    assert found[0].cover == pytest.approx(4 / 6)


def test_what_only_the_reasoning_names_is_no_anchor() -> None:
    assert anchors(_draft("A candid mule speaks."), hand_made.CANDID, LEXICON) == []


def test_plural_counts_as_its_base() -> None:
    found = anchors(_draft("All candid candies speak."), hand_made.CANDID, LEXICON)
    assert [each.word for each in found] == ["candy"]


def test_cognate_needs_the_reasoning() -> None:
    word = hand_made.CANDID
    told = anchors(_draft("A candid candle.", "Candid is related to candle."), word, LEXICON)
    assert {each.word for each in told} == {"candle"}


def test_a_synonym_links_mnemonic_and_meaning() -> None:
    near = _link("A candid candy is frank with us.")
    assert near > _link("A candid candy is green with us.") == 0


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=120))
def test_the_link_stays_between_0_and_1(text: str) -> None:
    assert 0 <= _link(text) <= 1


def test_longest_common() -> None:
    assert longest_common("candle", "candid") == "cand"
    assert longest_common("xyz", "candid") == ""
