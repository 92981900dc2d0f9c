"""Candidates for a corpus: what any source proposes, each with the evidence of all of them.

    sources = Sources.open(corpus)
    pairs = discover(corpus, glossary_records, recipe.synonyms, sources)

A candidate is proposed by

- the teacher's glossary: an English word in a large enough share of its samples ("glossary");
- aligned text: phrases that stand for each other in enough segments, both ways;
- brackets in running text ("parentheses");
- packages: a pair whose Korean term stands in the corpus;
- neighbours: corpus terms that are each other's nearest by CSLS;
- vectors: the same in the dictionary of vectors, among common English words too;
- sound: a corpus term that is an English one in Hangul.

Proposing is generous, since verification follows; what is proposed by nothing but a neighbour is
often merely related. Terms of the corpus are kiwi's nouns, compounds and predicates
(`glossary.find_terms`) and the words and packaged terms of the English side of its aligned text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from malmoi.core.files import Record
from malmoi.corpora.corpus import Corpus
from malmoi.recipe import GlossarySection
from malmoi.recipe.synonyms import SynonymsSection
from malmoi.synonyms.sources import parentheses
from malmoi.synonyms.sources.candidates import Evidence, Pair
from malmoi.synonyms.sources.evidence import Sources
from malmoi.synonyms.sources.neighbours import Neighbours
from malmoi.synonyms.sources.surfaces import write_out
from malmoi.synonyms.sources.terms import english_keys, korean_keys
from malmoi.synonyms.sources.vectors import COMMON_WORDS, english_words
from malmoi.synthesis.glossary import find_terms
from malmoi.text.hangul import has_hangul
from malmoi.text.transliteration import jamo, loanword, skeleton

Proposal = tuple[str, str, tuple[Evidence, ...]]
"""A proposal: Korean, English, and evidence that `Sources` can't give."""

MIN_PHRASE_SHARE = 0.3
"""`min_aligned_share` of a pair with a term of several words, aligned by chance more often."""
MIN_PHRASE_SEGMENTS = 3
"""…and the segments in which it must be aligned at least: what two have is often no term."""
MIN_CONTAINED_SHARE = 0.8
"""Share of a pair's segments in which a term is part of a longer one with the same partner."""
_MIN_SKELETON = 2
_ENGLISH = re.compile(r"[A-Za-z][A-Za-z0-9 .+#/&'’-]*[A-Za-z0-9+#]")


def discover(
    corpus: Corpus,
    glossary_records: Iterable[Record],
    section: SynonymsSection,
    sources: Sources,
) -> list[Pair]:
    """All candidates, sorted by Korean and English; each pair of keys once, with all evidence,
    written as the first that proposed it has it (a teacher and packages have dictionary forms).

    Args:
        corpus: documents; its aligned segments are those that `sources` were opened with.
        glossary_records: of `glossary.read` (Korean terms) and of `reverse_glossary.read`
            (English terms).
        section: how much a source must see before it proposes.
        sources: opened from the same corpus.
    """
    korean = corpus_terms(corpus, section)
    english = english_terms(sources, section)
    proposals: list[Proposal] = [
        *from_glossary(glossary_records, section, vocabulary(korean, sources)),
        *from_packages(sources, korean),
        *from_parentheses(corpus),
        *from_text(sources, section),
        *from_sound(korean, english, section),
        *(from_neighbours(sources, korean, english) if section.neighbours else ()),
        *(from_vectors(sources, korean, english) if section.neighbours else ()),
    ]
    return merge(proposals, sources)


def merge(proposals: Sequence[Proposal], sources: Sources) -> list[Pair]:
    """Each pair of keys once, as it was first proposed, with what every source says of it."""
    keys = korean_keys([korean for korean, _, _ in proposals])
    written: dict[tuple[str, str], tuple[str, str]] = {}
    own: defaultdict[tuple[str, str], dict[tuple[str, str], Evidence]] = defaultdict(dict)
    for (korean, english, evidence), k in zip(proposals, keys, strict=True):
        e = english_keys(english)
        if not (k and e and is_pair(korean, english)):
            continue
        pair = k[0], e[0]
        written.setdefault(pair, (korean, english))
        for one in evidence:
            before = own[pair].get((one.source, one.direction))
            if before is None or one.value > before.value:
                own[pair][one.source, one.direction] = one
    every = list(written.items())
    found = sources.evidence_of([texts for _, texts in every])
    return sorted(
        (
            Pair(*texts, (*own[pair].values(), *evidence))
            for (pair, texts), evidence in zip(every, found, strict=True)
        ),
        key=lambda pair: (pair.korean, pair.english),
    )


