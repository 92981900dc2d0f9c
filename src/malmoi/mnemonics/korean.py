"""Mnemonics for learners whose first language is Korean: Korean words that sound like the term.

    compose(word, sense, lexicon)  # "columnist ← 칼 + 엄마"

The match of sounds is computed (`lexicon.korean`) and stands in the reasoning with its figures;
`sound_claim` gives it as a claim. The Korean gloss of the term is the caller's: no packaged source
has Korean glosses of English words at large, so it is "" unless a teacher or the user gives one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from malmoi.files import stable_share
from malmoi.lexicon.facts import Sense, Word
from malmoi.lexicon.korean import SOURCE, Korean, KoreanCover
from malmoi.mnemonics.cards import Anchor, Candidate, Claim, Draft

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

WRITER = "lexicon-writer"

_SCENES = {
    "noun": (
        "{keywords_and} 곁에 있는 {term}, 눈에 선하다: {meaning}.",
        "{term} 하면 {keywords_obj} 떠올리자: {meaning}.",
    ),
    "verb": (
        "{keywords_obj} ‘{term}’한다고 그려 보자: {meaning}.",
        "{term}, {keywords} 소리가 난다. {last_obj} 어떻게 할까? {meaning}!",
    ),
    "adjective": (
        "‘{term}’한 {keywords_obj} 그려 보자: {meaning}.",
        "{keywords_subj} ‘{term}’하면 어떤 모습일까? {meaning}.",
    ),
    "other": ("{term}, {keywords} 소리가 난다: {meaning}.",),
}


def compose(
    word: Word,
    sense: Sense,
    lexicon: Lexicon | None = None,
    gloss: str = "",
    most: int = 3,
    korean: Korean | None = None,
) -> list[Candidate]:
    """Candidates on the best Korean covers, best first; [] where no Korean word sounds like it.

    Arguments:
        lexicon: for the example sentence; without one only an example of the sense itself is used.
        gloss: the term's meaning in Korean, "" for the English definition alone. It is shown, not
            checked.
        korean: the Korean words, `Korean.open()` by default.

    Raises:
        SourceError: a package with Korean words or English sounds isn't installed.
    """
    covers = (korean or Korean.open()).keywords(word.term, most)
    example = _example(word, sense, lexicon) if covers else ""
    if not example:
        return []
    found = []
    for cover in covers:
        draft = Draft(
            "phonetics", reasoning(word.term, cover), _scene(word, sense, cover, gloss), example
        )
        anchors = tuple(Anchor(keyword, "sound") for keyword in cover.words)
        found.append(
            Candidate(word.term, sense.id, sense.definition, sense.pos, draft, WRITER, anchors)
        )
    return found


def reasoning(term: str, cover: KoreanCover) -> str:
    """Which letters sound like which Korean word, how much of the word that is, and how near."""
    pairs = zip(cover.words, cover.ipa, cover.letters, cover.spans, strict=True)
    parts = [
        f"‘{letters or ''.join(cover.phones[start:end])}’ → {keyword} /{ipa}/"
        for keyword, ipa, letters, (start, end) in pairs
    ]
    heard = sum(end - start for start, end in cover.spans)
    return (
        f"{term} /{''.join(cover.phones)}/, 이렇게 들린다: {', '.join(parts)} "
        f"(소리 {len(cover.phones)}개 중 {heard}개, 거리 {cover.distance:.2f})."
    )


def sound_claim(term: str, cover: KoreanCover) -> Claim:
    """The match as a claim that the computed distance supports."""
    return Claim(
        "sound",
        f"{term} ~ {' + '.join(cover.words)}",
        "supported",
        f"CMUdict /{''.join(cover.phones)}/ and {SOURCE} [{' + '.join(cover.ipa)}]: distance "
        f"{cover.distance:.2f}, {cover.covered:.0%} of the sounds",
    )


def with_particle(noun: str, after_consonant: str, after_vowel: str) -> str:
    """The noun with the particle that its last sound asks for ("칼을", "엄마를").

    Raises:
        ValueError: the noun doesn't end in a Hangul syllable.
    """
    last = ord(noun[-1]) - 0xAC00
    if not 0 <= last < 11172:
        raise ValueError(f"{noun!r} doesn't end in a Hangul syllable")
    return noun + (after_consonant if last % 28 else after_vowel)


def _scene(word: Word, sense: Sense, cover: KoreanCover, gloss: str) -> str:
    """A sentence that puts the Korean words into a scene with the term and its meaning."""
    scenes = _SCENES.get(sense.pos, _SCENES["other"])
    scene = scenes[int(stable_share(f"{word.term} {' '.join(cover.words)}") * len(scenes))]
    short = sense.definition.partition(";")[0].strip().rstrip(".")
    *before, last = cover.words
    joined = " ".join([*(with_particle(k, "과", "와") for k in before), last])
    return scene.format(
        term=word.term,
        meaning=f"{gloss}, {short}" if gloss else short,
        keywords=" ".join(cover.words),
        keywords_and=with_particle(joined, "", ""),
        keywords_obj=with_particle(joined, "을", "를"),
        keywords_subj=with_particle(joined, "이", "가"),
        last_obj=with_particle(last, "을", "를"),
    )


def _example(word: Word, sense: Sense, lexicon: Lexicon | None) -> str:
    if lexicon is None:
        return next((e for e in sense.examples if word.term in e.lower().split()), "")
    from malmoi.mnemonics.compose.examples import example
    from malmoi.mnemonics.compose.phrases import meaning

    return example(word, sense, meaning(word, sense, lexicon))
