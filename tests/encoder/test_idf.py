from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from malmoi.encoder.idf import EXPECTED_TOKENS, PRIOR, idf
from malmoi.encoder.vocabulary import Vocabulary, build
from malmoi.models.vectors import to_matrix
from malmoi.text.general_english import general_english
from malmoi.text.general_korean import general_words
from tests.helpers.tiny_student import tiny_parts


def weighed(vectors: list[dict[int, float]], vocabulary: Vocabulary, **more: Any) -> Any:
    return idf(to_matrix(vectors, len(vocabulary), np.float64), vocabulary, **more)


def smoothed(count: int, df: float, frequency: float = 0.0) -> float:
    chance = 1 - math.exp(-EXPECTED_TOKENS * frequency)
    expected = count * (df / count + PRIOR * chance) / (1 + PRIOR)
    return math.log(1 + (count - expected + 0.5) / (expected + 0.5))


def test_it_is_the_smoothed_logarithm() -> None:
    vocabulary, _, _ = tiny_parts()
    weights = weighed([{3: 1.0, 4: 2.0}, {4: 1.0}, {5: 0.0}], vocabulary)
    words = [vocabulary.tokenizer.id_to_token(i) for i in (3, 4, 5)]
    assert not general_words().keys() & set(words)
    usual = [general_english().get(vocabulary.readable(i), 0.0) for i in range(6)]
    assert weights[3] == pytest.approx(smoothed(3, 1, usual[3]))
    assert weights[4] == pytest.approx(smoothed(3, 2, usual[4]))
    # A weight of 0 is no occurrence.
    assert weights[5] == pytest.approx(smoothed(3, 0, usual[5]))
    assert weights[0] == weights[1] == weights[2] == 0  # no content


def test_an_unlikely_translation_is_a_part_of_an_occurrence() -> None:
    vocabulary, _, _ = tiny_parts()
    weights = weighed([{3: 0.25, 4: 1.0}, {3: 0.25, 4: 7.0}, {}], vocabulary, prior=0)
    assert weights[3] == pytest.approx(math.log(1 + (3 - 0.5 + 0.5) / (0.5 + 0.5)))
    assert weights[4] == pytest.approx(math.log(1 + (3 - 2 + 0.5) / 2.5))


def test_words_that_are_common_in_english_weigh_less() -> None:
    vocabulary = build(["people 문서 monastery"] * 3 + ["문서"] * 20)
    weights = weighed([dict.fromkeys(vocabulary.content, 1.0)] * 3 + [{}] * 20, vocabulary)
    (people,), (monastery,) = vocabulary.encode(["people", "monastery"])
    assert 0 < weights[people] < weights[monastery]


def test_a_word_that_rises_is_boosted_and_no_other() -> None:
    vocabulary, _, _ = tiny_parts()
    old, new = [{3: 1.0, 4: 1.0}] * 8, [{3: 1.0, 5: 1.0}] * 2
    dates = [f"2020-01-0{n}" for n in range(1, 9)] + ["2024-01-01", "2024-01-02"]
    plain = weighed(old + new, vocabulary, dates=dates)
    boosted = weighed(old + new, vocabulary, dates=dates, trend_boost=0.5, trend_share=0.2)
    assert boosted[5] > plain[5]
    assert boosted[4] == plain[4]
    assert boosted[3] == pytest.approx(plain[3])
    undated = weighed(old + new, vocabulary, trend_boost=0.5, trend_share=0.2)
    assert np.array_equal(undated, plain)


TEXTS = ["문서를 인쇄하고 저장합니다. 셀 병합을 취소합니다."] * 40 + [
    "아직 저장하지 않은 문서입니다.",
    "매크로를 기록합니다.",
    "킹 문서입니다.",
]


def weights_of(texts: list[str]) -> dict[str, float]:
    vocabulary = build(texts)
    vectors = [dict.fromkeys(ids, 1.0) for ids in vocabulary.encode(texts)]
    weights = weighed(vectors, vocabulary)
    return {form: float(weights[i]) for i, form in vocabulary.surface.items()}


def test_what_is_common_in_korean_weighs_less_than_a_term_that_is_as_rare_here() -> None:
    weights = weights_of(TEXTS)
    assert 0 < weights["아직"] < 0.8 * weights["매크로"]
