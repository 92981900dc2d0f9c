"""Explanations as a cluster gives them, read back into weights, and the reasons drawn from them."""

from __future__ import annotations

import unicodedata
from types import SimpleNamespace

import pytest

from malmoi.retrieval.index.vector_index import Hit
from malmoi.retrieval.opensearch.explaining import (
    TokenWeights,
    reason_of,
    stored_weights,
    token_weights,
)
from malmoi.retrieval.opensearch.parity import ByteFormat, Difference, FeatureFormat
from malmoi.text.hangul import has_joining_jamo
from malmoi.text.unicode import readable

LINEAR = "Linear function on the features field for the {} feature, computed as w * S from:"
FEATURES = (FeatureFormat(),)
BYTES = ByteFormat(ingest=5.1, search=2.55)


def linear(token: str, query: float, document: float) -> dict:
    return {
        "description": LINEAR.format(token),
        "value": query * document,
        "details": [
            {"description": "w, weight of this function", "value": query, "details": []},
            {"description": "S, feature value", "value": document, "details": []},
        ],
    }


class Cluster:
    """Answers `_explain` with what it was given; the real one is asked in test_diff.py."""

    def __init__(self, explanation: dict) -> None:
        self.explanation = explanation

    def explain(self, **_: object) -> dict:
        return {"matched": True, "explanation": self.explanation}


def read(explanation: dict, formats=FEATURES):
    pytest.importorskip("opensearchpy")
    return stored_weights(Cluster(explanation), "x", "d", {}, formats)


def test_a_sum_of_features_is_read_by_token():
    summed = {"description": "sum of:", "details": [linear("열", 2, 3), linear("a b", 1, 0.5)]}
    assert read(summed) == {"열": (2, 3), "a b": (1, 0.5)}


def test_one_feature_stands_alone():
    assert read(linear("the 열 feature", 2, 3)) == {"the 열 feature": (2, 3)}


def test_bytes_are_read_as_shares_of_their_ceilings():
    deep = {
        "description": "sparse_ann score for doc 3 in field 'vector'",
        "details": [
            {
                "description": "raw dot product score (quantized): 51",
                "details": [
                    {"description": "token '33' contribution: query_weight=51 * doc_weight=1"}
                ],
            }
        ],
    }
    assert read(deep, (BYTES,)) == {"33": (pytest.approx(0.51), pytest.approx(0.02))}


def test_a_document_that_does_not_match_has_no_weights():
    assert read({"description": "no match", "details": []}) == {}


class Encoder:
    """Names tokens; 5 is the token "7", as a year or a number would be."""

    def token(self, dimension: int) -> str:
        return {5: "7", 7: "열"}[dimension]


def test_a_token_that_is_a_number_is_no_id():
    hit = Hit("d", "", 6.0, {5: (2.0, 3.0)})
    (row,) = token_weights(hit, {"7": (2.0, 3.0)}, Encoder(), by_id=False)
    assert row == TokenWeights("7", 2.0, 3.0, 2.0, 3.0)
    rows = token_weights(hit, {"7": (1.0, 1.0)}, Encoder(), by_id=True)
    assert rows == (
        TokenWeights("7", 2.0, 3.0, None, None),
        TokenWeights("열", 0.0, 0.0, 1.0, 1.0),
    )


def difference(kind: str) -> Difference:
    return Difference(kind, "d", 1, None, 6.0, None, 5.9, 6.0)


RIGHT = (TokenWeights("열", 2.0, 3.004, 2.0, 3.0),)
WRONG = (TokenWeights("열", 2.0, 3.004, 2.0, 2.5),)


@pytest.mark.parametrize(
    ("kind", "stored", "tokens", "formats", "reason"),
    [
        ("place", {}, RIGHT, (FeatureFormat(),), "place"),
        ("missing", None, (), (FeatureFormat(),), "absent"),
        ("missing", {}, RIGHT, (FeatureFormat(),), "missing"),
        ("missing", {}, (TokenWeights("열", 1, 3.0, 1, 3.0),), (BYTES,), "skipped"),
        ("score", {}, WRONG, (FeatureFormat(),), "stale"),
        ("missing", {}, WRONG, (FeatureFormat(), BYTES), "stale"),
        ("score", {}, (TokenWeights("열", 1, 3.0, None, None),), (FeatureFormat(),), "stale"),
        ("missing", {}, (TokenWeights("열", 1, 0.001, None, None),), (BYTES,), "skipped"),
        ("unknown", {}, (TokenWeights("열", 0, 0, 1, 3.0),), (FeatureFormat(),), "stale"),
    ],
)
def test_the_reason_follows_from_the_weights(kind, stored, tokens, formats, reason):
    assert reason_of(difference(kind), stored, tokens, formats) == reason


def test_tokens_are_shown_composed_and_looked_up_as_they_are():
    """The vocabulary's are decomposed; one may be a stem whose last letters no syllable takes."""
    tokens = {0: unicodedata.normalize("NFD", "너비"), 1: "ᆸ니", 2: "row"}
    encoder = SimpleNamespace(token=tokens.__getitem__)
    hit = Hit("d", "", 3.0, {0: (1.0, 2.0), 1: (1.0, 1.0)})
    stored = {tokens[0]: (1.0, 2.0), "row": (0.5, 0.5)}
    rows = token_weights(hit, stored, encoder, by_id=False)
    assert {row.token: row.stored_document for row in rows} == {
        "너비": 2.0,
        readable(tokens[1]): None,
        "row": 0.5,
    }
    assert not any(has_joining_jamo(row.token) for row in rows)
