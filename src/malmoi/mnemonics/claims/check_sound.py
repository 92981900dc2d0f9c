"""Claims about sound, looked up in CMUdict and measured with panphon's features."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Word
from malmoi.lexicon.protocol import LexiconLike
from malmoi.mnemonics.claims.claim_text import bare
from malmoi.mnemonics.claims.finding import UNVERIFIED, Finding, contradicted, supported
from malmoi.mnemonics.claims.rhymes import VOWELS, levelled, nearly, r_less, reading_is_meant, rhyme
from malmoi.text.english import tokenize

if TYPE_CHECKING:
    from malmoi.lexicon.sound.pronunciation import Sounds
    from malmoi.mnemonics.claims.reading import RawClaim

Segments = tuple[str, ...]

MAX_ALIKE = {1: 0.0, 2: 0.05, 3: 0.14, 4: 0.2}
"""Segments → a distance up to this sounds alike; more segments: `MAX_ALIKE_LONG`.

Of 400 random pairs of common words 1 to 5 % are as near."""
MAX_ALIKE_LONG = 0.25
MIN_UNLIKE = 0.38
"""A distance from this on does not (three of four random pairs); between the two nobody is told."""


def check(claim: RawClaim, word: Word, lexicon: LexiconLike) -> Finding:
    """Look a claim of kind "sound" up."""
    sounds = lexicon.sounds
    if sounds is None:
        return UNVERIFIED
    if claim.relation in _OF_WORDS and any(len(bare(v.form)) < 2 for v in claim.values):
        return UNVERIFIED  # a letter is said by its name, and meant by its sound
    found = _CHECKS[claim.relation](claim, word, sounds)
    if found.verdict == "contradicted" and _VARIES.search(claim.sentence or claim.text):
        return UNVERIFIED  # CMUdict is American: of other accents it tells nothing
    return found


_OF_WORDS = frozenset({"sounds-like", "rhymes", "homophone", "starts-like", "ends-like"})
_VARIES = re.compile(
    r"(?i)\b(?:british|britain|britons?|brits?|england|english\s+accent|uk|u\.k\.|scot\w*|irish|"
    r"ireland|australian?|canadian|received\s+pronunciation|rp|non-rhotic|"
    r"accents?(?=\s+(?:of|in|that|it|you|where|rhyme|like)\b)|dialects?|"
    r"(?:some|many|most|older|certain|southern|northern)\s+(?:\w+\s+)?"
    r"(?:speakers?|people|americans?)|"
    r"variant|alternativ\w*|slowly|quickly|casual\w*|careful(?:ly)?|"
    r"(?:can|may|could|might)\s+(?:also\s+)?(?:be\s+(?:\w+\s+)?"
    r"(?:said|pronounced|heard|spoken|stressed)|rhyme)|sometimes|older|once)\b"
)
"""Words by which a claim speaks of one way to say a word among several."""
_NEARLY_LIKE = re.compile(
    r"(?i)\b(?:a\s+(?:bit|little|touch)|somewhat|vaguely|roughly|kind\s+of|sort\s+of|almost|nearly|"
    r"faintly|loosely|remotely|rather|similar|close|reminds?|may|might|could|can)\b"
)
_MIN_UNLIKE_LOOSE = 0.55
"""From this distance on not even "a bit like" is true."""


def _said(word: Word) -> str:
    ipa = ", ".join(dict.fromkeys(f"/{p.ipa}/" for p in word.pronunciations))
    return f"{word.pronunciations[0].source}: {word.term} {ipa}" if ipa else ""


def _of_word(word: Word) -> list[Segments]:
    from malmoi.lexicon.sound.phones import to_ipa

    return [tuple(map(to_ipa, p.phones)) for p in word.pronunciations]


def _of_phrase(text: str, sounds: Sounds) -> list[Segments]:
    """How a phrase may be said, [] where one of its words isn't known."""
    from malmoi.lexicon.sound.phones import to_ipa

    words = tokenize(text.lower(), "'")
    options = [sounds.phones(w)[:2] or sounds.phones(w.replace("'", ""))[:2] for w in words]
    if not words or not all(options):
        return []
    whole = [[p for part in parts for p in part] for parts in list(product(*options))[:8]]
    return [tuple(map(to_ipa, phones)) for phones in whole]


