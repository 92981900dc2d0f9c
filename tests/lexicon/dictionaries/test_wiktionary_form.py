"""What extracts of Wiktionary have for forms, and which of it is one."""

from __future__ import annotations

import pytest

from malmoi.lexicon.dictionaries.wiktionary_form import etymon_form, is_inflection, is_written


@pytest.mark.parametrize(
    ("text", "language", "form"),
    [
        ("ineptus", "Latin", "ineptus"),
        ("*h₂ewg-", "Proto-Indo-European", "*h₂ewg-"),
        ("*(s)melw-", "Proto-Indo-European", "*(s)melw-"),
        ("bank", "Middle English", "bank"),
        ("νόμος", "Ancient Greek", "νόμος"),
        ("meātus#Etymology_2", "Latin", "meātus"),
        ("[[mélange]]", "French", "mélange"),
        ("mélongène,", "French", "mélongène"),
        ("ضمة\u200e", "Arabic", "ضمة"),
        ("w:Jane Austen", "English", "Jane Austen"),
        ("''[[imperial]] [[parliament]]''", "German", ""),
        ("{{l|en|mul|Reptiliomorpha}}", "English", ""),
        ("convenire; con- + venire", "Latin", ""),
        ("dravelen, drabelen, drevelen", "Old English", ""),
        (" + lūnāticō", "Latin", ""),
        ("(of the River) Humber", "English", ""),
        (", etc.", "English", ""),
        ("  ", "Latin", ""),
        ("6", "English", ""),
        ("νόμος", "Latin", ""),
    ],
)
def test_wiki_text_is_no_form(text: str, language: str, form: str) -> None:
    assert etymon_form(text, language) == form


@pytest.mark.parametrize(
    ("lemma", "form", "right"),
    [
        ("abate", "abates", True), ("mouse", "mice", True), ("standoff", "stood off", True),
        ("eat", "ate", True), ("go", "went", True), ("bad", "worse", True),
        ("karaoke", "countable", False), ("crime", "countable", False),
        ("gray", "american spelling", False), ("uphill", "further", False),
        ("landmine", "land", False), ("f***", "f***s", False), ("404", "404s", False),
    ],
)  # fmt: skip
def test_labels_and_halves_are_no_inflections(lemma: str, form: str, right: bool) -> None:
    assert is_inflection(lemma, form) is right


def test_what_is_written_as_a_word() -> None:
    assert all(map(is_written, ("café", "co-op", "o'clock", "ice cream", "st. john")))
    assert not any(map(is_written, ("-sphere", "dose#verb", "w:serotonin", "h8", "")))
