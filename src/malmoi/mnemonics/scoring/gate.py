"""Three yes/no questions that a mnemonic must pass before it is ranked.

anchor    is there a word that the learner surely knows, and that the term is hung on?
enacted   do the mnemonic's other words say or show what the term means?
trigger   does the term by itself (its sound, its letters, its parts, its roots) call the anchor up?

The questions are put to the text: a student's and a base model's output are asked the same, and
what is no sentence of its own (a list, an echo, a copy of the facts) passes none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.scoring.measures import TextAnchor, link
from malmoi.text.english import family_stem

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

MIN_ZIPF = 3.3
"""Zipf frequency from which an anchor counts as known."""
EASY = ("A1", "A2", "B1")
MIN_ENACTED = 0.45
"""Least link between mnemonic and meaning: a synonym, or two words of the definition."""
MIN_TRIGGER = 0.45
"""Least strength of an anchor's link to the term."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The answers, and why where one is no."""

    anchor: bool
    enacted: bool
    trigger: bool
    reasons: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether all three are yes."""
        return self.anchor and self.enacted and self.trigger


def answers(
    draft: Draft,
    word: Word,
    sense: Sense | None,
    lexicon: Lexicon,
    anchors: list[TextAnchor],
    problem: str,
) -> Gate:
    """The three answers for a draft.

    Args:
        draft: what was written.
        word: the word that it is about.
        sense: the sense that was asked for; None stands for all of them.
        lexicon: tells which anchors a learner knows.
        anchors: those of the mnemonic, the strongest first.
        problem: what makes the mnemonic no sentence of its own, "" where nothing does.
    """
    if problem:
        return Gate(False, False, False, (f"text: {problem}",))
    known = [each for each in anchors if is_known(each, lexicon)]
    strong = [each for each in known if each.strength >= MIN_TRIGGER]
    hung = {family_stem(each.word) for each in strong[:1]}
    enacted = link(draft, word, sense, hung) >= MIN_ENACTED
    reasons = []
    if not known:
        reasons.append("anchor: no word that a learner knows hangs on the term")
    if not enacted:
        reasons.append("enacted: the words don't show what the term means")
    if not strong:
        reasons.append("trigger: the term's sound, letters, parts and roots call nothing up")
    return Gate(bool(known), enacted, bool(strong), tuple(reasons))


def is_known(anchor: TextAnchor, lexicon: Lexicon) -> bool:
    """Whether a learner at B2 knows the anchor: frequent, or of a level up to B1."""
    number = lexicon.frequency.zipf(anchor.word)
    if number is not None and number.value >= MIN_ZIPF:
        return True
    level = lexicon.frequency.cefr(anchor.word)
    return level is not None and level.value in EASY and not level.doubtful
