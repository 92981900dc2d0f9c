"""Known partners speak of pairs that nobody has written down."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray

from malmoi.lexicon.facts import Sense
from malmoi.synonyms.sources.pivots import NAMES, Pivots
from tests.helpers.toy_sources import Words

KOREAN = {
    "직원": Counter({"employee": 1}),
    "사원": Counter({"employee": 1, "staff": 1}),
    "강아지": Counter({"puppy": 1}),
}
ENGLISH = {
    "employee": Counter({"직원": 1, "사원": 1}),
    "staff": Counter({"사원": 1}),
    "puppy": Counter({"강아지": 1}),
}


class Thesaurus(Words):
    """A WordNet in which staff and employee are one in the second sense of "staff"."""

    def senses(self, word: str) -> tuple[Sense, ...]:
        if word == "staff":
            return (
                Sense("staff.noun.1", "noun", "", (), ("rod",), (), "test"),
                Sense("staff.noun.2", "noun", "", (), ("employee",), ("boss",), "test"),
            )
        if word == "employee":
            return (Sense("employee.noun.1", "noun", "", (), ("staff",), ("boss",), "test"),)
        return super().senses(word)


def said(pivots: Pivots, korean: str, english: str) -> dict[tuple[str, str], float]:
    evidence = pivots.evidence_of((korean, english), (korean,), (english,))
    assert {e.source for e in evidence} <= set(NAMES)
    assert all(0 <= e.value <= 1 for e in evidence)
    return {(e.source, e.direction): e.value for e in evidence}


def test_a_pair_is_reached_by_way_of_its_partners() -> None:
    """직원 – employee – 사원 – staff: one of the two partners of employee, one of two of 사원."""
    found = said(Pivots(KOREAN, ENGLISH), "직원", "staff")
    assert found["pivot", "ko→en"] == 0.25
    assert found["pivot", "en→ko"] == 0.25
    assert said(Pivots(KOREAN, ENGLISH), "강아지", "staff")["pivot", "ko→en"] == 0


def test_a_pairs_own_entry_counts_for_nothing() -> None:
    assert said(Pivots(KOREAN, ENGLISH), "강아지", "puppy") == {}


def test_a_synonym_of_a_translation_counts_by_its_sense() -> None:
    found = said(Pivots(KOREAN, ENGLISH, Thesaurus()), "직원", "staff")  # type: ignore[arg-type]
    assert found["synonym", "ko→en"] == pytest.approx(2**-0.5, abs=1e-4)
    assert found["antonym", "ko→en"] == 0


def test_opposites_and_kinds_are_told_apart() -> None:
    pivots = Pivots(KOREAN, ENGLISH, Thesaurus())  # type: ignore[arg-type]
    opposite, kind = said(pivots, "직원", "boss"), said(pivots, "강아지", "cat")
    assert opposite.get(("coordinate", "ko→en"), 0.0) == 0
    assert kind["coordinate", "ko→en"] == 1
    assert kind["synonym", "ko→en"] == kind["antonym", "ko→en"] == 0


def test_nearness_to_known_translations_and_past_them() -> None:
    class Vectors:
        identity = "toy"

        def embed(self, texts: list[str]) -> NDArray[np.float32]:
            table = {"직원": [1, 0], "employee": [0.6, 0.8], "staff": [0.8, 0.6], "사원": [0, 1]}
            return np.array([table[text] for text in texts], np.float32)

    found = said(Pivots(KOREAN, ENGLISH, None, Vectors()), "직원", "staff")  # type: ignore[arg-type]
    assert found["translation", "ko→en"] == pytest.approx(0.96)
    assert found["ahead", "ko→en"] == pytest.approx(1 / (1 + np.exp(-8 * 0.2)), abs=1e-4)
    assert found["ahead", "en→ko"] == pytest.approx(1 / (1 + np.exp(-8 * 0.2)), abs=1e-4)
