from __future__ import annotations

import pytest

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.compose.countability import share_counted
from malmoi.mnemonics.compose.phrases import plural_of, takes_a


@pytest.mark.usefixtures("shared_lexicon")
@pytest.mark.parametrize(
    ("noun", "counted"),
    [("sword", True), ("orchestra", True), ("trip", True), ("option", True), ("fur", False),
     ("frost", False), ("ground", False), ("cash", False), ("news", False), ("bottom", None)],
)  # fmt: skip
def test_glosses_tell_which_nouns_take_an_article(
    real_lexicon: Lexicon, noun: str, counted: bool | None
) -> None:
    assert takes_a(noun, real_lexicon) is counted


@pytest.mark.usefixtures("shared_lexicon")
def test_what_is_seldom_seen_tells_nothing(real_lexicon: Lexicon) -> None:
    assert share_counted("zzyzx", real_lexicon) is None
    share = share_counted("sword", real_lexicon)
    assert share is not None
    assert share > 0.8
    assert plural_of("orchestra", real_lexicon) == "orchestras"
