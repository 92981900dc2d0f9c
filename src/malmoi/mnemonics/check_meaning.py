"""Claims about meaning, looked up in the senses that the lexicon gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from malmoi.lexicon.facts import Word
from malmoi.mnemonics.check_form import worst
from malmoi.mnemonics.claim_text import bare
from malmoi.mnemonics.finding import UNVERIFIED, Finding, contradicted, supported
from malmoi.mnemonics.glosses import agree, content, stem, stems, wide

if TYPE_CHECKING:
    from malmoi.mnemonics.claims import RawClaim


def check(claim: RawClaim, word: Word, lexicon: Any) -> Finding:
    """Look a claim of kind "meaning" up."""
    if bare(claim.subject) != bare(word.term):
        word = lexicon.word(bare(claim.subject))
    if not word.senses and not word.definitions:
        return UNVERIFIED
    if claim.relation == "pos":
        return _part_of_speech(claim, word)
    if claim.relation == "opposite":
        return worst([_opposite(bare(v.form), word, lexicon) for v in claim.values])
    if claim.relation == "synonym":
        return worst([_synonym(bare(v.form), word, lexicon) for v in claim.values])
    return means(claim.values[0].gloss or claim.values[0].form, word, lexicon)


def known_glosses(word: Word) -> list[str]:
    """All definitions of a word and its synonyms, a gloss each."""
    found = [s.definition for s in word.senses] + [d for d, _ in word.definitions]
    return [*found, *word.synonyms, *(syn for s in word.senses for syn in s.synonyms)]


def antonyms(word: Word) -> set[str]:
    """Antonyms of every sense."""
    return {bare(a) for s in word.senses for a in s.antonyms} | {bare(a) for a in word.antonyms}


def means(gloss: str, word: Word, lexicon: Any) -> Finding:
    """Whether a gloss says what a sense of the word says."""
    shown = _shown(word)
    told = stems(gloss)
    against = {stem(a): a for a in antonyms(word)}
    hit = told & set(against)
    own = {s for g in known_glosses(word) for s in stems(g)}
    if hit - own and " not " not in f" {gloss} ":
        return contradicted(f"{shown}; antonym: {against[min(hit - own)]}")
    verdict = agree(gloss, known_glosses(word), lexicon)
    if verdict == "yes":
        return supported(shown)
    if verdict == "no" and len(content(gloss)) <= 8 and _known(gloss, lexicon):
        # Second look, from the other side: the words that define the word's own synonyms.
        family = wide(" ".join([*word.synonyms[:8], *(r.word for r in word.family[:8])]), lexicon)
        return UNVERIFIED if family & wide(gloss, lexicon) else contradicted(shown)
    return UNVERIFIED


def _known(gloss: str, lexicon: Any) -> bool:
    return all(lexicon.word(w).senses for w in content(gloss)[:4])


def _shown(word: Word) -> str:
    if word.senses:
        return f"{word.senses[0].source}: {word.senses[0].definition[:100]}"
    return f"{word.definitions[0][1]}: {word.definitions[0][0][:100]}"


def _part_of_speech(claim: RawClaim, word: Word) -> Finding:
    told = claim.values[0].form
    known = {s.pos for s in word.senses}
    if not known:
        return UNVERIFIED
    shown = f"{word.senses[0].source}: {', '.join(sorted(known))}"
    return supported(shown) if told in known else contradicted(shown)


def _synonyms(word: Word) -> set[str]:
    return {bare(s) for s in word.synonyms} | {bare(x) for s in word.senses for x in s.synonyms}


def _synonym(other: str, word: Word, lexicon: Any) -> Finding:
    facts = lexicon.word(other)
    if other in _synonyms(word) or bare(word.term) in _synonyms(facts):
        return supported(f"WordNet: {word.term}, {other}")
    if other in antonyms(word) or bare(word.term) in antonyms(facts):
        return contradicted(f"WordNet: {other} is an antonym")
    if any(bare(s) in antonyms(facts) for s in _synonyms(word)):
        return contradicted(f"WordNet: {other} is an antonym of a synonym")
    if not facts.senses:
        return UNVERIFIED
    return means(other, word, lexicon)


def _opposite(other: str, word: Word, lexicon: Any) -> Finding:
    facts = lexicon.word(other)
    against = antonyms(word)
    if other in against or bare(word.term) in antonyms(facts):
        return supported(f"WordNet: {other} is an antonym of {word.term}")
    own, theirs = _synonyms(word), _synonyms(facts)
    if other in own or bare(word.term) in theirs:
        return contradicted(f"WordNet: {other} is a synonym of {word.term}")
    if theirs & against or own & antonyms(facts):
        return supported(f"WordNet: {other} is near an antonym of {word.term}")
    return UNVERIFIED
