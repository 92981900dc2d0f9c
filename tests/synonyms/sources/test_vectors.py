"""A dictionary of vectors: what is nearest, and what can't be read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from malmoi.models import use
from malmoi.synonyms.sources import vectors
from malmoi.synonyms.sources.vectors import WordVectors, english_words, korean_words, plain

PLACES = {"물": 0, "water": 0, "불": 1, "fire": 1, "돌": 2, "stone": 2, "읽다": 3, "read": 4}


class Encoder:
    """Words of one meaning point the same way; 흙, 닭 and what is not known are one."""

    identity = "toy"

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        places = [PLACES.get(text, 7 if text.endswith("다") else 6) for text in texts]
        rows = np.eye(8)[places] + 0.1
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    embed_passages = embed_queries


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> WordVectors:
    monkeypatch.setattr(vectors, "korean_words", lambda _: ["물", "불", "돌"])
    monkeypatch.setattr(vectors, "english_words", lambda _: ["water", "fire", "stone", "read"])
    return WordVectors(Encoder())


def said(words: WordVectors, korean: str, english: str) -> dict[tuple[str, str], float]:
    (found,) = words.evidence_of([(korean, english)])
    return {(e.source, e.direction): e.value for e in found}


def test_no_common_word_is_nearer_than_the_translation(words: WordVectors) -> None:
    found = said(words, "물", "water")
    assert found["vectors best", "ko→en"] == found["vectors best", "en→ko"] == 1.0
    other = said(words, "물", "fire")
    assert other["vectors", "both"] < found["vectors", "both"]
    assert max(other["vectors best", way] for way in ("ko→en", "en→ko")) < 1


def test_a_verb_is_compared_without_its_to(words: WordVectors) -> None:
    assert said(words, "물", "to Water") == said(words, "물", "water")
    assert plain("tomato") == "tomato"


def test_nothing_is_said_of_what_cannot_be_read(words: WordVectors) -> None:
    assert words.readable(["물", "흙", "읽다", "앉다", "듣다"]) == [True, False, True, False, False]
    assert said(words, "흙", "stone") == {}
    assert words.evidence_of([]) == []


def test_common_words_are_in_dictionary_form() -> None:
    korean = korean_words(3000)
    assert {"사람", "학교", "먹다", "크다"} <= set(korean)
    assert len(korean) == len(set(korean)) == 3000


def test_common_english_words_have_no_plurals() -> None:
    pytest.importorskip("wordfreq")
    english = english_words(3000)
    assert {"doctor", "school", "eat"} <= set(english)
    assert {"doctors", "schools"} & set(english) == set()
    assert len(english) == 3000


@pytest.mark.skipif(not use.installed(), reason="pip install 'malmoi[embedded]'")
def test_the_packaged_encoder_knows_what_it_cannot_read() -> None:
    read = WordVectors(use.USE()).readable(["직원", "흙", "닭", "읽다", "까맣다"])
    assert read[0] is True
    assert read[1:4] == [False, False, False]
