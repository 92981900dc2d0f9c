from __future__ import annotations

import re

import pytest

from malmoi.lexicon.dictionaries.languages import LANGUAGES, PATTERN


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("L. stare", "Latin"),
        ("LL. abatere", "Late Latin"),
        ("Norm. F. enhauncer", "Norman French"),
        ("Late L. x", "Late Latin"),
        ("OHG. bank", "Old High German"),
        ("Gr. kosmos", "Greek"),
        ("G. bank", "German"),
        ("AS.", "Anglo-Saxon"),
        ("Skr. sthā", "Sanskrit"),
    ],
)
def test_the_longest_abbreviation_is_taken(text: str, language: str) -> None:
    match = re.match(PATTERN, text)
    assert match
    assert LANGUAGES[match[0]] == language


@pytest.mark.parametrize("text", ["Latinum", "See {X}", "Pref. in-", "Lat", "English"])
def test_words_are_no_abbreviations(text: str) -> None:
    assert re.match(PATTERN, text) is None