def _of_subject(claim: RawClaim, word: Word, sounds: Sounds) -> tuple[list[Segments], str]:
    """What the claim speaks of: the term, a piece of its spelling, or another word."""
    if bare(claim.subject) == bare(word.term):
        return _of_word(word), _said(word)
    piece = _of_piece(bare(claim.subject), word, sounds)
    if piece:
        return [piece], _said(word)
    other = _of_phrase(claim.subject, sounds)
    return other, f"CMUdict: {claim.subject} /{''.join(other[0])}/" if other else ""


def _of_piece(piece: str, word: Word, sounds: Sounds) -> Segments:
    letters = sounds.letters(word.term)
    if not piece or piece not in word.term or not letters:
        return ()
    segments, start = _of_word(word)[0], word.term.index(piece)
    at, found = 0, []
    for segment, spelled in zip(segments, letters, strict=False):
        if at < start + len(piece) and at + max(len(spelled), 1) > start and spelled:
            found.append(segment)
        at += len(spelled)
    return tuple(found)


def _distance(whole: Segments, part: Segments) -> float:
    """Of two sounds, or of the nearest stretch of the longer; short stretches match by chance."""
    from malmoi.lexicon.sound.phones import edit_distance

    best = edit_distance(whole, part)
    if len(part) < len(whole):
        for size in {len(part) - 1, len(part), len(part) + 1}:
            for start in range(len(whole) - size + 1):
                if size > 1:
                    best = min(best, edit_distance(whole[start : start + size], part))
    return best


def _sounds_like(claim: RawClaim, word: Word, sounds: Sounds) -> Finding:
    subject, source = _of_subject(claim, word, sounds)
    best = _nearest(subject, [v.form for v in claim.values], sounds)
    if best is None:
        return UNVERIFIED
    distance, nearest, size = best
    said = f"{source}; {nearest}: distance {distance:.2f}"
    if distance <= MAX_ALIKE.get(size, MAX_ALIKE_LONG):
        return supported(said)
    shared = any(
        _overlap(a, b) for v in claim.values for b in _of_phrase(v.form, sounds) for a in subject
    )
    loose = shared or bool(_NEARLY_LIKE.search(claim.sentence or claim.text))
    least = _MIN_UNLIKE_LOOSE if loose else MIN_UNLIKE
    return contradicted(said) if distance >= least else UNVERIFIED


def _overlap(a: Segments, b: Segments) -> bool:
    """Three segments with a full vowel among them are in both, or both begin with the same two."""
    if len(b) > 1 and a[:2] == b[:2]:
        return True
    return any(
        a[i : i + 3] == b[j : j + 3] and any(s in _FULL_VOWELS for s in a[i : i + 3])
        for i in range(len(a) - 2)
        for j in range(len(b) - 2)
    )


def _nearest(
    subject: list[Segments], values: list[str], sounds: Sounds
) -> tuple[float, str, int] | None:
    joined = " ".join(values)
    tried = [joined, *values] if len(values) > 1 else values
    found = [
        (_distance(a, b), f"{value} /{''.join(b)}/", min(len(a), len(b)))
        for value in tried
        for b in _of_phrase(value, sounds)
        for a in subject
    ]
    return min(found) if found else None


