"""Masks take out what they say, of true and of false pairs alike, and nothing stays out."""

from __future__ import annotations

import copy

import pytest

from malmoi.synonyms.sources.evidence import Sources
from malmoi.synonyms.sources.related_terms import TermRelations
from malmoi.synonyms.verification.labelled_pairs import LabelledPair, choose
from malmoi.synonyms.verification.masking import gather, gather_masked, without
from tests.helpers.toy_sources import Words, make_sources


@pytest.fixture(scope="module")
def sources() -> Sources:
    return make_sources()


def relations(sources: Sources) -> TermRelations:
    return TermRelations(sources.korean, sources.english, Words())  # type: ignore[arg-type]


def said(labelled: LabelledPair, sources: Sources) -> dict[str, float]:
    (evidence,) = gather_masked([labelled], sources, relations(sources))
    return {f"{e.source} {e.direction}": e.value for e in evidence if e.source == "packaged"}


def test_masks_take_out_the_pair_or_a_term(sources: Sources) -> None:
    there, back = "packaged ko→en", "packaged en→ko"
    plain = said(LabelledPair("행", "row", "true", "p", "row"), sources)
    assert plain == {there: 1.0, back: 1.0}
    for mask in ("entry", "korean", "english", "both"):
        assert said(LabelledPair("행", "row", "true", "p", "row", mask), sources) == {}


def test_a_false_labelled_pair_wears_the_mask_of_its_true_one(sources: Sources) -> None:
    """The Korean term is as unknown; the other English term stays known, or not."""
    there, back = "packaged ko→en", "packaged en→ko"
    false = LabelledPair("행", "column", "relative", "p", "row")
    assert said(false, sources) == {there: 0.0, back: 0.0}
    for mask, expected in (("entry", {back: 0.0}), ("korean", {back: 0.0}), ("both", {})):
        labelled = LabelledPair("행", "column", "relative", "p", "row", mask)  # type: ignore[arg-type]
        assert said(labelled, sources) == expected


def test_masks_come_off_again(sources: Sources) -> None:
    before = copy.deepcopy((sources.korean, sources.english, sources.names))
    for mask in ("entry", "korean", "english", "both"):
        with without(LabelledPair("행", "row", "true", "p", "row", mask), sources):
            assert (sources.korean, sources.english, sources.names) != before
        assert (sources.korean, sources.english, sources.names) == before


def test_masked_or_not_the_evidence_comes_in_order(sources: Sources) -> None:
    found = choose(sources.packaged.pairs, sources.korean, relations(sources), sources.bitext, None)
    plain = [LabelledPair(c.korean, c.english, c.kind, c.package, c.made_from) for c in found]
    texts = [(c.korean, c.english) for c in found]
    assert gather_masked(plain, sources, relations(sources)) == gather(
        texts, sources, relations(sources)
    )
