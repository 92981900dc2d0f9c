"""The lexicon and the toy one are what code that looks words up asks for."""

from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.lexicon.protocol import LexiconLike
from tests.helpers.toy_words import ToyLexicon


@pytest.mark.parametrize("kind", [Lexicon, ToyLexicon])
def test_a_lexicon_has_what_the_protocol_names(kind: type) -> None:
    asked = {name for name in vars(LexiconLike) if not name.startswith("_")}
    assert "wordnet" in asked
    assert {name for name in asked if not hasattr(kind, name)} == set()
