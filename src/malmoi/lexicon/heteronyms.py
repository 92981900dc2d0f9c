"""Other ways to read the letters of a word: august and August, does (of do, of doe), number.

CMUdict doesn't say which pronunciation belongs to which part of speech, and lacks some. GCIDE marks
the stress of each entry's headword; a form of another base (doe + -s, numb + -er) sounds as that
base and the ending do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import PartOfSpeech, Reading

if TYPE_CHECKING:
    from malmoi.lexicon.dictionaries.gcide import Gcide
    from malmoi.lexicon.dictionaries.wordnet import WordNet
    from malmoi.lexicon.sound.pronunciation import Sounds

Phones = tuple[str, ...]

_VOICELESS = frozenset("P T K F TH".split())
_SIBILANT = frozenset("S Z SH ZH CH JH".split())


def readings(
    term: str, sounds: Sounds | None, gcide: Gcide | None, wordnet: WordNet | None
) -> tuple[Reading, ...]:
    """The word's readings where there are several, () where there is one.

    Args:
        term: a word in lower case.
        sounds, gcide, wordnet: what they are told by; None where one is missing.
    """
    found = [*_by_stress(term, gcide)] if gcide else []
    if sounds and wordnet:
        known = {_plain(phones) for phones in sounds.phones(term)}
        found += [r for r in _by_base(term, sounds, wordnet) if _plain(r.phones) not in known]
    return tuple(dict.fromkeys(found))


def _by_stress(term: str, gcide: Gcide) -> Iterator[Reading]:
    """A reading for each part of speech of GCIDE's entries, where their stress differs."""
    marked = [
        (entry.pos, *entry.accent)
        for entry in gcide.entries(term)
        if entry.accent and entry.headword.lower() == term
    ]
    if len({stress for _, stress, _ in marked}) > 1:
        for pos, stress, syllables in dict.fromkeys(marked):
            yield Reading(pos, stress, syllables, (), "GCIDE")


def _by_base(term: str, sounds: Sounds, wordnet: WordNet) -> Iterator[Reading]:
    """What the word is as a regular form of another: does of doe, number of numb."""
    kinds: dict[PartOfSpeech, tuple[str, ...]] = {
        "noun": ("s", "es"), "verb": ("s", "es", "ed", "ing"), "adjective": ("er", "est"),
    }  # fmt: skip
    if term.endswith(("ss", "us", "is")):
        return
    for pos, endings in kinds.items():
        for base in wordnet.bases(term, pos):
            ending = next((e for e in endings if term in (base + e, base.rstrip("e") + e)), "")
            if not ending or len(base) < 3:
                continue
            for phones in sounds.phones(base)[:1]:
                spoken = (*phones, *_ending(phones[-1], ending))
                marks = [phone[-1] for phone in spoken if phone[-1].isdigit()]
                stress = marks.index("1") if "1" in marks else 0
                source = f"{base} + -{ending}, CMUdict: {base} {' '.join(phones)}"
                yield Reading(pos, stress, len(marks), spoken, source)


def _ending(last: str, ending: str) -> Phones:
    """How an ending sounds after a phone: "-s" in cats, dogs, horses."""
    if ending in ("s", "es"):
        return ("IH0", "Z") if last in _SIBILANT else ("S",) if last in _VOICELESS else ("Z",)
    if ending == "ed":
        return ("IH0", "D") if last in ("T", "D") else ("T",) if last in _VOICELESS | {
            "S", "SH", "CH",
        } else ("D",)  # fmt: skip
    return {"ing": ("IH0", "NG"), "er": ("ER0",), "est": ("AH0", "S", "T")}[ending]


def _plain(phones: Phones) -> Phones:
    return tuple(phone.rstrip("012").replace("IH", "AH") for phone in phones)
