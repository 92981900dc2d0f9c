from __future__ import annotations

import pytest

from malmoi.mnemonics.compose import root_index
from malmoi.mnemonics.compose.root_index import RootIndex
from malmoi.mnemonics.compose.roots import bases, pieces
from tests.helpers import hand_made


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


def test_a_root_is_told_with_the_piece_of_its_gloss_and_the_word_that_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    word, lexicon = hand_made.OBSTINATE, hand_made.lexicon()
    index = RootIndex({"latin|stare-": ["stand", "obstacle"]})
    monkeypatch.setattr(root_index, "still_means", lambda *_: 1.0)
    found = {basis.fact: basis for basis in bases(word, word.senses[0], lexicon, index)}
    basis = found["OBSTinate, like OBSTacle, comes from Latin stare 'to stand'."]
    assert basis.says == "stand"
    assert basis.reasons == (
        "Obstinate is from Latin stare 'to stand'.",
        "Obstinate is related to obstacle.",
    )


def test_a_root_that_no_word_has_which_a_learner_knows_is_no_anchor() -> None:
    word = hand_made.CANDID
    assert not list(bases(word, word.senses[0], hand_made.lexicon(), RootIndex({})))
