from __future__ import annotations

from malmoi.mnemonics.cards import Anchor
from malmoi.mnemonics.compose.composed import WRITER, composed, says
from malmoi.mnemonics.compose.meaning import Meaning
from tests.helpers import hand_made


def test_a_draft_with_its_worth() -> None:
    word = hand_made.CANDID
    made = composed(
        word, word.senses[0], "etymology", ["One.", "Two."], "A candid answer.", "none",
        Anchor("candidus", "root"), 0.7, 0.6,
    )  # fmt: skip
    assert made.candidate.draft.reasoning == "One. Two."
    assert made.candidate.writer == WRITER
    assert (made.link, made.score) == (0.7, 0.6)


def test_the_meaning_is_told_as_a_claim() -> None:
    verb = Meaning("verb", "crush {}", "", True, False, "")
    assert says("quell", verb, "kill") == ["To quell means to crush something."]
    noun = Meaning("noun", "a beginner", "person", False, True, "")
    assert says("novice", noun, "new") == ["Novice means a beginner."]
    assert says("novice", Meaning("noun", "", "", False, False, ""), "new") == []
    # The anchor may tell it in a card, but is no meaning by itself.
    bomber = Meaning("noun", "an aircraft that drops bombs", "thing", False, True, "")
    assert says("bomber", bomber, "bomb") == []
