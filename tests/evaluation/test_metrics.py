from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from malmoi.core.errors import SourceError
from malmoi.evaluation.metrics import (
    METRICS,
    active_dimensions,
    flops,
    index_bytes,
    per_query,
    ranked,
)

IDS = [f"d{i}" for i in range(12)] + ["문서", "é", "~", "A"]
SCORES = st.one_of(
    st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0]),  # ties are the point
    st.floats(-100, 100, allow_nan=False, width=32),
    st.floats(0.5, 0.500001),  # differ as 64-bit floats, tie as 32-bit ones
)
RUNS = st.dictionaries(
    st.sampled_from(["q1", "q2", "q3"]),
    st.dictionaries(st.sampled_from(IDS), SCORES, min_size=1).map(lambda hits: list(hits.items())),
    min_size=1,
)
QRELS = st.dictionaries(
    st.sampled_from(["q1", "q2", "q3"]),
    st.dictionaries(st.sampled_from([*IDS, "never found"]), st.integers(0, 3), min_size=1),
    min_size=1,
)


@settings(max_examples=300, deadline=None)
@given(RUNS, QRELS)
def test_agrees_with_ir_measures(run, qrels):
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    queries = sorted(qrels)
    ours = per_query(run, qrels, queries)
    # RR@10 of ir-measures is MS MARCO's, which breaks ties otherwise: cut trec_eval's RR instead.
    names = {"nDCG@10": nDCG @ 10, "Recall@10": R @ 10, "Recall@100": R @ 100}
    names |= {"hit@1": Success @ 1, "MRR@10": RR}
    as_dicts = {query: dict(hits) for query, hits in run.items()}
    theirs = {name: dict.fromkeys(queries, 0.0) for name in names}
    provider = ir_measures.providers.registry["pytrec_eval"]
    for metric in provider.iter_calc(list(names.values()), qrels, as_dicts):
        name = next(name for name, measure in names.items() if measure == metric.measure)
        theirs[name][metric.query_id] = metric.value
    for name in METRICS:
        expected = np.array([theirs[name][query] for query in queries])
        if name == "MRR@10":
            expected[expected < 1 / 10 - 1e-12] = 0
        np.testing.assert_allclose(ours[name], expected, atol=1e-9, err_msg=name)


def test_by_hand():
    run = {"q": [("a", 3.0), ("b", 2.0), ("c", 1.0)]}
    values = per_query(run, {"q": {"b": 1, "z": 1}}, ["q"])
    best = 1 + 1 / np.log2(3)
    assert values["nDCG@10"][0] == pytest.approx((1 / np.log2(3)) / best)
    assert values["MRR@10"][0] == 0.5
    assert values["Recall@10"][0] == values["Recall@100"][0] == 0.5
    assert values["hit@1"][0] == 0


def test_cutoffs():
    hits = [(f"d{i:03}", 1000.0 - i) for i in range(120)]
    found_at = {"q10": "d009", "q11": "d010", "q100": "d099", "q101": "d100"}
    values = per_query(
        dict.fromkeys(found_at, hits), {q: {d: 1} for q, d in found_at.items()}, list(found_at)
    )
    assert values["MRR@10"].tolist() == [0.1, 0, 0, 0]
    assert values["Recall@10"].tolist() == [1, 0, 0, 0]
    assert values["Recall@100"].tolist() == [1, 1, 1, 0]


def test_ties_go_to_the_larger_id_whatever_the_order():
    assert ranked([("a", 1.0), ("b", 1.0), ("c", 2.0)]) == ["c", "b", "a"]
    assert ranked([("b", 1.0), ("a", 1.0)]) == ["b", "a"]
    # Equal as 32-bit floats, so equal to trec_eval.
    assert ranked([("a", 0.1 + 1e-12), ("b", 0.1)]) == ["b", "a"]
    assert ranked([("a", 0.2), ("b", 0.1)]) == ["a", "b"]


def test_a_query_missing_from_the_run_scores_zero():
    values = per_query({}, {"q": {"a": 1}}, ["q"])
    assert all(values[name].tolist() == [0.0] for name in METRICS)


def test_errors():
    with pytest.raises(SourceError, match="no qrels"):
        per_query({"q": [("a", 1.0)]}, {}, ["q"])
    with pytest.raises(SourceError, match="twice"):
        per_query({"q": [("a", 2.0), ("b", 1.5), ("a", 1.0)]}, {"q": {"a": 1}}, ["q"])


def test_active_dimensions_do_not_count_stored_zeros():
    vectors = csr_matrix(np.array([[1.0, 2.0, 0.0], [0.0, 0.0, 0.0], [0.5, 0.0, 0.0]]))
    vectors.data[0] = 0.0
    counts = active_dimensions(vectors)
    assert counts["vectors"] == 3
    assert counts["mean"] == pytest.approx(2 / 3)
    assert counts["zero"] == 1
    assert counts["quantiles"]["1"] == 1
    assert active_dimensions(csr_matrix((0, 5)))["vectors"] == 0


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_flops_is_the_mean_overlap_of_all_pairs(seed):
    rng = np.random.default_rng(seed)
    queries = csr_matrix((rng.random((5, 8)) < 0.3).astype(float))
    documents = csr_matrix((rng.random((7, 8)) < 0.5).astype(float))
    overlaps = (queries @ documents.T).toarray()
    assert flops(queries, documents) == pytest.approx(overlaps.mean())


def test_flops_of_different_vocabularies_is_refused():
    with pytest.raises(SourceError, match="3 dimensions, documents 4"):
        flops(csr_matrix((1, 3)), csr_matrix((1, 4)))


def test_index_bytes():
    assert index_bytes(csr_matrix(np.eye(3))) == 3 * 8 + 4 * 8
