"""All that is known of a word, from every source that is there.

    lexicon = Lexicon.open()
    lexicon.word("obstinate").zipf      # Number(2.73, "wordfreq")
    lexicon.knows("obstinat")           # False

Every source is opened when it is first asked. One that isn't installed is None, and the fields it
would fill are in `Word.unknown` with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from malmoi.lexicon.assemble import look_up
from malmoi.lexicon.facts import Word
from malmoi.lexicon.frequency import LEVELS
from malmoi.lexicon.sources import Sources
from malmoi.lexicon.vocabulary import Vocabulary

if TYPE_CHECKING:
    from malmoi.recipe.mnemonics import LexiconSection

_MIN_LETTERS = 4
"""Letters of a word worth a card."""
_CACHE_SIZE = 20_000
"""Words that stay in memory."""


class Lexicon(Sources):
    """Facts of English words, looked up offline in whatever sources are there.

    Sources are opened when they are first asked; words looked up stay in memory. Safe between
    threads.

    Attributes:
        sounds, wordnet, gcide, …: the sources, None where one isn't installed.

    Example:
        >>> lexicon = malmoi.Lexicon.open()
        >>> word = lexicon.word("Obstinate ")
        >>> word.zipf
        Number(value=2.73, source='wordfreq')
        >>> lexicon.knows("obstinat")
        False
    """

    def __init__(self, section: LexiconSection | None = None) -> None:
        super().__init__(section)
        self._words: dict[str, Word] = {}

    def word(self, term: str) -> Word:
        """All that is known of a word; of one that nobody knows every field is in `unknown`.

        The last 20,000 words are kept.

        Args:
            term: an English word; it is lower-cased and stripped.

        Returns:
            Its senses, pronunciations, origins, parts, frequency …, each fact with its source.

        Raises:
            SourceError: a dictionary that is there is broken.
        """
        term = " ".join(term.lower().split())
        with self._lock:
            found = self._words.get(term)
            if found is None:
                if len(self._words) >= _CACHE_SIZE:
                    self._words.clear()
                found = self._words[term] = look_up(term, self)
        return found

    def knows(self, term: str) -> bool:
        """Whether WordNet or GCIDE has the word or its base form.

        The lists of frequencies and pronunciations don't count: they hold misspellings and names.
        Where neither dictionary is there, SCOWL and Open English WordNet stand in for them.

        Args:
            term: an English word, in any case.

        Returns:
            True where a dictionary has it.
        """
        term = " ".join(term.lower().split())
        wordnet, gcide = self.wordnet, self.gcide
        for form in dict.fromkeys((term, self.morphology.lemma(term))):
            if (wordnet is not None and form in wordnet) or (gcide is not None and form in gcide):
                return True
            if wordnet is None and gcide is None and form in Vocabulary.open():
                return True
        return False

    def candidates(self, level: str, rarest: float, commonest: float) -> list[str]:
        """Words worth learning from CEFR `level` up, of these Zipf frequencies, common ones first.

        Base forms in SCOWL's list (no names) that a dictionary defines and whose level the
        frequency confirms; one of each derivational family, the shortest.

        Args:
            level: the lowest, "A1" to "C2".
            rarest: Zipf frequency (0 to 8; 3 is once in a million words), the least.
            commonest: the greatest.

        Returns:
            The words.
        """
        frequency, morphology, vocabulary = self.frequency, self.morphology, Vocabulary.open()
        lowest = LEVELS.index(level)
        chosen: dict[str, tuple[int, float, str]] = {}
        for word in frequency.words():
            zipf = frequency.zipf(word)
            if zipf is None or not rarest <= zipf.value <= commonest:
                continue
            if len(word) < _MIN_LETTERS or not (word.isascii() and word.isalpha()):
                continue
            cefr = frequency.cefr(word)
            if cefr is None or cefr.doubtful or LEVELS.index(cefr.value) < lowest:
                continue
            if vocabulary and not vocabulary.grades(word):
                continue
            if morphology.lemma(word) != word or not self.knows(word):
                continue
            family = morphology.family_name(word)
            place = (len(word), -zipf.value, word)
            chosen[family] = min(chosen.get(family, place), place)
        return [word for _, _, word in sorted(chosen.values(), key=lambda place: place[1:])]