def _rhymes(claim: RawClaim, word: Word, sounds: Sounds) -> Finding:
    subject, source = _of_subject(claim, word, sounds)
    own = bare(claim.subject)
    verdicts = []
    for value in claim.values:
        other = bare(value.form)
        if own == other or other in _NO_WORD:
            return UNVERIFIED
        found, theirs = _of_phrase(other, sounds), sounds.phones(other.split()[-1])
        if not subject or not found or not theirs:
            return UNVERIFIED
        source += f"; {value.form} /{''.join(found[0])}/"
        ours = sounds.phones(own) or [p.phones for p in word.pronunciations]
        verdict = rhyme(ours, theirs)
        if verdict != "yes" and own == bare(word.term):
            readings = [r for r in word.readings if r.phones]
            meant = [r for r in readings if reading_is_meant(r, claim.sentence)]
            if meant and rhyme([r.phones for r in meant], theirs) == "yes":
                source += f"; {meant[0].source}"
                verdict = "yes"
            elif readings or word.readings:
                verdict = "perhaps"
        verdicts.append(verdict)
    if "no" in verdicts:
        return contradicted(source)
    return supported(source) if set(verdicts) == {"yes"} else UNVERIFIED


_NO_WORD = frozenset(
    "nothing no none it each one another both many few several other word words two".split()
)
""" "rhymes with nothing": not the word but what it says."""


_FULL_VOWELS = frozenset("iuɑæʌɔɛɪʊɝ") | {"aɪ", "aʊ", "ɔɪ", "eɪ", "oʊ", "e", "o"}


def _homophone(claim: RawClaim, word: Word, sounds: Sounds) -> Finding:
    from malmoi.lexicon.sound.phones import edit_distance

    subject, source = _of_subject(claim, word, sounds)
    found = [
        (edit_distance(a, b), f"{v.form} /{''.join(b)}/")
        for v in claim.values
        for b in _of_phrase(v.form, sounds)
        for a in subject
    ]
    if not found:
        return UNVERIFIED
    distance, said = min(found)
    if distance == 0:
        return supported(f"{source}; {said}")
    exactly = re.search(r"(?i)\bhomophon|\b(?:exactly|just|identical)", claim.text)
    merged = any(
        nearly(x, y)
        for v in claim.values
        for b in _of_phrase(v.form, sounds)
        for a in subject
        for x, y in ((a, b), (levelled(a), levelled(b)), (r_less(a), r_less(b)))
    )
    if exactly and not merged:
        return contradicted(f"{source}; {said}")
    return contradicted(f"{source}; {said}") if distance >= 0.12 and not merged else UNVERIFIED


def _syllables(claim: RawClaim, word: Word, sounds: Sounds) -> Finding:
    said = _other(claim, word, sounds)
    if not said:
        return UNVERIFIED
    stresses, source = said
    counts = {len(s) for s in stresses}
    told = int(claim.values[0].form)
    source += f": {' or '.join(map(str, sorted(counts)))} syllables"
    if told in counts:
        return supported(source)
    own = bare(claim.subject) == bare(word.term)
    known = [p.phones for p in word.pronunciations] if own else sounds.phones(claim.subject)
    ranges = [_countable(phones) for phones in known]
    return UNVERIFIED if any(a <= told <= b for a, b in ranges) else contradicted(source)


def _countable(phones: tuple[str, ...]) -> tuple[int, int]:
    """The fewest and the most syllables that careful and quick speakers of English give it.

    "fire" 1 or 2, "obvious" 2 or 3, "genius" 2 or 3, "different" 2 or 3, "secretary" 3 or 4.
    """
    plain = [re.sub(r"\d", "", p) for p in phones]
    vowel = [p[-1].isdigit() for p in phones]
    fewer = more = sum(vowel)
    merged = -2  # no vowel is lost to two neighbours
    for i, phone in enumerate(phones):
        following = phones[i + 1 : i + 3]
        if vowel[i] and following and vowel[i + 1]:
            # "higher", "poem", "cruel", "obvious": two vowels in a row
            weak = following[0].endswith("0") or phone.endswith("0")
            fewer, merged = (fewer - 1, i) if weak and merged != i - 1 else (fewer, merged)
        elif vowel[i] and following and plain[i] in {"AY", "AW", "OY", "EY", "IY", "UW"}:
            more += plain[i + 1] in {"R", "L"}
        elif vowel[i] and phone[-1] in "02" and i > 0 and not vowel[i - 1] and len(following) == 2:
            # A weak vowel between consonants goes before r or l and another weak vowel.
            dropped = vowel[i + 2] and following[1].endswith("0")
            dropped &= plain[i + 1] in {"R", "L"} and any(vowel[:i])
            fewer, merged = (fewer - 1, i) if dropped and merged != i - 2 else (fewer, merged)
        elif phone in {"ER0", "ER2"} and following and vowel[i + 1] and any(vowel[:i]):
            fewer -= 1
        more += plain[i] == "Y" and bool(following) and vowel[i + 1] and i > 0 and not vowel[i - 1]
    return fewer, more


