from __future__ import annotations

import copy

import pytest

from malmoi.sparse.synonyms.canaries import RELATED, Canary, choose
from malmoi.sparse.synonyms.kinship import Kinship
from malmoi.sparse.synonyms.masking import gather, gather_masked, without
from malmoi.sparse.synonyms.sources import Sources
from malmoi.sparse.synonyms.verdicts import SHOTS
from tests.sparse.synonyms.toy_sources import Words, make_sources


@pytest.fixture(scope="module")
def sources() -> Sources:
    return make_sources()


def kinship(sources: Sources) -> Kinship:
    return Kinship(sources.korean, sources.english, Words())  # type: ignore[arg-type]


def chosen(sources: Sources, excluding: tuple[tuple[str, str], ...] = ()) -> list[Canary]:
    return choose(
        sources.packaged.pairs, sources.korean, kinship(sources), sources.bitext, None, excluding
    )


def test_true_canaries_are_packaged_pairs_and_false_ones_are_not(sources: Sources) -> None:
    listed = {(p.korean, p.english) for p in sources.packaged.pairs}
    found = chosen(sources)
    assert all(((c.korean, c.english) in listed) == c.true for c in found)
    assert all((c.korean, c.of) in listed for c in found)
    assert len({(c.korean, c.english) for c in found}) == len(found)


def test_the_false_ones_are_hard(sources: Sources) -> None:
    kinds = {c.kind for c in chosen(sources)}
    assert "relative" in kinds
    assert all(c.related == (c.kind in RELATED) for c in chosen(sources))
    assert ("행", "column") in {(c.korean, c.english.lower()) for c in chosen(sources)}


def test_the_same_sources_give_the_same_canaries(sources: Sources) -> None:
    assert chosen(sources) == chosen(make_sources())


def test_what_is_measured_on_is_no_canary(sources: Sources) -> None:
    """Whatever its case, spacing and number."""
    found = {(c.korean, c.english.lower()) for c in chosen(sources, (("저 장", "Saves"),))}
    assert ("저장", "save") in {(c.korean, c.english) for c in chosen(sources)}
    assert ("저장", "save") not in found


def test_a_teachers_examples_are_no_canaries(sources: Sources) -> None:
    shots = {(ko, en.lower()) for ko, en, _ in SHOTS}
    assert ("월요일", "tuesday") in shots
    assert not {(c.korean, c.english.lower()) for c in chosen(sources)} & shots


def said(canary: Canary, sources: Sources) -> dict[str, float]:
    (evidence,) = gather_masked([canary], sources, kinship(sources))
    return {f"{e.source} {e.direction}": e.value for e in evidence if e.source == "packaged"}


def test_masks_take_out_the_pair_or_a_term(sources: Sources) -> None:
    there, back = "packaged ko→en", "packaged en→ko"
    plain = said(Canary("행", "row", "true", "p", "row"), sources)
    assert plain == {there: 1.0, back: 1.0}
    for mask in ("entry", "korean", "english", "both"):
        assert said(Canary("행", "row", "true", "p", "row", mask), sources) == {}


def test_a_false_canary_wears_the_mask_of_its_true_one(sources: Sources) -> None:
    """The Korean term is as unknown; the other English term stays known, or not."""
    there, back = "packaged ko→en", "packaged en→ko"
    false = Canary("행", "column", "relative", "p", "row")
    assert said(false, sources) == {there: 0.0, back: 0.0}
    for mask, expected in (("entry", {back: 0.0}), ("korean", {back: 0.0}), ("both", {})):
        canary = Canary("행", "column", "relative", "p", "row", mask)  # type: ignore[arg-type]
        assert said(canary, sources) == expected


def test_masks_come_off_again(sources: Sources) -> None:
    before = copy.deepcopy((sources.korean, sources.english, sources.names))
    for mask in ("entry", "korean", "english", "both"):
        with without(Canary("행", "row", "true", "p", "row", mask), sources):
            assert (sources.korean, sources.english, sources.names) != before
        assert (sources.korean, sources.english, sources.names) == before


def test_masked_or_not_the_evidence_comes_in_order(sources: Sources) -> None:
    found = chosen(sources)
    plain = [Canary(c.korean, c.english, c.kind, c.package, c.of) for c in found]
    texts = [(c.korean, c.english) for c in found]
    assert gather_masked(plain, sources, kinship(sources)) == gather(
        texts, sources, kinship(sources)
    )
