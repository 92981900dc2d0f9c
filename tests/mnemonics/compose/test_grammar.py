from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.grammar import faults


@pytest.mark.parametrize(
    "text",
    [
        "Think of a senators: a patrician is a member of the aristocracy.",
        "Someone bellicose is full of of war: they are inclined to war.",
        "A unanticipated event is unforeseen.",
        "An useful tool helps.",
        "When you levy money, you impose {}.",
        "A woodcut is engraving consisting of a.",
        "To look at the is to see.",
        "A bullfrog is a largest North American frog.",
    ],
)
def test_what_raters_objected_to_is_a_fault(text: str) -> None:
    assert faults(text, Lexicon())


@pytest.mark.parametrize(
    "text",
    [
        "Think of a year: something biennial occurs every second year.",
        'To alter growth is to make it "other": to change it.',
        "An hour is a unit of time, and an umbrella an object.",
        "A bus is a public vehicle.",
        "A fracas is a noisy quarrel.",
    ],
)
def test_what_is_english_has_none(text: str) -> None:
    assert faults(text, Lexicon()) == []


@pytest.mark.usefixtures("shared_lexicon")
def test_a_counted_noun_at_the_end_needs_a_determiner(real_lexicon: Lexicon) -> None:
    told = "A newsreader is someone who reads out broadcast news bulletin."
    assert faults(told, real_lexicon) == ["no article: bulletin"]
    assert faults(told.replace("broadcast", "a broadcast"), real_lexicon) == []
    assert faults("A toolbox is a box for hand tools.", real_lexicon) == []
