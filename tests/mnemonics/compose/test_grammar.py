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


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("An afterburner is a device injects fuel.", True),
        ("A narwhal is a small Arctic whale the male.", True),
        ("An injector is a device that injects fuel.", False),
        ("A mailman is a man who delivers the mail.", False),
        ("A floorboard is a board in the floor.", False),
        ("A spaceflight is a voyage outside the Earth's atmosphere.", False),
        ("A screwdriver is a hand tool for driving screws.", False),
    ],
)
def test_two_phrases_without_what_joins_them(real_lexicon: Lexicon, text: str, wrong: bool) -> None:
    assert bool(faults(text, real_lexicon)) == wrong
