"""Hybrid search of a cluster and of the embedded index: the same, as far as numbers allow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from malmoi.core.errors import StudentError
from malmoi.corpora.corpus import Document, Section
from malmoi.models.dense import query_encoder
from malmoi.retrieval.fusion import standardised_mean
from malmoi.retrieval.index.passages import Embedder
from malmoi.retrieval.index.vector_index import Hit, VectorIndex
from malmoi.retrieval.opensearch.diff import embedded_index, run_queries
from malmoi.retrieval.opensearch.hybrid_parity import RankedList, hybrid_intervals
from malmoi.retrieval.opensearch.pipelines import DENSE_WEIGHTS
from malmoi.retrieval.opensearch.push import push
from malmoi.retrieval.opensearch.queries import DEPTH, Question, body
from malmoi.retrieval.opensearch.searching import search_all
from malmoi.retrieval.opensearch.source import RunSource
from malmoi.retrieval.query import QueryEncoder
from tests.helpers.tiny_dense import make_dense
from tests.helpers.zipf_runs import VOCABULARY, write_zipf_run

SCORES = st.lists(st.floats(0.25, 20, width=32), min_size=1, max_size=12, unique=True)


def hits(scores) -> list[Hit]:
    return [Hit(f"d{n}", "", s, {0: (1.0, s)}) for n, s in enumerate(sorted(scores, reverse=True))]


@given(SCORES, SCORES, st.integers(0, 99))
def test_scores_within_their_error_give_sums_within_the_bounds(one, two, seed) -> None:
    lists = [RankedList.of_tokens(hits(one)), RankedList(hits(two), 0.01)]
    bounds = hybrid_intervals(lists, (0.5, 0.5))
    noise = np.random.default_rng(seed)
    runs = [
        {"q": [(h.id, h.score + noise.uniform(-each.error, each.error)) for h in each.hits]}
        for each in lists
    ]
    for name, score in standardised_mean(runs, (0.5, 0.5))["q"]:
        low, high = bounds[name]
        assert low <= score <= high


def test_the_bounds_are_narrow_where_scores_differ() -> None:
    """A test of bounds that hold everything would say nothing."""
    scores = [n + 0.25 for n in range(40)]
    lists = [RankedList.of_tokens(hits(scores)), RankedList.of_passages(hits(scores), 384)]
    bounds = hybrid_intervals(lists, DENSE_WEIGHTS)
    assert max(high - low for low, high in bounds.values()) < 0.06


def test_a_list_without_hits_and_one_of_equal_scores() -> None:
    assert hybrid_intervals([RankedList.of_tokens([]), RankedList([], 0.1)], (1, 1)) == {}
    equal = [Hit(name, "", 3.0, {0: (1.0, 3.0)}) for name in "ab"]
    bounds = hybrid_intervals([RankedList.of_tokens(equal)], (1,))
    assert all(low <= 3.0 <= high for low, high in bounds.values())


@pytest.fixture(scope="module")
def zipf(tmp_path_factory) -> Path:
    return write_zipf_run(tmp_path_factory.mktemp("hybrid") / "run", 300, 60)


def test_a_cluster_ranks_as_the_embedded_index_does(opensearch, name, zipf, tmp_path) -> None:
    words = [f"말{n}" if n % 2 else str(n) for n in range(VOCABULARY)]
    dense = make_dense(tmp_path / "dense", known=words)
    done = push(zipf, name, dense=dense)
    assert done.sent == 300
    assert push(zipf, name, dense=dense).sent == 0
    source = RunSource(zipf)
    sparse, passages = both_indexes(source, dense, tmp_path)
    encoder, embedder = QueryEncoder(source.model), query_encoder(dense)
    questions = [Question.of(text, encoder, embedder) for _, text in run_queries(zipf, 60)]
    bodies = [body(question, "hybrid_dense", 10) for question in questions]
    different = 0
    for question, found in zip(questions, search_all(opensearch, name, bodies), strict=True):
        vector = np.array(question.dense, np.float32)
        lists = [
            RankedList.of_tokens(sparse.search(question.ids, DEPTH)),
            RankedList.of_passages(passages.search_dense(vector, DEPTH), len(vector)),
        ]
        bounds = hybrid_intervals(lists, DENSE_WEIGHTS)
        for hit in found:
            low, high = bounds[hit.id]
            assert low <= hit.score <= high
        last = found[-1].score
        assert {name for name, (low, _) in bounds.items() if low > last} <= {h.id for h in found}
        runs = [{"q": [(hit.id, hit.score) for hit in each.hits]} for each in lists]
        best = [name for name, _ in standardised_mean(runs, DENSE_WEIGHTS, DEPTH)["q"][:10]]
        different += best != [hit.id for hit in found]
    assert different < len(questions) / 2  # places change where scores are near


def both_indexes(source: RunSource, dense: str, folder: Path) -> tuple[VectorIndex, VectorIndex]:
    """The run's sparse vectors; and its passages, beside vectors that are not looked at."""
    embedder = Embedder.of(dense, None)
    assert embedder is not None
    documents = list(source.documents())
    index = VectorIndex.create(folder / "dense-index", 1)
    index.embed_with(embedder.model)
    whole = [Document(d.id, d.title, (Section("", d.text),)) for d in documents]
    nothing = csr_matrix((len(documents), 1), dtype="float32")
    ids = [d.id for d in documents]
    index.add(ids, [d.title for d in documents], [0] * len(ids), nothing, embedder.embed(whole))
    return embedded_index(source, folder / "sparse-index"), index


def test_a_question_that_was_not_embedded_is_refused(opensearch, name, run) -> None:
    push(run, name)
    with pytest.raises(StudentError, match="no vector"):
        body(Question.of("열 너비", QueryEncoder(RunSource(run).model)), "hybrid_dense", 3)
