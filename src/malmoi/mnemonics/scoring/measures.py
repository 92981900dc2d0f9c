"""The anchors that a mnemonic's words offer, and how much of the meaning they express.

An anchor is a word of the text that the term's own sound, spelling, parts or roots call to mind.
It is looked for in the text, whatever its writer says of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from malmoi.lexicon.facts import Sense, Word, forms
from malmoi.mnemonics.cards import Draft
from malmoi.mnemonics.scoring.plain_text import FUNCTION, content
from malmoi.mnemonics.scoring.sound_overlap import VOWEL, end_overlap, start_overlap, starts_alike
from malmoi.text.english import family_stem, lower_words

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon
    from malmoi.lexicon.sound.pronunciation import Sounds

Link = Literal["sound", "spelling", "part", "root"]


@dataclass(frozen=True, slots=True)
class TextAnchor:
    """An anchor in a text. `strength` is how sure the term calls it to mind; all 0 to 1."""

    word: str
    link: Link
    strength: float
    cover: float = 0.0
    distance: float = 1.0
    spelling: float = 0.0


def anchors(draft: Draft, word: Word, lexicon: Lexicon) -> list[TextAnchor]:
    """The anchors among the words of the mnemonic, the strongest first."""
    named = {family_stem(w) for w in lower_words(draft.reasoning)}
    forms_of_word = forms(word)
    own = {family_stem(w) for w in forms_of_word}
    relatives = {family_stem(r.word) for r in word.family}
    found = []
    for w in dict.fromkeys(content(draft.mnemonic)):
        key = family_stem(w)
        if key in own or w in forms_of_word:
            continue
        base = _singular(w, lexicon)
        options = _links(base, key, word, named=key in named, related=key in relatives)
        if lexicon.sounds and key not in relatives:
            options = [*_by_sound(base, word.term, lexicon.sounds, key in named), *options]
        if options:
            found.append(max(options, key=lambda each: each.strength))
    return sorted(found, key=lambda each: (-each.strength, each.word))


def _links(base: str, key: str, word: Word, *, named: bool, related: bool) -> list[TextAnchor]:
    """What links a word of the text to the term by its letters, parts and roots.

    `key` is its stem; `named`: the reasoning names it; `related`: it is of the term's family.
    """
    found = []
    letters = len(longest_common(base, word.term)) / len(word.term)
    if base in word.term and len(base) >= 3 and (named or len(base) >= 4):
        strength = 0.5 + 0.5 * letters if named else letters
        found.append(TextAnchor(base, "spelling", strength, spelling=letters))
    if any(p.kind == "stem" and family_stem(p.form) == key for p in word.parts) or (
        len(key) >= 4 and word.term.startswith(key) and related
    ):
        found.append(TextAnchor(base, "part", 0.9 if named else 0.7, letters, 0.0, letters))
    return [*found, *_by_root(base, key, word)] if named else found


def _by_root(base: str, key: str, word: Word) -> list[TextAnchor]:
    """A cognate of the term, or what one of its roots means."""
    found = []
    letters = len(longest_common(base, word.term)) / len(word.term)
    for origin in word.origins:
        if key in {family_stem(c.lower()) for c in origin.cognates}:
            found.append(TextAnchor(base, "root", 0.6 + 0.4 * letters, letters, 0.3, letters))
        for root in (*origin.roots, *((origin.etymon,) if origin.etymon else ())):
            form = root.form.strip("-").lower()
            shared = len(longest_common(form, word.term))
            # A prefix may be as short as "ob"; it calls itself to mind when it stands first.
            near = shared >= 3 or word.term.startswith(form[:2])
            if near and key in {family_stem(g) for g in lower_words(root.gloss)}:
                share = shared / len(word.term)
                strength = min(0.9, 0.5 + 0.5 * share)
                found.append(TextAnchor(base, "root", strength, share, 0.3, share))
    return found


@lru_cache(maxsize=10_000)
def _by_sound(base: str, term: str, sounds: Sounds, named: bool) -> tuple[TextAnchor, ...]:
    """How the term's sound calls a word to mind; kept, for a word has many drafts."""
    said = sounds.say(term)
    other = sounds.say(base) if said else ()
    if len(other) < 2:
        return ()
    letters = len(longest_common(base, term)) / len(term)
    same = start_overlap(said, other)
    found = []
    if starts_alike(said, other):
        away = 1 - same / max(len(other), 1)
        strength = min(1.0, 0.5 + 0.5 * same / len(said) + (0.1 if named else 0.0))
        found.append(TextAnchor(base, "sound", strength, same / len(said), away / 2, letters))
    elif named and end_overlap(said, other) >= 2:
        found.append(
            TextAnchor(base, "sound", 0.45, end_overlap(said, other) / len(said), 0.4, letters)
        )
    elif named and same >= 2 and any(VOWEL.match(x) for x in said[:same]):
        found.append(TextAnchor(base, "sound", 0.5, same / len(said), 0.4, letters))
    if sounds.rhyme(term, base) and len(other) <= len(said) + 2:
        found.append(TextAnchor(base, "sound", 0.95 if named else 0.7, 0.8, 0.1, letters))
    at = next((i for i in range(len(said)) if said[i : i + len(other)] == other), -1)
    if at >= 0 and len(other) >= 3:
        share = len(other) / len(said)
        found.append(
            TextAnchor(base, "sound", 0.5 + 0.4 * share if named else share, share, 0.0, letters)
        )
    elif named and other and not found:
        found += _near(base, said, other, letters)
    return tuple(found)


