"""Mnemonics for learners whose first language is Korean: Korean words that sound like the term.

    compose(word, sense, lexicon)  # "columnist ← 칼 + 엄마"

The match of sounds is computed (`lexicon.korean`) and stands in the reasoning with its figures,
where `korean_claims` reads it as it reads any writer's. The Korean gloss of the term is the
caller's (`korean_gloss`), "" for none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from malmoi.lexicon.facts import Sense, Word
from malmoi.lexicon.keywords.korean import Korean, KoreanCover
from malmoi.mnemonics.cards import NO_EXAMPLE, Anchor, Candidate, Draft
from malmoi.mnemonics.korean.glosses import short
from malmoi.mnemonics.korean.scenes import kind_of, scene

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

VERSION = 2
"""Raised when what is composed changes, so that candidates are written again."""

WRITER = "lexicon-writer"

PICTURED = 0.1
"""What a cover gains in the order when all of its words can be seen (`korean_kinds.toml`)."""


def compose(
    word: Word,
    sense: Sense,
    lexicon: Lexicon | None = None,
    gloss: str = "",
    limit: int = 3,
    korean: Korean | None = None,
) -> list[Candidate]:
    """Candidates on the best Korean covers, best first; [] where no Korean word sounds like it.

    Args:
        word, sense: what the cards are for.
        lexicon: for the example sentence; without one only an example of the sense itself is used.
        gloss: the term's meaning in Korean (`korean_gloss`), "" to tell it in English. It stands in
            the reasoning too, where `korean_claims` reads it.
        limit: candidates at most.
        korean: the Korean words, `Korean.open()` by default.

    Raises:
        SourceError: a package with Korean words or English sounds isn't installed.
    """
    covers = (korean or Korean.open()).keywords(word.term, 3 * limit)
    covers = sorted(covers, key=lambda cover: -cover.score - PICTURED * _pictured(cover))[:limit]
    if not covers:
        return []
    example = _example(word, sense)
    found = []
    for cover in covers:
        told = scene(word.term, sense.pos, cover.words, gloss, short(sense.definition))
        draft = Draft("phonetics", reasoning(word.term, cover, gloss), told, example)
        anchors = tuple(Anchor(keyword, "sound") for keyword in cover.words)
        found.append(
            Candidate(word.term, sense.id, sense.definition, sense.pos, draft, WRITER, anchors)
        )
    return found


def reasoning(term: str, cover: KoreanCover, gloss: str = "") -> str:
    """Which letters sound like which Korean word, how much of the word, how near; the gloss."""
    pairs = zip(cover.words, cover.ipa, cover.letters, cover.spans, strict=True)
    parts = [
        f"‘{letters or ''.join(cover.phones[start:end])}’ → {keyword} /{ipa}/"
        for keyword, ipa, letters, (start, end) in pairs
    ]
    heard = sum(end - start for start, end in cover.spans)
    return (
        f"{term} /{''.join(cover.phones)}/, 이렇게 들린다: {', '.join(parts)} "
        f"(소리 {len(cover.phones)}개 중 {heard}개, 거리 {cover.distance:.2f})."
        + (f" 뜻은 ‘{gloss}’." if gloss else "")
    )


def _pictured(cover: KoreanCover) -> bool:
    return all(kind_of(keyword) != "heard" for keyword in cover.words)


def _example(word: Word, sense: Sense) -> str:
    from malmoi.mnemonics.compose.examples import example

    return example(word, sense) or NO_EXAMPLE
