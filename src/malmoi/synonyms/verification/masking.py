"""Evidence of labelled pairs as if the packages knew less than they do.

A labelled pair comes from a package, so its own entry would give it away, and both its terms are
known, which a user's are not always. So entries are masked, of true and of false pairs alike:
knowing a term, or not, must say nothing about the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from malmoi.synonyms.sources.candidates import Evidence
from malmoi.synonyms.sources.related_terms import NAMES, TermRelations
from malmoi.synonyms.sources.terms import english_keys, korean_keys

if TYPE_CHECKING:
    from malmoi.synonyms.sources.evidence import Sources
    from malmoi.synonyms.verification.labelled_pairs import LabelledPair


def gather(
    pairs: Sequence[tuple[str, str]], sources: Sources, relations: TermRelations
) -> list[tuple[Evidence, ...]]:
    """What sources and relations say of each pair (Korean, English), nothing masked."""
    found = zip(sources.evidence_of(pairs), relations.evidence_of(pairs), strict=True)
    return [(*looked_up, *kin) for looked_up, kin in found]


def gather_masked(
    labelled_pairs: Sequence[LabelledPair], sources: Sources, relations: TermRelations
) -> list[tuple[Evidence, ...]]:
    """What is said of each labelled pair with its mask on. Not safe between threads."""
    texts = [(labelled.korean, labelled.english) for labelled in labelled_pairs]
    found = gather(texts, sources, relations)
    for place, labelled in enumerate(labelled_pairs):
        if labelled.masked:
            keys = korean_keys([labelled.korean])[0], english_keys(labelled.english)
            with without(labelled, sources):
                listed = sources.of_packages(*keys)
                (kin,) = relations.evidence_of([texts[place]])
            other = (e for e in found[place] if e.source not in ("packaged", *NAMES))
            found[place] = (*listed, *other, *kin)
    return found


@contextmanager
def without(labelled: LabelledPair, sources: Sources) -> Iterator[None]:
    """The sources' entries without the labelled pair's, in place, until the end of the block.

    "entry" takes out the true pair that it was made from; "korean" and "english" all entries of
    that term, "both" those of either.
    """
    korean = korean_keys([labelled.korean])[0]
    own, other = english_keys(labelled.made_from), english_keys(labelled.english)
    kept_korean = {k: sources.korean[k].copy() for k in korean if k in sources.korean}
    touched = {e for e in (*own, *other) if e in sources.english}
    if labelled.masked in ("korean", "both"):
        touched.update(e for row in kept_korean.values() for e in row if e in sources.english)
    kept_english = {e: sources.english[e].copy() for e in touched}
    kept_package = {
        (k, e): sources.names.pop((k, e))
        for k in korean
        for e in touched
        if (k, e) in sources.names
    }
    try:
        for k in kept_korean:
            for e in own:
                sources.korean[k].pop(e, None)
            if labelled.masked in ("korean", "both") or not sources.korean[k]:
                sources.korean.pop(k)
        gone = touched if labelled.masked in ("korean", "both") else set(own)
        for e in kept_english:
            for k in korean:
                if e in gone:
                    sources.english[e].pop(k, None)
            if (e in other and labelled.masked in ("english", "both")) or not sources.english[e]:
                sources.english.pop(e)
        yield
    finally:
        sources.korean.update(kept_korean)
        sources.english.update(kept_english)
        sources.names.update(kept_package)
