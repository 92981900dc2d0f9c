"""A thousand queries: the cluster ranks as the embedded index does, as far as its numbers allow.

The documents are made here; each field's whole way is tested, from the run's files through `push`
to `diff`. docs/opensearch-parity.md derives the bounds.
"""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import scipy.sparse as sp
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from malmoi.retrieval.index.vector_index import VectorIndex
from malmoi.retrieval.opensearch import queries
from malmoi.retrieval.opensearch.check import capabilities
from malmoi.retrieval.opensearch.connection import connect
from malmoi.retrieval.opensearch.diff import FIELDS, diff, embedded_index, run_queries
from malmoi.retrieval.opensearch.mapping import index_body
from malmoi.retrieval.opensearch.parity import (
    ByteFormat,
    FeatureFormat,
    compare,
    enough_hits,
    formats_of,
    interval,
)
from malmoi.retrieval.opensearch.queries import Question, body
from malmoi.retrieval.opensearch.searching import search_all
from malmoi.retrieval.opensearch.source import RunSource, SourceDocument, fields
from malmoi.retrieval.query import QueryEncoder
from tests.helpers.opensearch_runs import write_run
from tests.helpers.zipf_runs import write_zipf_run

DOCUMENTS, QUERIES, K = 400, 1_000, 10
EXACT = {"approximate_threshold": 1, "n_postings": DOCUMENTS, "summary_prune_ratio": 1.0}
"""SEISMIC in every segment, visiting whatever could be among the best: no posting is cut off, and a
cluster's summary is above each of its documents."""


@pytest.fixture(scope="module")
def zipf(tmp_path_factory) -> Path:
    return write_zipf_run(tmp_path_factory.mktemp("parity") / "run", DOCUMENTS, QUERIES)


@pytest.fixture(scope="module")
def here(zipf, tmp_path_factory) -> VectorIndex:
    return embedded_index(RunSource(zipf), tmp_path_factory.mktemp("parity") / "index")


@pytest.fixture(scope="module")
def filled(opensearch, zipf):
    """Indexes of the run: one as a push makes it, one with SEISMIC in every segment."""
    source = RunSource(zipf)
    names = {"exact": "malmoi-test-parity-exact", "seismic": "malmoi-test-parity-seismic"}
    for name, parameters in ((names["exact"], {}), (names["seismic"], EXACT)):
        fill(opensearch, name, source, parameters)
    yield names
    for name in names.values():
        opensearch.indices.delete(index=name)


def fill(client, name, source: RunSource, parameters: dict, documents=None, more=()) -> None:
    """Make an index with our mapping, its sparse_vector's parameters changed, and fill it.

    `more`: further sparse_vector fields that hold the same, each with its changes.
    """
    made = index_body(capabilities(client), source.ranges(), len(source))
    properties = made["mappings"]["properties"]
    for field, changes in {**dict(more), "vector": parameters}.items():
        properties[field] = copy.deepcopy(properties["vector"])
        properties[field]["method"]["parameters"] |= changes
    client.indices.delete(index=name, ignore_unavailable=True)
    client.indices.create(index=name, body=made)
    lines = []
    for document in source.documents() if documents is None else documents:
        sent = fields(document, source.tokens, True)
        lines += [{"index": {"_id": document.id}}, sent | dict.fromkeys(more, sent["vector"])]
    answer = client.bulk(index=name, body=lines, refresh=True)
    assert not answer["errors"], answer["items"][:1]


@pytest.mark.parametrize(
    ("mode", "index", "formats"),
    [
        ("rank_features", "exact", [FeatureFormat()]),
        ("neural_sparse", "exact", [FeatureFormat()]),
        ("sparse_vector", "exact", [FeatureFormat()]),
        ("sparse_vector", "seismic", [ByteFormat(4.7, 7.8)]),
    ],
)
def test_a_thousand_queries_agree(opensearch, zipf, here, filled, mode, index, formats):
    name = filled[index]
    assert list(formats_of(opensearch, name, FIELDS[mode])) == formats
    encoder = QueryEncoder(RunSource(zipf).model)
    questions = [Question.of(text, encoder) for _, text in run_queries(zipf, QUERIES)]
    assert len(questions) == QUERIES
    assert all(question.ids for question in questions)
    found = search_all(opensearch, name, [body(q, mode, K) for q in questions])
    swapped = 0
    for question, there in zip(questions, found, strict=True):
        hits = enough_hits(here, question.ids, there, K)
        assert [d for d in compare(hits, there, K, formats) if not d.allowed] == []
        pairs = {hit.id: list(hit.matches.values()) for hit in hits}
        for document in there:
            # Stronger: not only within the bounds, but the very score of the stored weights.
            score, slack = formats[0].predicted(pairs[document.id])
            assert abs(document.score - score) <= slack
        swapped += check_swaps([hit.id for hit in hits[:K]], there, pairs, formats)
    assert swapped  # or the documents are too easy for a test of bounds


