"""Puts a `Word` together from what each source of a `Lexicon` says of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from malmoi.lexicon.disagreements import disagreements
from malmoi.lexicon.facts import Origin, Sense, Word
from malmoi.lexicon.heteronyms import readings
from malmoi.lexicon.spelling_variants import variants

if TYPE_CHECKING:
    from malmoi.lexicon.sources import Sources


def look_up(term: str, lexicon: Sources) -> Word:
    """The word's facts; `unknown` says for each field that stayed empty why.

    A fact that the term itself has is preferred; where a source knows only the base form ("abates")
    the senses, origins and relatives are those of the base form.
    """
    morphology, frequency = lexicon.morphology, lexicon.frequency
    lemma = morphology.lemma(term)
    unknown: dict[str, str] = {}
    sounds, gcide, wordnet = lexicon.sounds, lexicon.gcide, lexicon.wordnet
    spellings = variants(term, wordnet, gcide, sounds, frequency)
    said = (sounds.pronunciations(one) for one in (term, *spellings)) if sounds else ()
    pronunciations = next(filter(None, said), ())
    senses, definitions, origins = _meaning(term, lemma, lexicon)
    for other in spellings:
        senses, definitions, origins = _with_variant(
            (senses, definitions, origins), _meaning(other, other, lexicon)
        )
    word = Word(
        term=term,
        lemma=lemma,
        pronunciations=pronunciations,
        inflections=morphology.inflections(term),
        family=morphology.family(term),
        parts=morphology.parts(term),
        origins=origins,
        senses=senses,
        definitions=definitions,
        readings=readings(term, sounds, gcide, wordnet),
        variants=spellings,
        synonyms=_synonyms(term, lemma, senses, lexicon),
        antonyms=_together(sense.antonyms for sense in senses),
        zipf=frequency.zipf(term),
        cefr=frequency.cefr(term) or frequency.cefr(lemma),
        concreteness=frequency.concreteness(term) or frequency.concreteness(lemma),
        unknown=unknown,
    )
    unknown.update(_unknown(word, lexicon))
    return replace(word, disagreements=disagreements(word, _first_pos(term, lemma, lexicon)))


Meaning = tuple[tuple[Sense, ...], tuple[tuple[str, str], ...], tuple[Origin, ...]]


def _with_variant(own: Meaning, other: Meaning) -> Meaning:
    """What a word means and where it comes from, completed by what stands under another spelling.

    WordNet orders the senses of each spelling by its own counts: those of the spelling that has
    more of them (defense, not defence) give the order; senses keep their names.
    """
    senses, definitions, origins = own
    more, others, further = other
    if more and senses and len(more) >= len(senses):
        names = {sense.definition: sense for sense in senses}
        order = [names.get(sense.definition, sense) for sense in more]
        senses = tuple(dict.fromkeys((*order, *senses)))
    if not any(origin.source.startswith("GCIDE") for origin in origins):
        origins = (*further, *origins)
    return senses or more, definitions or others, tuple(dict.fromkeys(origins))


def _first_pos(term: str, lemma: str, lexicon: Sources) -> str:
    """The part of speech of GCIDE's first entry that defines the word, "" if there is none."""
    if not lexicon.gcide:
        return ""
    for form in (term, lemma):
        for entry in lexicon.gcide.entries(form):
            if entry.headword.lower() == form and entry.senses:
                return entry.pos
    return ""


def _meaning(term: str, lemma: str, lexicon: Sources) -> Meaning:
    """Senses (WordNet), definitions (GCIDE) and origins (GCIDE, then Etymological Wordnet).

    Where WordNet is missing, the bare definitions of a package stand in for senses.
    """
    wordnet, gcide, etymology = lexicon.wordnet, lexicon.gcide, lexicon.etymology
    senses: tuple[Sense, ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()
    origins: tuple[Origin, ...] = ()
    dictionary = wordnet or lexicon.glosses
    if dictionary:
        senses = dictionary.senses(term) or dictionary.senses(lemma)
    if gcide:
        definitions = gcide.definitions(term) or gcide.definitions(lemma)
        origins = gcide.origins(term) or gcide.origins(lemma)
    if etymology:
        origins += etymology.origins(term) or etymology.origins(lemma)
    return senses, definitions, origins


def _synonyms(
    term: str, lemma: str, senses: tuple[Sense, ...], lexicon: Sources
) -> tuple[str, ...]:
    """WordNet's of all senses, then those of GCIDE's "Syn:" paragraphs."""
    groups = [sense.synonyms for sense in senses]
    if lexicon.gcide:
        entries = lexicon.gcide.entries(term)
        groups += [e.syn for e in entries if e.headword.lower() in (term, lemma)]
    return tuple(word for word in _together(groups) if word.lower() not in (term, lemma))


def _together(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """All words of all groups, each once, in order."""
    return tuple(dict.fromkeys(word for group in groups for word in group))


def _unknown(word: Word, lexicon: Sources) -> dict[str, str]:
    """Why each empty field is empty: its source is missing, or has nothing on the word."""
    missing = {**lexicon.frequency.missing(), **lexicon.morphology.missing()}
    sources = {
        "pronunciations": (lexicon.sounds, "sounds", "CMUdict does not have it"),
        "senses": (lexicon.wordnet, "wordnet", "WordNet does not have it"),
        "definitions": (lexicon.gcide, "gcide", "GCIDE does not have it"),
        "origins": (lexicon.gcide or lexicon.etymology, "gcide", "no source gives its origin"),
    }
    reasons = {
        "zipf": "wordfreq does not have it: rarer than once in a hundred million words",
        "cefr": "cefrpy does not have it",
        "concreteness": "nobody has rated it",
        "parts": "no affix that a source confirms",
        "family": "MorphyNet has no relative of it",
        "inflections": "no other form is known",
        "antonyms": "WordNet names none",
        "synonyms": "WordNet and GCIDE name none",
    }
    found: dict[str, str] = {}
    for name, reason in reasons.items():
        if not getattr(word, name):
            found[name] = missing.get(name, reason)
    for name, (source, attribute, reason) in sources.items():
        if not getattr(word, name):
            found[name] = reason if source else lexicon.why_missing(attribute)
    return found
