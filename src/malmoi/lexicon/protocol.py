"""What code that looks words up asks of a lexicon.

`Lexicon` is one. So is any object that knows some words and lacks sources, such as those of tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from malmoi.lexicon.dictionaries.etymology import Etymology
    from malmoi.lexicon.dictionaries.wordnet import WordNet
    from malmoi.lexicon.facts import Word
    from malmoi.lexicon.frequency import Frequency
    from malmoi.lexicon.morphology.forms import Morphology
    from malmoi.lexicon.sound.pronunciation import Sounds


class LexiconLike(Protocol):
    """Words and the sources they come from; a source that is missing is None."""

    @property
    def sounds(self) -> Sounds | None:
        """How words are pronounced."""

    @property
    def frequency(self) -> Frequency | None:
        """How common, hard and concrete words are."""

    @property
    def morphology(self) -> Morphology | None:
        """Base forms, inflections, families, affixes."""

    @property
    def etymology(self) -> Etymology | None:
        """Where words come from."""

    @property
    def wordnet(self) -> WordNet | None:
        """Senses, and what stands above them."""

    def word(self, term: str) -> Word:
        """All that is known of a word; of one that nobody knows, no field is filled."""

    def knows(self, term: str) -> bool:
        """Whether a dictionary has the word."""