def check_swaps(best, there, pairs, formats) -> int:
    """Documents that change places have bounds that meet; returns how many pairs do."""
    bounds = {name: interval(pair, formats) for name, pair in pairs.items()}
    ranks = {document.id: rank for rank, document in enumerate(there)}
    swapped = 0
    for number, first in enumerate(best):
        for second in ranks:
            ahead_here = second not in best[: number + 1]
            if first != second and ahead_here and ranks.get(first, K) > ranks[second]:
                assert bounds[second][1] >= bounds[first][0]
                swapped += 1
    return swapped


def vectors(most: int) -> st.SearchStrategy[dict[int, float]]:
    """Logarithms of weights from 2^-15 to 2^most, by dimension."""
    return st.dictionaries(st.integers(0, 9), st.floats(-15, most), min_size=1, max_size=10)


BYTES = "bytes"
"""A second sparse_vector, with SEISMIC."""


@settings(
    max_examples=3,
    phases=[Phase.explicit, Phase.generate],  # each example is an index: no shrinking
    suppress_health_check=list(HealthCheck),
)
@given(
    documents=st.lists(vectors(10), min_size=5, max_size=60),
    asked=st.lists(vectors(6), min_size=5, max_size=20),
)
def test_vectors_of_any_size_agree(opensearch, tmp_path_factory, documents, asked):
    """Weights of six decades, far beyond the ceilings of the bytes, too."""
    folder, name = tmp_path_factory.mktemp("any"), "malmoi-test-parity-any"
    source = RunSource(write_run(folder / "run", len(documents)))
    made = [SourceDocument(f"d{n}", "", "", powers(row)) for n, row in enumerate(documents)]
    index = VectorIndex.create(folder / "index", source.dimensions)
    index.add([d.id for d in made], [""] * len(made), [0] * len(made), rows_of(made, source))
    fill(opensearch, name, source, {}, made, {BYTES: EXACT})
    try:
        for field in ("features", "vector", BYTES):
            formats = formats_of(opensearch, name, field)
            assert [isinstance(each, ByteFormat) for each in formats] == [field == BYTES]
            bodies = [request(powers(row), source, field) for row in asked]
            found = search_all(opensearch, name, bodies)
            for row, there in zip(asked, found, strict=True):
                hits = enough_hits(index, powers(row), there, K)
                assert [d for d in compare(hits, there, K, formats) if not d.allowed] == []
    finally:
        opensearch.indices.delete(index=name)


def request(weights, source, field):
    """The body of a search for these weights in a field of either kind."""
    if field == "features":
        query = queries.neural_sparse({source.tokens[i]: w for i, w in weights.items()})
    else:
        query = queries.sparse_vector(weights, K, field=field)
    return {"size": K, "query": query}


def rows_of(documents, source):
    rows = sp.lil_matrix((len(documents), source.dimensions), dtype="float32")
    for number, document in enumerate(documents):
        for column, weight in document.weights.items():
            rows[number, column] = weight
    return rows.tocsr()


def powers(row: dict[int, float]) -> dict[int, float]:
    return {dimension: 2**exponent for dimension, exponent in row.items()}


def test_approximate_search_may_skip_a_document_and_diff_says_so(opensearch, zipf, here, tmp_path):
    """With posting lists of one document each, most of what is relevant is never visited."""
    name = "malmoi-test-parity-skips"
    source = RunSource(zipf)
    fill(opensearch, name, source, EXACT | {"n_postings": 1})
    try:
        encoder = QueryEncoder(source.model)
        asked = run_queries(zipf, 4)
        report = diff(here, encoder, connect(), name, asked, "sparse_vector", K)
    finally:
        opensearch.indices.delete(index=name)
    assert not report.agrees
    assert {each.reason for each in report.differences} <= {"skipped", "place"}
    skipped = next(each for each in report.differences if each.reason == "skipped")
    assert skipped.difference.rank_here == 1 or skipped.difference.low > 0
