from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.inside import bases


@pytest.mark.usefixtures("shared_lexicon")
def test_what_is_seen_must_be_heard(real_lexicon: Lexicon) -> None:
    found = {
        term: {basis.says for basis in bases(real_lexicon.word(term), real_lexicon)}
        for term in ("append", "pedestrian", "insulate", "wry")
    }
    assert "end" in found["append"]
    assert "strian" not in found["pedestrian"]
    assert "late" not in found["insulate"]  # heard, but in no stressed syllable
    assert found["wry"] == set()
