"""Picture words that a term's own sound or spelling calls to mind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from malmoi.core.files import stable_hash
from malmoi.mnemonics.compose.fill import pictures
from malmoi.text.english import family_stem

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon
    from malmoi.lexicon.sound.pronunciation import Sounds

Way = Literal["starts", "rhymes", "inside", "ends", "near", "hidden"]

MIN_ZIPF = 3.3
"""Zipf frequency under which a picture word is left out."""

VOWEL = re.compile(r"^[aeiouɑæʌəɔɛɪʊɜɝɚɐɒ]")
_REDUCED = frozenset({"ə", "ɪ", "ɚ"})


@dataclass(frozen=True, slots=True)
class PictureWord:
    """A picture word and how the term calls it to mind.

    Attributes:
        way: the term starts or ends like it, rhymes with it, has its whole sound or one near it
            inside, or is spelled with it ("hidden").
        strength: 0 to 1: the share of the two words that is the same.
    """

    word: str
    way: Way
    strength: float


def picture_words(
    term: str, family: Iterable[str], lexicon: Lexicon, limit: int = 8
) -> list[PictureWord]:
    """The strongest picture words of a term, best first; words of its own family are none.

    Args:
        term: what is to be called to mind.
        family: words of its own family, which are no picture words, nor are their inflections.
        lexicon: gives the sounds of words, and which are known.
        limit: picture words at most.
    """
    barred = {family_stem(w) for w in (term, *family)}
    own = term.lower()
    found: dict[str, PictureWord] = {}
    sounds = lexicon.sounds
    said = sounds.say(own) if sounds else ()
    weak: list[PictureWord] = []
    for word, kind in pictures().items():
        if not _is_known(word, lexicon):
            continue
        other = _say(word, sounds) if sounds else ()
        if not (other and said and _may_sound(said, other)) and word not in own:
            continue
        if family_stem(word) in barred or word == own or _same_stem(word, own):
            continue
        options = list(_sound(own, said, word, other, sounds)) if sounds and said else []
        same = start_overlap(said, other)
        if not options and same >= 2 and any(map(VOWEL.match, said[:same])) and word[0] == own[0]:
            weak.append(PictureWord(word, "starts", 0.25 + 0.2 * same / max(len(said), len(other))))
        elif not options and end_overlap(said, other) >= 2 and len(other) >= 3:
            weak.append(PictureWord(word, "ends", 0.2))
        if hidden := _hidden(own, word, kind):
            options.append(hidden)
        if options:
            best = max(options, key=lambda picture: picture.strength)
            found[word] = best
    if not found:
        found |= {picture.word: picture for picture in _near(own, barred, lexicon)}
    if len(found) < 2:
        weak.sort(key=lambda picture: (-picture.strength, stable_hash(own + picture.word)))
        found |= {picture.word: picture for picture in weak[:3]}
    ordered = sorted(found.values(), key=lambda picture: (-picture.strength, picture.word))
    ways: dict[str, int] = {}
    kept = []
    for picture in ordered:
        ways[picture.way] = ways.get(picture.way, 0) + 1
        if ways[picture.way] <= 4:
            kept.append(picture)
    return kept[:limit]


def _near(own: str, barred: set[str], lexicon: Lexicon) -> Iterable[PictureWord]:
    """Picture words among the keywords that cover most of the term's sound."""
    for cover in lexicon.keywords.covers(own, 6) if lexicon.keywords else []:
        if cover.distance > 0.2:
            continue
        for word in cover.words:
            if word in pictures() and family_stem(word) not in barred and not _same_stem(word, own):
                share = cover.covered / len(cover.words)
                yield PictureWord(word, "near", 0.2 + 0.5 * share * (1 - cover.distance))


def _same_stem(a: str, b: str) -> bool:
    """Whether one is built on the other ("baker" and "bakery", not "rat" and "rational")."""
    short, long = sorted((family_stem(a), family_stem(b)), key=len)
    rest = long.removeprefix(short)
    return len(short) >= 3 and long.startswith(short) and rest in _ENDINGS


_ENDINGS = frozenset(
    "i al ar ary ed en er eri est ful hood ic ish ism ist less li ling ly man men ment ness or ous "
    "s ship some ward y".split()
)


_SAID: dict[str, tuple[str, ...]] = {}


def _say(word: str, sounds: Sounds) -> tuple[str, ...]:
    """How a picture word is said; kept, for every term is compared with all of them."""
    found = _SAID.get(word)
    if found is None:
        found = _SAID[word] = sounds.say(word)
    return found


_KNOWN: dict[str, bool] = {}


def _is_known(word: str, lexicon: Lexicon) -> bool:
    """Whether a learner knows the picture word by its frequency; kept, as `_say`."""
    found = _KNOWN.get(word)
    if found is None:
        number = lexicon.frequency.zipf(word)
        found = _KNOWN[word] = number is not None and number.value >= MIN_ZIPF
    return found


def _may_sound(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether it is worth a closer look: the beginnings, the ends or three phones agree."""
    return a[0] == b[0] or a[-1] == b[-1] or (len(b) >= 3 and set(b) <= set(a))


def _sound(
    own: str, said: tuple[str, ...], word: str, other: tuple[str, ...], sounds: Sounds
) -> Iterable[PictureWord]:
    if len(other) < 2:
        return
    same = start_overlap(said, other)
    if starts_alike(said, other):
        yield PictureWord(word, "starts", 0.9 * (2 * same / (len(said) + len(other))) ** 0.5)
    if len(other) >= 0.6 * len(said) and sounds.rhyme(own, word):
        yield PictureWord(word, "rhymes", 0.95 - 0.09 * abs(len(said) - len(other)))
    if len(other) >= 3 and len(other) < len(said):
        for at in range(1, len(said) - len(other) + 1):
            if said[at : at + len(other)] == other:
                way: Way = "ends" if at + len(other) == len(said) else "inside"
                yield PictureWord(word, way, 0.85 * len(other) / len(said) + 0.1)
                break


def start_overlap(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    """Phones that two words share from the beginning on; reduced vowels are taken for one."""
    same = 0
    for x, y in zip(a, b, strict=False):
        if x != y and not (x in _REDUCED and y in _REDUCED):
            break
        same += 1
    return same


def end_overlap(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    """Phones that two words share at their ends, 0 where no vowel is among them."""
    same = start_overlap(a[::-1], b[::-1])
    return same if any(map(VOWEL.match, a[len(a) - same :])) else 0


def starts_alike(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether hearing the one begin may bring the other to mind.

    Three phones with a vowel among them, or all but one of the shorter word's; at most two phones
    of the second are not in the first.
    """
    same = start_overlap(a, b)
    vowels = sum(bool(VOWEL.match(x)) for x in a[:same])
    return vowels >= 1 and same >= min(3, len(b)) and len(b) - same <= 2 and same >= 2


def _hidden(own: str, word: str, kind: str) -> PictureWord | None:
    """A word that stands in the term's letters; three letters only of an animal, or at an edge."""
    at = own.find(word)
    if at < 0 or len(word) < 3 or len(own) - len(word) < 2:
        return None
    if len(word) == 3 and kind not in ("animal", "thing", "garment", "food", "vehicle"):
        return None
    if own in {word + "s", word + "ed", word + "ing"}:
        return None
    return PictureWord(word, "hidden", 0.35 + 0.5 * len(word) / len(own))