def _near(
    base: str, said: tuple[str, ...], other: tuple[str, ...], letters: float
) -> list[TextAnchor]:
    """A keyword that sounds nearly like a stretch of the term."""
    from malmoi.lexicon.sound.phones import edit_distance

    if len(other) < 3:
        return []
    size = min(len(other), len(said))
    away = min(edit_distance(said[i : i + size], other) for i in range(len(said) - size + 1))
    if away > 0.22:
        return []
    share = size / len(said)
    return [TextAnchor(base, "sound", 0.35 + 0.5 * share * (1 - away), share, away, letters)]


def _singular(word: str, lexicon: Lexicon) -> str:
    """The base form of a plural or inflected verb, where that is a word."""
    word = word.removesuffix("'s")
    for ending, base in (("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ed", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            tried = word.removesuffix(ending) + base
            number = lexicon.frequency.zipf(tried)
            own = lexicon.frequency.zipf(word)
            if number and number.value >= (own.value if own else 0.0) - 0.8:
                return tried
    return word


@lru_cache(maxsize=50_000)
def longest_common(a: str, b: str) -> str:
    """The longest piece that two words share."""
    best = ""
    for start in range(len(a)):
        for end in range(start + len(best) + 1, len(a) + 1):
            if a[start:end] in b:
                best = a[start:end]
            else:
                break
    return best


def link(draft: Draft, word: Word, sense: Sense | None, hung: set[str]) -> float:
    """How much of the meaning the mnemonic's words express, the term and anchors not counted.

    A synonym counts half of all, each content word of the definition its share of the rest; a
    word of the draft that is hung on the anchor only counts nothing.

    Args:
        draft: only its mnemonic is read.
        word: its own forms count nothing.
        sense: the sense to be expressed; None: the best of all senses.
        hung: stems of what the mnemonic hangs on, which count nothing either.
    """
    own = {family_stem(w) for w in forms(word)} | hung
    told = {family_stem(w) for w in content(draft.mnemonic)} - own
    parts = {family_stem(p.form) for p in word.parts if p.kind == "stem"}
    senses = [sense] if sense else list(word.senses)
    meanings = [(each.definition, each.synonyms) for each in senses]
    if sense is None or sense in word.senses[:1]:
        meanings += [(definition, ()) for definition, _ in word.definitions[:2]]
    best = 0.0
    for definition, synonyms in meanings:
        alike = {family_stem(s) for s in synonyms if " " not in s} - own
        defined = {family_stem(w) for w in content(definition) if w not in FUNCTION}
        # "Capable of being enforced": what is defined by its stem is enacted by its stem.
        if parts & hung & defined and len(defined) <= 3:
            best = max(best, 0.5)
        defined -= own
        hit = told & defined
        share = min(1.0, len(hit) / max(1, min(3, len(defined))))
        best = max(best, min(1.0, 0.5 * bool(told & alike) + 0.75 * share))
    return best
