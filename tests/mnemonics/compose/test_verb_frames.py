from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.verb_frames import Use, use_of


@pytest.mark.parametrize(
    ("sense", "use"),
    [
        ("quell.verb.1", Use("things", "people")),
        ("pester.verb.1", Use("people", "people")),
        ("abate.verb.2", Use("", "things")),
        ("digress.verb.1", Use("", "people")),
        ("ruling.noun.1", None),
        ("zzyzx.verb.1", None),
        ("quell.verb.99", None),
    ],
)
def test_how_a_verb_is_used(real_lexicon: Lexicon, sense: str, use: Use | None) -> None:
    assert real_lexicon.wordnet
    assert use_of(sense, real_lexicon) == use
