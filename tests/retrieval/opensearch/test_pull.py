"""What comes back from a cluster is what went in, or it is said."""

from __future__ import annotations

import json

import pytest

from malmoi.core.errors import ClusterError, SourceError
from malmoi.retrieval.opensearch.pull import pull
from malmoi.retrieval.opensearch.push import push
from malmoi.retrieval.opensearch.source import RunSource


def test_pull_gives_back_what_was_pushed(opensearch, name, run, tmp_path):
    push(run, name)
    out = tmp_path / "pulled"
    assert pull(name, out) == 12
    source = RunSource(run)
    documents = {d.id: d for d in source.documents()}
    for line in (out / "corpus.jsonl").read_text().splitlines():
        record = json.loads(line)
        document = documents[record["_id"]]
        assert (record["title"], record["text"]) == (document.title, document.text)
    for line in (out / "vectors.jsonl").read_text().splitlines():
        record = json.loads(line)
        weights = {source.tokens[i]: w for i, w in documents[record["_id"]].weights.items()}
        assert record["weights"] == weights
    assert json.loads((out / "index.json").read_text())["index"] == f"{name}-000001"


def test_pull_says_when_a_document_was_changed_in_the_cluster(opensearch, name, run, tmp_path):
    index = push(run, name).index
    opensearch.update(index=index, id="page/1", body={"doc": {"title": "다른 제목"}})
    with pytest.raises(ClusterError, match=r"1 documents .* not as they were pushed \(page/1\)"):
        pull(name, tmp_path / "pulled")
    assert not (tmp_path / "pulled").exists()


def test_pull_overwrites_nothing_but_a_pull(opensearch, name, run, tmp_path):
    push(run, name)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("…")
    with pytest.raises(SourceError, match="holds something else"):
        pull(name, tmp_path / "mine")


def test_an_absent_index_is_named(opensearch, name, tmp_path):
    with pytest.raises(ClusterError, match=f"no such index .{name}"):
        pull(name, tmp_path / "pulled")
