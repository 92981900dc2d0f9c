from __future__ import annotations

import pytest

from malmoi.mnemonics.compose.meaning import short_meaning
from malmoi.mnemonics.compose.root_index import RootIndex
from malmoi.mnemonics.compose.roots import bases, pieces
from tests.helpers import hand_made

EMPTY = RootIndex({})


@pytest.mark.parametrize(
    ("gloss", "found"),
    [
        ("power, wealth, riches", ["power", "wealth", "riches"]),
        ("to run into or toward", ["to run into", "toward"]),
        ("a thief", ["thief"]),
        ("not; see also akin", []),
        ("in front of", []),
        ("to satiate one's self", []),
    ],
)
def test_pieces_of_a_gloss(gloss: str, found: list[str]) -> None:
    assert pieces(gloss) == found


def test_each_root_is_told_with_a_piece_of_its_gloss() -> None:
    word, lexicon = hand_made.CANDID, hand_made.lexicon()
    meaning = short_meaning(word, word.senses[0], lexicon)
    found = list(bases(word, word.senses[0], meaning, lexicon, EMPTY))
    assert "CANDIDate" not in {basis.fact for basis in found}
    assert {basis.says for basis in found} == {"white", "glow"}
    assert found[0].fact == "CANDID comes from Latin candidus 'white'."
    assert found[0].reasons == ("Candid is from Latin candidus 'white'.",)


def test_a_prefix_gives_its_verb_a_direction() -> None:
    word, lexicon = hand_made.OBSTINATE, hand_made.lexicon()
    meaning = short_meaning(word, word.senses[0], lexicon)
    says = {basis.says for basis in bases(word, word.senses[0], meaning, lexicon, EMPTY)}
    assert "stand against" in says
    assert "against" not in says
