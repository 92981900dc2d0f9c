from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.lexicon.facts import Origin, Root
from malmoi.mnemonics.compose.phrases import meaning
from malmoi.mnemonics.compose.roots import account, choices, compose, literal
from malmoi.text.english import family_stem
from tests.helpers import hand_made

LEXICON = hand_made.lexicon()


@pytest.mark.parametrize(
    ("gloss", "found"),
    [
        ("to run into or toward", ["to run into"]),
        ("white", ["white"]),
        ("to, toward", []),
        ("a (small) stone", ["stone"]),
        ("intensive", []),
    ],
)
def test_choices(gloss: str, found: list[str]) -> None:
    assert [c for c in choices(gloss) if c not in ("toward", "to toward")] == found


def test_literal_reading_of_prefix_and_verb() -> None:
    found = literal(hand_made.OBSTINATE.origins[0], {family_stem("obstinate")})
    assert found
    assert (found.text, found.verb) == ("stand against everything", True)


def test_literal_that_uses_the_term_is_none() -> None:
    origin = Origin(Root("candidus", "candid", "Latin"), (), (), "", "test")
    assert literal(origin, {family_stem("candid")}) is None


def test_account_names_forms_with_glosses() -> None:
    origin = hand_made.OBSTINATE.origins[0]
    told = account(hand_made.OBSTINATE, origin, literal(origin, set()))
    assert told
    assert told.text == (
        "Obstinate is from Latin obstinare 'to persist in', ob 'against' + stare 'to stand'."
    )


def test_compose_uses_cognates_that_can_be_pictured() -> None:
    word = hand_made.CANDID
    sense = word.senses[0]
    made = list(compose(word, sense, meaning(word, sense, LEXICON), LEXICON, "x", 0))
    assert any(m.candidate.anchors[0].word == "candle" for m in made)
    assert {m.candidate.draft.feature for m in made} == {"etymology"}


@given(st.text(max_size=60))
def test_choices_are_plain(gloss: str) -> None:
    assert all(c == c.strip() and c for c in choices(gloss))