def is_pair(korean: str, english: str) -> bool:
    """Whether both texts may stand in a dictionary: Hangul on one side, Latin on the other."""
    return has_hangul(korean) and _ENGLISH.fullmatch(english) is not None


def corpus_terms(corpus: Corpus, section: SynonymsSection) -> list[str]:
    """Korean terms of the documents, the most frequent first, as a dictionary has them."""
    wanted = GlossarySection(
        min_documents=section.min_documents,
        min_compound_documents=section.min_documents,
        max_terms=section.max_terms,
    )
    terms = find_terms(corpus.documents, wanted)
    return [t.text for t in sorted(terms, key=lambda term: (-term.documents, term.text))]


def english_terms(sources: Sources, section: SynonymsSection) -> list[str]:
    """English terms of the aligned text, the most frequent first: words, and packaged terms of
    several words; those of the packages alone where there is no aligned text.

    Of the packages' ways to write a term the shortest is taken: "array", not "array 2".
    """
    packaged = {p.english.lower() for p in sources.packaged.pairs}
    longest_first = sorted(packaged, key=lambda text: (-len(text), text))
    known = {keys[0]: text for text in longest_first if (keys := english_keys(text))}
    side = sources.bitext.english
    counts = Counter(
        {
            known.get(key, key): len(side.segments_of(number))
            for key, number in side.index.items()
            if (" " not in key or key in known) and len(key) > 1 and _ENGLISH.fullmatch(key)
        }
    )
    frequent = [(text, n) for text, n in counts.items() if n >= section.min_segments]
    frequent.sort(key=lambda item: (-item[1], item[0]))
    return [text for text, _ in frequent[: section.max_terms]] or sorted(packaged)


def vocabulary(korean: Sequence[str], sources: Sources) -> set[str]:
    """Keys of the corpus's Korean terms: its frequent ones, and those of its aligned text."""
    return {keys[0] for keys in korean_keys(korean) if keys} | set(sources.bitext.korean.index)


def from_glossary(
    records: Iterable[Record], section: SynonymsSection, ours: AbstractSet[str]
) -> Iterator[Proposal]:
    """What a teacher gave: {"term", "english": {word: share}} or {"term", "korean": {…}}.

    The Korean of an English term counts where it stands in the corpus (its key is in `ours`): a
    small teacher makes up compounds ("디터 오류" for "error").
    """
    for record in records:
        context = record.get("context", "")
        for english, share in record.get("english", {}).items():
            if share >= section.min_glossary_share:
                evidence = Evidence("glossary", share, "ko→en", context)
                yield record["term"], english, (evidence,)
        answers = [
            (korean, share)
            for korean, share in record.get("korean", {}).items()
            if share >= section.min_glossary_share
        ]
        for (korean, share), keys in zip(
            answers, korean_keys([k for k, _ in answers]), strict=True
        ):
            if not ours.isdisjoint(keys):
                yield korean, record["term"], (Evidence("glossary", share, "en→ko", context),)


def from_text(sources: Sources, section: SynonymsSection) -> list[Proposal]:
    """Phrases that are aligned often enough, as they are written."""
    bitext = sources.bitext
    korean, english = list(bitext.korean.index), list(bitext.english.index)
    cells = {}
    for (k, e), count in sorted(bitext.aligned.items()):
        if count < section.min_segments or len(english[e]) < 2 or not has_hangul(korean[k]):
            continue
        least = section.min_aligned_share
        if " " in english[e]:
            least = max(least, MIN_PHRASE_SHARE)
            if count < MIN_PHRASE_SEGMENTS:
                continue
        rarest = max(len(bitext.korean.segments_of(k)), len(bitext.english.segments_of(e)))
        if count >= least * rarest:
            cells[k, e] = count
    written = {
        (korean[k], english[e]): (texts, cells[k, e])
        for (k, e), texts in zip(cells, write_out(bitext, list(cells)), strict=True)
        if texts
    }
    parts = _parts({keys: count for keys, (_, count) in written.items()})
    return [(*texts, ()) for keys, (texts, _) in written.items() if keys not in parts]


