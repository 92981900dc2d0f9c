from __future__ import annotations

import pytest

from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.anchor import Basis, Says
from malmoi.mnemonics.compose.link import link
from malmoi.mnemonics.compose.meaning import Meaning
from malmoi.models import use
from tests.helpers.hand_made import sense

RICH = Meaning(
    "adjective", "rich and superior in quality", "", False, False, "rich and superior in quality"
)
OPULENT = sense("opulent", "adjective", "rich and superior in quality", synonyms=("deluxe",))


def basis(says: str, kind: Says = "noun") -> Basis:
    return Basis("etymology", Anchor("ops", "root"), "", (), says, kind, 1.0)


@pytest.mark.skipif(not use.installed(), reason="pip install 'malmoi[embedded]'")
def test_the_nearer_piece_of_a_gloss_links_better() -> None:
    assert link(basis("riches"), RICH, OPULENT) > link(basis("power"), RICH, OPULENT) + 0.1
    assert link(basis("inspector"), RICH, OPULENT) < link(basis("power"), RICH, OPULENT)


def test_a_shared_word_counts_but_not_in_what_the_parts_say() -> None:
    assert link(basis("superior"), RICH, OPULENT) > link(
        basis("superior", "literal"), RICH, OPULENT
    )
