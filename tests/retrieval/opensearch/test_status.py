"""What is said of the indexes behind a name."""

from __future__ import annotations

from malmoi.retrieval.opensearch.check import capabilities
from malmoi.retrieval.opensearch.pipelines import pipelines
from malmoi.retrieval.opensearch.push import push
from malmoi.retrieval.opensearch.status import status
from tests.helpers.opensearch_runs import write_run


def test_a_name_without_indexes_is_no_error(opensearch, name):
    found = status(name)
    assert (found.name, found.indexes, found.template, found.pipelines) == (name, [], False, [])


def test_each_index_is_told_with_its_state_and_size(opensearch, name, run, tmp_path):
    push(run, name)
    push(write_run(tmp_path / "more", 15, name="larger"), name)
    found = status(name)
    assert [(one.state, one.documents, one.expected, one.run) for one in found.indexes] == [
        ("kept", 12, 12, "small"),
        ("live", 15, 15, "larger"),
    ]
    assert all(one.bytes > 1000 and one.segments >= 1 for one in found.indexes)
    assert {one.student for one in found.indexes} == {"v2"}
    assert found.template
    assert found.pipelines == list(pipelines(name, capabilities(opensearch)))
