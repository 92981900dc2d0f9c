from __future__ import annotations

from pathlib import Path

from malmoi.lexicon.sources import Sources
from malmoi.recipe import LexiconSection


def test_a_source_that_is_missing_is_none_and_says_why(tmp_path: Path) -> None:
    sources = Sources.open(LexiconSection(packages=str(tmp_path)))
    assert sources.gcide is None
    assert "dict-gcide" in sources.why_missing("gcide")
    assert sources.wordnet is None
    assert "wordnet-base" in sources.why_missing("wordnet")


def test_a_source_is_opened_once() -> None:
    sources = Sources.open()
    assert sources.frequency is sources.frequency
    assert sources.why_missing("frequency") == ""