def _parts(counts: dict[tuple[str, str], int]) -> set[tuple[str, str]]:
    """Pairs of which one term nearly always stands in a longer one with the same partner: of
    매개 and 매개변수, both aligned to "parameter", the first is a piece of the second."""
    found = set()
    by_english: defaultdict[str, list[str]] = defaultdict(list)
    by_korean: defaultdict[str, list[str]] = defaultdict(list)
    for korean, english in counts:
        by_english[english].append(korean)
        by_korean[korean].append(english)
    for (korean, english), count in counts.items():
        longer = [(k, english) for k in by_english[english] if k != korean and korean in k]
        longer += [
            (korean, e) for e in by_korean[korean] if e != english and f" {english} " in f" {e} "
        ]
        if any(counts[pair] >= MIN_CONTAINED_SHARE * count for pair in longer):
            found.add((korean, english))
    return found


def from_parentheses(corpus: Corpus) -> list[Proposal]:
    """Bracketed pairs; the value is n / (n + 1) for n times."""
    texts = [document.full_text for document in corpus.documents]
    found = parentheses.find(texts)
    counts = Counter((p.korean, p.english) for p in found)
    context = {(p.korean, p.english): p.context for p in reversed(found)}
    return [
        (*pair, (Evidence("parentheses", round(n / (n + 1), 4), "both", context[pair]),))
        for pair, n in counts.items()
    ]


def from_packages(sources: Sources, korean: Sequence[str]) -> list[Proposal]:
    """Packaged pairs whose Korean term stands in the corpus, and the English one in its text.

    A dictionary has all senses of a word; those that no aligned text holds are left out (where
    there is aligned text at all).
    """
    ours = {key for keys in korean_keys(korean) for key in keys[:1]}
    theirs = sources.bitext.english.index
    return [
        (pair.korean, pair.english, ())
        for pair, key in zip(sources.packaged.pairs, sources.keys, strict=True)
        if key in ours and (not theirs or any(k in theirs for k in english_keys(pair.english)))
    ]


def from_sound(
    korean: Sequence[str], english: Sequence[str], section: SynonymsSection
) -> list[Proposal]:
    """Corpus terms that are English ones in Hangul, among those with the same consonants."""
    by_skeleton: defaultdict[str, list[str]] = defaultdict(list)
    for term in english:
        by_skeleton[_squeezed(skeleton(term.lower()))].append(term)
    return [
        (term, other, ())
        for term in korean
        if len(shape := _squeezed(skeleton(jamo(term)))) >= _MIN_SKELETON
        for other in by_skeleton.get(shape, ())
        if loanword(term, other) >= section.min_loanword_score
    ]


def _squeezed(shape: str) -> str:
    """Without doubles: ㄹ between vowels is written twice, and so are letters."""
    return re.sub(r"(.)\1+", r"\1", shape)


def from_neighbours(
    sources: Sources, korean: Sequence[str], english: Sequence[str]
) -> list[Proposal]:
    """Corpus terms that are each other's nearest; nothing without a dense model."""
    if sources.encoder is None or not korean or not english:
        return []
    near = Neighbours(sources.encoder, korean, english)
    return [(k, e, ()) for k, e, _ in near.mutual()]


def from_vectors(sources: Sources, korean: Sequence[str], english: Sequence[str]) -> list[Proposal]:
    """Corpus terms with the English term of the corpus, or the common English word, that is nearest
    in the dictionary of vectors and to which they are; nothing without such a dictionary."""
    if sources.words is None or not korean or not english:
        return []
    read = [k for k, can in zip(korean, sources.words.readable(korean), strict=True) if can]
    if not read:
        return []
    near = Neighbours(sources.words.encoder, read, [*english, *english_words(COMMON_WORDS)])
    return [(k, e, ()) for k, e, _ in near.mutual()]
