from __future__ import annotations

import pytest

from malmoi.mnemonics.scoring.plain_text import content, find_problem
from tests.helpers import hand_made

WORD = hand_made.PLACATE
GOOD = "The plate-sized cookie was enough to placate every pirate on the ship."


def test_a_sentence_has_no_problem() -> None:
    assert find_problem(GOOD, WORD, WORD.senses[0]) == ""
    assert find_problem(GOOD.replace("placate", "placated"), WORD, WORD.senses[0]) == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Placate it now.", "words"),
        ("The cookie was enough to calm every pirate on the ship.", "term"),
        (GOOD.replace("placate", "placated-ish"), "term"),
        ("term: the cookie was enough to placate every pirate on the ship", "tag"),
        ("To placate the pirates, the pirates placate the pirates of the pirates.", "repetition"),
        ("To placate is to cause to be more favorably inclined, as we say.", "facts"),
        ("The cookie was enough to placate every pirate on the", "cut off"),
        ("The of cookie was enough to placate every pirate on the ship.", "salad"),
        ("They PLACATE EVERY PIRATE ON THE SHIP with a COOKIE.", "capital"),
        ("Мы placate этот корабль with a cookie на корабле today and so on.", "English"),
    ],
)
def test_problem(text: str, problem: str) -> None:
    assert problem in find_problem(text, WORD, WORD.senses[0])


def test_content_words() -> None:
    assert content("The pirate is on a ship") == ["pirate", "ship"]
