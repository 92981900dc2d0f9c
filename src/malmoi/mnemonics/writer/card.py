"""A card of a word, written from the facts alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from malmoi.core.errors import SourceError
from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.cards import Card, make_card
from malmoi.mnemonics.compose.composed import WRITER
from malmoi.mnemonics.compose.senses import doubtful, likely_senses
from malmoi.mnemonics.scoring.analysis import DraftAnalysis
from malmoi.mnemonics.scoring.rewards import assess
from malmoi.mnemonics.writer.lexicon_writer import checked

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon


def write_card(
    term: str, lexicon: Lexicon, sense: Sense | None = None, learner: str = "en"
) -> Card | None:
    """Write a mnemonic card of a word from facts alone: the best that no check rejects.

    Args:
        term: an English word, any case.
        lexicon: what is known of words.
        sense: one of the word's senses; None: the one that a learner meets first.
        learner: "en", or "ko" for a card with Korean keywords where some sound like the word.

    Returns:
        The card, with `mnemonic`, `reasoning`, `example` and the `claims` that were looked up; None
        where no mnemonic is good: a missing hook is better than a bad one.

    Raises:
        SourceError: the lexicon knows no meaning of the word, or the learner is none of the two.

    Example:
        >>> card = malmoi.write_card("docile", lexicon)
        >>> {claim.verdict for claim in card.claims}
        {'supported'}
    """
    if learner not in ("en", "ko"):
        raise SourceError(f"learner: saw {learner!r}, expected 'en' or 'ko'")
    word = lexicon.word(term)
    senses = [sense] if sense else likely_senses(word, lexicon)
    if not senses:
        raise SourceError(f"{term!r}: no meaning of it is in the lexicon")
    if learner == "ko" and (card := _korean(word, senses[0], lexicon)):
        return card
    # Of senses that are as likely to be met first the one that its anchor explains best is told.
    sure = [each for each in senses if sense or not doubtful(word, each, lexicon)]
    found = [(each, best) for each in sure for best in checked(word, each, lexicon, 1)]
    if not found:
        return None
    told, best = max(found, key=lambda pair: pair[1].score)
    return make_card(word, told, best.analysis.draft, best.analysis.claims, best.score, WRITER)


def _korean(word: Word, sense: Sense, lexicon: Lexicon) -> Card | None:
    """A card on Korean words that sound like the term; None where there is none that is good."""
    from malmoi.mnemonics.korean.composing import compose

    found = compose(word, sense, lexicon, limit=1)
    if not found:
        return None
    assessed = assess(DraftAnalysis(found[0].draft, word, sense, lexicon))
    if assessed.problem:
        return None
    return make_card(word, sense, found[0].draft, assessed.claims, assessed.score, WRITER)
