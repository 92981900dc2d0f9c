"""A pushed run searched in a cluster, beside the same run here."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np
import pytest

from malmoi.core.errors import ClusterError, SourceError
from malmoi.pipelines.search.systems.cluster import MODES, Cluster, open_cluster
from malmoi.pipelines.search.systems.collection import open_run
from malmoi.retrieval.query import QueryEncoder
from tests.helpers.served_run import DOCUMENTS


class Played:
    """A client that answers one ranking, and the features of documents."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def search(self, index: str, body: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(body)
        hits = [
            {"_id": DOCUMENTS[n].id, "_score": 3.0 - n, "_source": {"title": "t"}} for n in (1, 0)
        ]
        hits.append({"_id": "of another run", "_score": 0.5, "_source": {}})
        return {"timed_out": False, "_shards": {"failed": 0}, "hits": {"hits": hits}}

    def get(self, index: str, id: str, params: dict[str, str]) -> dict[str, Any]:
        return {"_source": {"features": {normalize("NFKD", "행"): 2.0}}}


@pytest.fixture
def rows() -> dict[str, int]:
    return {document.id: row for row, document in enumerate(DOCUMENTS)}


def test_the_clusters_ranking_is_the_systems(run: Path, rows: dict[str, int]) -> None:
    client: Any = Played()
    encoder = QueryEncoder(run / "student-v2" / "model")
    for name, mode in MODES.items():
        system = Cluster(name, client, "pages", encoder, rows)
        scores = system.scores("행")
        assert np.flatnonzero(scores).tolist() == [0, 1]
        assert scores[:2].tolist() == [3.0, 2.0]
        system.scores("행")
        explained = system.explain("행", 0)
        if mode == "neural_sparse":
            (match,) = [each for each in explained.matches if each.token == "행"]
            assert match.contribution == pytest.approx(2 * match.query_weight)
        else:
            assert explained.matches == ()
        assert bool(system.analyse("행").weights) == (mode != "bm25")
    assert len(client.asked) == len(MODES), "asked again for each hit"


def test_a_run_has_them_only_where_they_are_asked_for(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not set(MODES) & set(open_run(run).systems)
    collection = open_run(run, cluster=True)
    assert set(MODES) <= set(collection.systems)
    monkeypatch.setenv("OPENSEARCH_URL", "http://127.0.0.1:9")
    with pytest.raises(ClusterError, match="nothing answers"):
        collection.search("OpenSearch BM25", "행")


@pytest.mark.skipif(not os.environ.get("OPENSEARCH_URL"), reason="set OPENSEARCH_URL to a server")
def test_a_real_cluster_finds_what_the_run_finds(run: Path, tmp_path: Path) -> None:
    from malmoi.retrieval.opensearch.push import push
    from malmoi.retrieval.opensearch.remove import remove

    run = shutil.copytree(run, tmp_path / "run")
    name = f"malmoi-test-serve-{os.getpid()}"
    recipe = json.loads((run / "recipe.json").read_text(encoding="utf-8"))
    (run / "recipe.json").write_text(json.dumps(recipe | {"name": name}))
    rows = {document.id: row for row, document in enumerate(DOCUMENTS)}
    assert open_cluster("OpenSearch BM25", run, run / "student-v2", rows) is None
    with pytest.raises(SourceError, match="can't be searched by"):
        open_run(run, cluster=True).search("OpenSearch BM25", "행")
    push(run)
    try:
        collection = open_run(run, cluster=True)
        here = collection.search("v2", "표에 행 삽입")
        there = collection.search("OpenSearch tokens", "표에 행 삽입")
        assert [hit.document.id for hit in there.hits] == [hit.document.id for hit in here.hits]
        for one, other in zip(here.hits, there.hits, strict=True):
            assert other.score == pytest.approx(one.score, rel=0.02)
            added = sum(match.contribution for match in other.explanation.matches)
            assert added == pytest.approx(other.score, rel=0.02)
        assert collection.search("OpenSearch BM25", "행").hits
        assert collection.search("OpenSearch hybrid", "행").hits
    finally:
        remove(name)
