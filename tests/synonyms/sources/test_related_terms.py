from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.lexicon.facts import Sense
from malmoi.synonyms.sources.related_terms import TermRelations, _same_stem, open_wordnet

KOREAN = {
    "기후": {"climate": 1.0},
    "변화": {"change": 1.0, "transformation": 1.0},
    "고객": {"customer": 1.0},
    "센터": {"center": 1.0},
    "세계": {"world": 1.0},
    "보건": {"health": 1.0},
    "기구": {"organization": 1.0, "device": 1.0},
    "국내총생산": {"gross domestic product": 1.0},
    "운영": {"operation": 1.0},
    "체제": {"system": 1.0},
    "장바구니": {"shopping basket": 1.0},
    "크다": {"big": 1.0},
    "행": {"row": 1.0},
}


class Words:
    """A WordNet of two words: huge is big; a row is not a column."""

    def senses(self, word: str) -> tuple[Sense, ...]:
        same = {"huge": ("big",), "column": ()}.get(word)
        if same is None:
            return ()
        return (Sense(f"{word}.noun.1", "noun", "", (), same, (), "test"),)

    def broader(self, _: str) -> tuple[str, ...]:
        return ()

    def coordinate(self, sense: str) -> tuple[str, ...]:
        return ("row",) if sense.startswith("column") else ()


def said(korean: str, english: str, wordnet: object = None) -> dict[str, float]:
    relations = TermRelations(KOREAN, {}, wordnet)  # type: ignore[arg-type]
    (evidence,) = relations.evidence_of([(korean, english)])
    return {f"{e.source} {e.direction}": e.value for e in evidence}


def test_a_term_is_explained_by_its_parts() -> None:
    found = said("기후 변화", "climate change")
    assert found["composition ko→en"] == found["composition en→ko"] == 1.0


def test_a_term_that_shares_one_part_is_half_explained() -> None:
    found = said("고객 센터", "shopping center")
    assert found["composition ko→en"] == found["composition en→ko"] == 0.5


def test_other_forms_of_a_word_are_the_word() -> None:
    assert said("운영 체제", "operating system")["composition en→ko"] == 1.0


def test_single_words_have_no_parts() -> None:
    assert not any(name.startswith("composition") for name in said("기후", "climate"))


def test_initials_of_a_known_translation() -> None:
    assert said("국내총생산", "GDP")["initials both"] == 1.0
    assert said("국내총생산", "GNP")["initials both"] == 0.0


def test_initials_of_the_parts_of_a_term_that_kiwi_leaves_whole() -> None:
    assert said("세계보건기구", "WHO")["initials both"] == 0.9
    assert said("세계보건기구", "XYZ")["initials both"] == 0.0
    assert said("세계보건기구", "WTO")["initials both"] == 0.6


def test_only_capitals_are_initials() -> None:
    assert "initials both" not in said("국내총생산", "gdp growth")


def test_a_co_hyponym_of_a_known_translation() -> None:
    assert said("행", "column", Words())["relative ko→en"] == 1.0


def test_a_synonym_is_no_relative() -> None:
    assert said("크다", "huge", Words())["relative ko→en"] == 0.0


def test_words_in_common_with_a_known_translation() -> None:
    assert said("장바구니", "shopping cart")["namesake ko→en"] == pytest.approx(1 / 3, abs=1e-4)


def test_a_pairs_own_entry_says_nothing() -> None:
    """Or a labelled pair whose entry is hidden would give itself away."""
    assert said("장바구니", "shopping basket") == {}
    assert said("행", "row", Words()) == {}


def test_unknown_terms_have_no_evidence() -> None:
    assert said("뷁", "gibberish") == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("operating", "operation", True),
        ("connect", "connection", True),
        ("column", "colour", False),
        ("row", "rows", False),
        ("international", "internet", False),
        ("cat", "car", False),
    ],
)
def test_same_stem(one: str, other: str, same: bool) -> None:
    assert _same_stem(one, other) is same


@given(st.text("abcde", min_size=1, max_size=9), st.text("abcde", min_size=1, max_size=9))
def test_same_stem_is_symmetric(one: str, other: str) -> None:
    assert _same_stem(one, other) == _same_stem(other, one)
    assert _same_stem(one, one)


def test_without_wordnet_it_says_so(tmp_path: Path, logged: pytest.LogCaptureFixture) -> None:
    assert open_wordnet(tmp_path) is None
    assert "without WordNet" in logged.text
