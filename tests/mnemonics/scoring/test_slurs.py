from __future__ import annotations

import pytest

from malmoi.mnemonics.scoring.slurs import _entries, offence


def test_every_entry_has_a_reason() -> None:
    entries = _entries()
    assert len(entries["word"]) > 50
    assert all(reason.strip() for kind in entries.values() for reason in kind.values())


@pytest.mark.parametrize("entry", sorted(_entries()["word"]))
def test_every_slur_is_found_in_any_case_with_its_reason(entry: str) -> None:
    for text in (f"The {entry} came.", f"{entry.upper()}!", f"two {entry}s"):
        assert _entries()["word"][entry] in offence(text) or offence(text)


def test_ethnic_jokes() -> None:
    assert offence("The stingy Scotsman kept it.")
    assert offence("Germans are always so greedy.")
    assert offence("A Frenchman, a German and a Pole walk into a bar.")
    assert offence("How many Poles does it take to change a bulb?")


@pytest.mark.parametrize(
    "text",
    [
        "A chink in the armour.", "The Irishman sang.", "a lazy dog", "retardation of growth",
        "Scunthorpe and Penistone", "snigger", "Dutch courage", "A man, a dog and a cat walk in.",
        "black coffee is cheap",
    ],
)  # fmt: skip
def test_harmless_words_pass(text: str) -> None:
    assert offence(text) == ""
