from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from malmoi.core.errors import ClusterError
from malmoi.retrieval.index.passages import Embedder
from malmoi.retrieval.opensearch.mapping import index_body
from malmoi.retrieval.opensearch.passages import BATCH, with_passages
from malmoi.retrieval.opensearch.pull import pull
from malmoi.retrieval.opensearch.push import push
from malmoi.retrieval.opensearch.source import RunSource, digest_of, fields
from tests.helpers.tiny_dense import make_dense
from tests.retrieval.opensearch.test_mapping import ALL, RANGES


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_dense(tmp_path_factory.mktemp("dense") / "dense")


def test_every_document_gets_the_vectors_of_its_passages(run, dense) -> None:
    embedder = Embedder.of(dense, None)
    assert embedder is not None
    source = RunSource(run)
    plain = [(d.id, fields(d, source.tokens, True)) for d in source.documents()] * (BATCH // 12 + 1)
    long = ("long", {"title": "", "text": "서울 날씨 " * 200, "digest": ""})
    sent = list(with_passages(iter([*plain, long]), embedder))
    assert [identifier for identifier, _ in sent] == [i for i, _ in plain] + ["long"]
    for (_, before), (_, after) in zip(plain, sent, strict=False):
        assert {k: v for k, v in after.items() if k != "passages"} == before
        assert digest_of(after) == before["digest"]  # vectors come of title and text
        (passage,) = after["passages"]
        assert np.linalg.norm(passage["vector"]) == pytest.approx(1, abs=1e-4)
    assert len(sent[-1][1]["passages"]) > 1


def test_an_index_with_vectors_of_passages_is_searched_by_them_alone_and_by_features() -> None:
    made = index_body(ALL, RANGES, 10, dense_width=16)
    assert made["settings"]["index"]["knn"] is True
    assert "sparse" not in made["settings"]["index"]
    assert "vector" not in made["mappings"]["properties"]
    vector = made["mappings"]["properties"]["passages"]["properties"]["vector"]
    assert (vector["type"], vector["dimension"]) == ("knn_vector", 16)
    assert "knn" not in index_body(ALL, RANGES, 10)["settings"]["index"]


def test_a_cluster_without_knn_is_told_what_it_needs() -> None:
    bare = replace(ALL, neural=False, sparse_vector=False)
    with pytest.raises(ClusterError, match="opensearch-knn"):
        index_body(bare, RANGES, 10, dense_width=16)


def test_another_dense_model_is_another_index_and_what_was_pushed_is_pulled(
    opensearch, name, run, dense, tmp_path
) -> None:
    assert push(run, name).sent == 12
    first = push(run, name, dense=dense)
    other = push(run, name, dense=make_dense(tmp_path / "other", seed=1))
    assert [first.index, other.index] == [f"{name}-000002", f"{name}-000003"]
    assert push(run, name, dense=dense).index == first.index
    meta = opensearch.indices.get_mapping(index=first.index)[first.index]["mappings"]["_meta"]
    assert meta["malmoi"]["dense"]["width"] == 16
    assert pull(first.index, tmp_path / "pulled") == 12