def _other(claim: RawClaim, word: Word, sounds: Sounds) -> tuple[list[str], str] | None:
    """Stress patterns of the claim's subject with their source."""
    if bare(claim.subject) == bare(word.term):
        return (
            ([p.stress for p in word.pronunciations], _said(word)) if word.pronunciations else None
        )
    found = sounds.pronunciations(claim.subject)
    return ([p.stress for p in found], f"{found[0].source}: /{found[0].ipa}/") if found else None


def _stress(claim: RawClaim, word: Word, sounds: Sounds) -> Finding:
    said = _other(claim, word, sounds)
    if not said:
        return UNVERIFIED
    stresses, source = said
    try:
        told = int(claim.values[0].form)
    except ValueError:
        return UNVERIFIED
    right = [_place(told, s) for s in stresses]
    if any(0 <= at < len(s) and s[at] == "1" for at, s in zip(right, stresses, strict=True)):
        return supported(source)
    if any(0 <= at < len(s) and s[at] == "2" for at, s in zip(right, stresses, strict=True)):
        return UNVERIFIED
    if bare(claim.subject) != bare(word.term):
        return contradicted(source)
    for reading in word.readings:
        if reading.stress == _place(told, "0" * reading.syllables):
            meant = reading_is_meant(reading, claim.sentence)
            shown = f"{reading.source}: {word.term}, {reading.pos}"
            return supported(shown) if meant else UNVERIFIED
    # "record" as a noun and as a verb are stressed apart; CMUdict need not know both.
    shifts = {"noun", "verb"} <= {s.pos for s in word.senses}
    return UNVERIFIED if shifts and {len(s) for s in stresses} == {2} else contradicted(source)


def _place(claimed: int, stress: str) -> int:
    if claimed > 0:
        return claimed - 1
    return len(stress) + claimed if claimed else len(stress) // 2


def _ipa(claim: RawClaim, word: Word, sounds: Sounds) -> Finding:
    from malmoi.lexicon.sound.phones import edit_distance, segments

    if not word.pronunciations:
        return UNVERIFIED
    value = claim.values[0]
    source = _said(word)
    if value.language == "word":
        return _sounds_like(claim, word, sounds)
    if value.language == "respelling":
        return _respelled(value.form, word)
    told = segments(value.form)
    if not told:
        return UNVERIFIED
    distance = min(edit_distance(told, s) for s in _of_word(word))
    stress = _stressed_syllable(value.form)
    own = {p.stress.find("1") for p in word.pronunciations}
    if distance >= 0.4 or (
        stress is not None and len(told) > 3 and stress not in own and -1 not in own
    ):
        return contradicted(source)
    return supported(source) if distance <= 0.2 else UNVERIFIED


def _stressed_syllable(ipa: str) -> int | None:
    """Which syllable the mark stands before, None without one."""
    from malmoi.lexicon.sound.phones import segments

    if "ˈ" not in ipa and not ipa.startswith("'"):
        return None
    head = ipa.partition("ˈ")[0] if "ˈ" in ipa else ""
    return sum(s[0] in VOWELS for s in segments(head))


