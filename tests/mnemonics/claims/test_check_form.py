from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.lexicon.facts import Word
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.claims.checks import check_claims
from tests.helpers.toy_words import ToyLexicon


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Obstinate contains the word 'tin'.", "supported"),
        ("Obstinate contains the word 'stone'.", "contradicted"),
        ("Obstinate contains 'tin' and 'nate'.", "supported"),
        ("Obstinate contains 'tin' and 'mate'.", "contradicted"),
        ("Obstinate starts with 'ob'.", "supported"),
        ("Obstinate ends in -eight.", "contradicted"),
        ("Obstinate starts with a vowel.", "supported"),
        ("Obstinate has two t's.", "supported"),
        ("Obstinate has a double t.", "contradicted"),
        ("Obstinate has nine letters.", "supported"),
        ("Obstinate has eight letters.", "contradicted"),
        ("Obstinate is spelled 'obstanate'.", "contradicted"),
        ("Obstinate is spelled o-b-s-t-i-n-a-t-e.", "supported"),
        ("The prefix ob- means 'against'.", "supported"),
        ("Obstinate has the prefix un-.", "contradicted"),
        ("The suffix -ment means 'act'.", "contradicted"),
        ("The prefix ob- means 'bread'.", "contradicted"),
    ],
)
def test_letters_and_parts(text: str, verdict: str) -> None:
    claims = check_claims("obstinate", text, ToyLexicon())
    assert [c.verdict for c in claims] == [verdict]


@given(st.text("abcdefg", min_size=2, max_size=8), st.text("abcdefg", min_size=2, max_size=3))
def test_containing_is_what_the_letters_say(term: str, piece: str) -> None:
    class Letters(ToyLexicon):
        def word(self, term: str) -> Word:
            return Word(term, term)

    (claim,) = check_claims(term, f"It contains the letters '{piece}'.", Letters())
    assert (claim.verdict == "supported") == (piece in term)


@pytest.mark.parametrize(
    ("term", "text", "verdict"),
    [
        ("deride", 'The word "ride" stands at the end of deride.', "supported"),
        ("deride", 'The word "side" stands at the end of deride.', "contradicted"),
        ("hackneyed", 'The word "knee" is in the middle of hackneyed.', "contradicted"),
        ("insipid", 'There is "sip" in its spelling.', "supported"),
        ("manslaughter", 'You can read "laughter" in its spelling.', "supported"),
        ("procrastinate", "The Latin word cras, 'tomorrow', hides in procrastinate.", ""),
        ("quartz", "Quartz is found in granite.", ""),
        ("unreliable", "The prefix of unreliable is un-.", "supported"),
        ("uninspired", "The prefix is un-, 'not'.", "supported"),
        ("irrepressible", "The prefix of irrepressible is re-, meaning 'not'.", "contradicted"),
    ],
)
def test_where_a_piece_stands(shared_lexicon: Lexicon, term: str, text: str, verdict: str) -> None:
    found = {
        c.verdict
        for c in check_claims(term, text, shared_lexicon)
        if c.kind in ("spelling", "parts") and c.verdict != "unverified"
    }
    assert found == ({verdict} if verdict else set())
