"""The bounds hold for whatever positive weights there are, and are no wider than they must be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.retrieval.index.vector_index import Hit
from malmoi.retrieval.opensearch.parity import (
    TRUNCATION,
    ByteFormat,
    FeatureFormat,
    compare,
    interval,
    rounding,
)
from malmoi.retrieval.opensearch.searching import ClusterHit

WEIGHTS = st.floats(2.0**-30, 2.0**10, width=32)
PAIRS = st.lists(st.tuples(WEIGHTS, WEIGHTS), min_size=1, max_size=12)
CEILINGS = st.floats(0.125, 64.0, width=32)
FORMATS = st.one_of(
    st.just(FeatureFormat()), st.builds(ByteFormat, ingest=CEILINGS, search=CEILINGS)
)


def test_a_feature_loses_the_bits_after_the_ninth():
    format_ = FeatureFormat()
    assert format_.document(1.0) == 1.0
    assert format_.document(1 + 2.0**-8) == 1 + 2.0**-8  # nine bits: 1.00000001
    assert format_.document(1 + 2.0**-9) == 1.0  # the tenth is cut off
    assert format_.document(float(np.nextafter(np.float32(2), np.float32(0)))) == 2 - 2.0**-8


@given(WEIGHTS)
def test_a_feature_is_never_above_its_weight_and_less_than_a_256th_below(weight):
    stored = FeatureFormat().document(weight)
    assert weight * (1 - TRUNCATION) < stored <= weight


def test_a_byte_is_the_nearest_255th_of_the_ceiling():
    format_ = ByteFormat(ingest=5.1, search=2.55)
    top = float(np.float32(5.1))
    assert format_.document(5.1) == top
    assert format_.document(9.0) == top  # clipped
    assert format_.document(0.009) == 0  # below half a level
    assert format_.document(0.011) == pytest.approx(0.02)
    assert format_.query(1.234) == pytest.approx(1.23)


@given(st.floats(0, 100, width=32), CEILINGS)
def test_a_byte_is_half_a_level_off_at_most_below_the_ceiling(weight, ceiling):
    format_ = ByteFormat(ceiling, 1.0)
    half = ceiling / 510 * (1 + 1e-4)
    assert abs(format_.document(weight) - min(weight, ceiling)) <= half


@given(FORMATS, PAIRS)
def test_what_the_stored_weights_give_is_within_the_bounds(format_, pairs):
    low, high = format_.interval(pairs)
    score, slack = format_.predicted(pairs)
    assert low <= score - slack
    assert score + slack <= high


@given(PAIRS)
def test_the_bounds_hold_in_whatever_order_float32_adds_up(pairs):
    products = [np.float32(q) * np.float32(d) for q, d in pairs]
    exact = sum(float(q) * float(d) for q, d in pairs)
    for order in (products, products[::-1], sorted(products), sorted(products, reverse=True)):
        total = np.float32(0)
        for product in order:
            total += product
        assert abs(float(total) - exact) <= exact * rounding(len(pairs) + 1)


def test_the_bounds_are_not_wider_than_the_format():
    """The weight that loses most, and the one that loses nothing, are both at a bound."""
    worst = float(np.nextafter(np.float32(2), np.float32(0)))
    low, high = FeatureFormat().interval([(1.0, worst)])
    assert low == pytest.approx(FeatureFormat().document(worst), rel=2e-3)
    assert high == pytest.approx(worst, rel=1e-6)
    low, high = ByteFormat(2.55, 2.55).interval([(1.0, 1.005)])
    assert high - low < 2 * (1.0 * 0.005 + 1.01 * 0.005) * 1.001


def test_an_index_of_both_formats_has_the_wider_bounds():
    pairs = [(2.0, 3.0), (1.5, 0.7)]
    byte, feature = ByteFormat(4.0, 8.0), FeatureFormat()
    low, high = interval(pairs, [feature, byte])
    assert low == min(byte.interval(pairs)[0], feature.interval(pairs)[0])
    assert high == max(byte.interval(pairs)[1], feature.interval(pairs)[1])


@st.composite
def collections(draw):
    """(hits of the embedded index, format): a query's documents with their weights."""
    query = draw(st.lists(st.floats(0.25, 8, width=32), min_size=1, max_size=6))
    format_ = draw(
        st.one_of(st.just(FeatureFormat()), st.just(ByteFormat(6.0, 8.0)))  # nothing is clipped
    )
    hits = []
    for number in range(draw(st.integers(1, 25))):
        weights = draw(
            st.lists(
                st.one_of(st.just(0.0), st.floats(0.03125, 6, width=32)),
                min_size=len(query),
                max_size=len(query),
            )
        )
        matches = {i: (q, d) for i, (q, d) in enumerate(zip(query, weights, strict=True)) if d}
        if matches:
            score = float(np.float32(sum(q * d for q, d in matches.values())))
            hits.append(Hit(f"d{number}", "", score, matches))
    return sorted(hits, key=lambda hit: (-hit.score, hit.id)), format_


