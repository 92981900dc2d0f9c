from __future__ import annotations

from malmoi.mnemonics.compose.meaning import actors, compose
from malmoi.mnemonics.compose.phrases import Meaning, meaning
from tests.helpers import hand_made
from tests.helpers.hand_made import CANDID

LEXICON = hand_made.lexicon()
SENSE = CANDID.senses[0]


def test_actors_begin_as_the_term_does() -> None:
    found = actors("camp", LEXICON)
    assert found
    assert all(actor.startswith("ca") for actor in found)
    assert actors("zzzz", LEXICON) == []


def test_contrast_names_the_opposite_where_it_is_known() -> None:
    told = meaning(CANDID, SENSE, LEXICON)
    found = list(compose(CANDID, SENSE, told, LEXICON, "An example.", 0))
    drafts = [each.candidate.draft for each in found]
    assert all(draft.feature == "semantics" for draft in drafts)
    if told.opposite:
        assert all(f"opposite of {told.opposite}" in draft.reasoning for draft in drafts)


def test_without_a_phrase_there_is_nothing_to_contrast() -> None:
    assert list(compose(CANDID, SENSE, Meaning("adjective"), LEXICON, "An example.", 0)) == []