def _respelled(form: str, word: Word) -> Finding:
    """ "OB-stuh-nit": as many chunks as syllables, the capitals where the stress is."""
    chunks = re.split(r"[-·•]", form)
    stresses = [p.stress for p in word.pronunciations]
    if all(len(s) != len(chunks) for s in stresses):
        return contradicted(_said(word)) if len(chunks) > 1 else UNVERIFIED
    loud = [i for i, c in enumerate(chunks) if c.isupper() and len(c) > 1]
    if len(loud) != 1 or len(chunks) == 1:
        return UNVERIFIED
    same = any(len(s) == len(chunks) and s[loud[0]] == "1" for s in stresses)
    weak = all(s[loud[0]] == "0" for s in stresses if len(s) == len(chunks))
    return supported(_said(word)) if same else contradicted(_said(word)) if weak else UNVERIFIED


def _edge(claim: RawClaim, word: Word, sounds: Sounds) -> Finding:
    """Begins or ends like another word: the two segments at that edge, or the word as a whole."""
    from malmoi.lexicon.sound.phones import edit_distance

    ends = claim.relation == "ends-like"
    subject, source = _of_subject(claim, word, sounds)
    best = 1.0
    edge = 1.0
    for value in claim.values:
        if value.form.lower() in _LETTER_SOUNDS or len(bare(value.form)) == 1:
            return UNVERIFIED  # "the sound of 'f'" is not the letter's name
        for b in _of_phrase(value.form, sounds):
            for a in subject:
                at = -1 if ends else 0
                edge = min(edge, edit_distance(a[at:][:1], b[at:][:1]))
                for size in (2, len(b), len(b) + 1):
                    x, y = (a[-size:], b[-size:]) if ends else (a[:size], b[:size])
                    best = min(best, edit_distance(x, y))
            source_of = f"; {value.form} /{''.join(b)}/"
            source = source if source_of in source else source + source_of
        if not _of_phrase(value.form, sounds):
            return UNVERIFIED
    if not subject:
        return UNVERIFIED
    if best <= 0.2 and edge <= 0.1:
        return supported(source)
    return contradicted(source) if min(best, edge) >= MIN_UNLIKE else UNVERIFIED


_LETTER_SOUNDS = {
    "b": "B", "d": "D JH T", "f": "F V", "g": "G JH ZH NG F", "h": "HH SH CH TH DH F", "k": "K",
    "l": "L", "m": "M", "n": "N NG", "p": "P F", "s": "S Z SH ZH", "t": "T CH SH TH DH D ZH",
    "w": "W UW OW AW AO", "c": "K S CH SH", "gh": "G F HH",
}  # fmt: skip


def _silent(claim: RawClaim, word: Word, sounds: Sounds) -> Finding:
    quoted = r"[\"']?\b((?:gh|kn|gn|ph|ps|pn|wr|mb|th|wh|ch|ck|rh|ue|[a-z]))\b[\"']?"
    found = re.search(
        rf"(?i)silent\s+{quoted}|\b{quoted}\s+(?:in\s+\S+\s+)?(?:is|are)\b|"
        rf"\bthe\s+(?:letter\s+)?{quoted}",
        claim.values[0].form if claim.values else "",
    )
    if not found or not word.pronunciations:
        return UNVERIFIED
    letter = (found[1] or found[2] or found[3]).lower()
    if letter not in word.term:
        return contradicted(f"spelling: {word.term} has no {letter}")
    phones = [{re.sub(r"\d", "", p) for p in said.phones} for said in word.pronunciations]
    if letter == "e" and word.term.endswith("e"):
        last = word.pronunciations[0].phones[-1]
        return supported(_said(word)) if not last[-1].isdigit() else UNVERIFIED
    may = set(_LETTER_SOUNDS.get(letter, "").split())
    if not may:
        return UNVERIFIED
    if any(not (may & p) for p in phones):
        return supported(_said(word))
    if (
        word.term.count(letter) == 1
        and letter in "bdklmnp"
        and f"{letter}{letter}" not in word.term
    ):
        return contradicted(_said(word))
    return UNVERIFIED


_CHECKS = {
    "sounds-like": _sounds_like, "rhymes": _rhymes, "homophone": _homophone, "ipa": _ipa,
    "syllables": _syllables, "stress": _stress, "starts-like": _edge, "ends-like": _edge,
    "silent": _silent,
}  # fmt: skip