def serve(hits, format_, k):
    """What a cluster with this format gives: other ties, other places."""
    found = [
        ClusterHit(hit.id, "", float(np.float32(format_.predicted(list(hit.matches.values()))[0])))
        for hit in hits
    ]
    return sorted(found, key=lambda f: -f.score)[:k]


@settings(max_examples=40)
@given(collections(), st.integers(1, 12))
def test_a_cluster_that_keeps_to_its_format_has_no_unexplained_difference(collection, k):
    hits, format_ = collection
    found = serve(hits, format_, k)
    differences = compare(hits, found, k, [format_])
    assert all(difference.allowed for difference in differences)
    here, there = [hit.id for hit in hits[:k]], [document.id for document in found]
    assert {d.document for d in differences} == {
        name
        for name in {*here, *there}
        if name not in here or name not in there or here.index(name) != there.index(name)
    }


@settings(max_examples=40)
@given(collections())
def test_documents_change_places_only_where_their_bounds_meet(collection):
    hits, format_ = collection
    bounds = {hit.id: format_.interval(list(hit.matches.values())) for hit in hits}
    ranks = {document.id: n for n, document in enumerate(serve(hits, format_, len(hits)))}
    for n, first in enumerate(hits):
        for second in hits[n + 1 :]:
            if ranks[second.id] < ranks[first.id]:
                assert bounds[second.id][1] >= bounds[first.id][0]


HITS = [
    Hit("a", "", 6.0, {1: (2.0, 3.0)}),
    Hit("b", "", 4.0, {1: (2.0, 2.0)}),
    Hit("c", "", 2.0, {1: (2.0, 1.0)}),
]


@pytest.mark.parametrize(
    ("found", "kinds"),
    [
        ([ClusterHit("a", "", 6.0), ClusterHit("b", "", 4.0)], {}),
        ([ClusterHit("a", "", 5.98), ClusterHit("b", "", 3.99)], {}),
        ([ClusterHit("a", "", 5.97), ClusterHit("b", "", 4.0)], {"a": "score"}),
        ([ClusterHit("a", "", 6.01), ClusterHit("b", "", 4.0)], {"a": "score"}),
        ([ClusterHit("a", "", 6.0), ClusterHit("c", "", 2.0)], {"b": "missing", "c": "place"}),
        ([ClusterHit("a", "", 6.0)], {"b": "missing", "c": "missing"}),
        ([ClusterHit("b", "", 4.0), ClusterHit("a", "", 6.0)], {"a": "order", "b": "place"}),
        ([ClusterHit("a", "", 6.0), ClusterHit("x", "", 5.0)], {"b": "place", "x": "unknown"}),
    ],
)
def test_what_the_format_does_not_explain_is_named(found, kinds):
    """`c` in b's place is allowed of itself: what is wrong is that b is missing."""
    seen = {d.document: d.kind for d in compare(HITS, found, 2, [FeatureFormat()])}
    assert {name: seen.get(name) for name in kinds} == kinds
    assert bool(seen) == bool(kinds)
